"""Ends a test run: lists skipped tests with their reasons and failed ones, then counts all in one line.

usage: test_summary.py JUNIT.xml     exit status: 0 if tests ran and none failed
"""
import collections
import re
import sys
import xml.etree.ElementTree as ElementTree


def reason(case):
    """Why a test was skipped: what GTEST_SKIP() said, or a script's last line."""
    output = (case.findtext("system-out") or "").strip()
    if case.get("status") == "disabled":
        return "disabled"
    said = re.search(r": Skipped\n(.*?)\n+\[  SKIPPED \]", output, re.DOTALL)
    if said:
        return " ".join(said.group(1).split()) or "no reason given"
    if "[==========]" in output or not output:
        return "no reason given"
    return output.splitlines()[-1].strip()


def print_minutes(cases):
    """Where the time went, by folder, longest first: what two tests at once take counts twice."""
    seconds = collections.Counter()
    for case in cases:
        seconds[case.get("name").rpartition("/")[0] or "tests"] += float(case.get("time") or 0)
    for folder, time in seconds.most_common():
        print(f"{time / 60:6.1f} min  {folder}")


def main(path):
    try:
        cases = ElementTree.parse(path).getroot().findall("testcase")
    except (OSError, ElementTree.ParseError) as error:
        print(f"error: the test run left no readable result: {error}")
        return 1
    passed, failed, skipped = [], [], []
    for case in cases:
        status = case.get("status")
        skip = case.find("skipped")
        was_skipped = status == "disabled" or (skip is not None and "SKIP_" in skip.get("message", ""))
        (passed if status == "run" else skipped if was_skipped else failed).append(case)

    print()
    print_minutes(cases)
    for case in skipped:
        print(f"skipped  {case.get('name')}: {reason(case)}")
    for case in failed:
        print(f"failed   {case.get('name')}")
    if not cases:
        print("error: no test ran")
    print(f"{len(passed)} passed, {len(failed)} failed, {len(skipped)} skipped")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
