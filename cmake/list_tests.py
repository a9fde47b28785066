"""Lists the tests of a GoogleTest program for ctest: one entry each, named by the folder of its source, which is its
label as well.

usage: list_tests.py PROGRAM SOURCE_DIR OUTPUT.cmake ENVIRONMENT     run by ctest, which then includes the output
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile


def tests_of(program):
    """(suite, test, source file) of each."""
    with tempfile.NamedTemporaryFile(suffix=".json") as listing:
        subprocess.run([program, "--gtest_list_tests", f"--gtest_output=json:{listing.name}"], check=True,
                       stdout=subprocess.DEVNULL)
        suites = json.load(listing)["testsuites"]
    for suite in suites:
        for test in suite["testsuite"]:
            yield suite["name"], test["name"], test["file"]


def quoted(text):
    return "[==[" + text + "]==]"


def main(program, source, output, environment):
    if os.path.exists(output) and os.path.getmtime(output) > os.path.getmtime(program):
        return
    lines = []
    skipped = quoted(r"\[  SKIPPED \]")
    for suite, test, file in tests_of(program):
        folder = os.path.relpath(file, source) if os.path.isabs(file) else file
        folder = pathlib.PurePath(folder.removeprefix("tests/")).parent.as_posix()
        name = quoted(f"{folder}/{suite}.{test}")
        lines.append(f"add_test({name} {quoted(program)} {quoted(f'--gtest_filter={suite}.{test}')})")
        lines.append(f"set_tests_properties({name} PROPERTIES TIMEOUT 600 LABELS {quoted(folder)} "
                     f"WORKING_DIRECTORY {quoted(os.path.dirname(program))} SKIP_REGULAR_EXPRESSION {skipped} "
                     f"ENVIRONMENT {quoted(environment)})")
    pathlib.Path(output).write_text("\n".join(lines) + "\n")


main(*sys.argv[1:])
