"""Runs the pieces of code of docs/results.md on a record that the C++ tests write."""

import importlib.util
import os
import pathlib
import re
import subprocess
import sys

SOURCE = pathlib.Path(os.environ["BYOLAB_SOURCE"])
WRITER = pathlib.Path(os.environ["BYOLAB_BUILD_DIR"]) / "tests" / "test_framework"


def write(test, **environment):
    """Runs a C++ test that writes a file where a variable says."""
    environment = {key: str(pathlib.Path(value).absolute()) for key, value in environment.items()}
    return subprocess.Popen([WRITER, "--gtest_filter=" + test], env={**os.environ, **environment},
                            stdout=subprocess.DEVNULL)


def write_now(test, **environment):
    assert write(test, **environment).wait() == 0, f"{test} failed"


def pieces(language):
    """The page's pieces of code in a language, in order."""
    page = (SOURCE / "docs" / "results.md").read_text()
    found = re.findall(rf"^```{language}\n(.*?)^```", page, flags=re.MULTILINE | re.DOTALL)
    assert found, f"docs/results.md has no {language}"
    return found


def modules(code):
    return set(re.findall(r"^import (\w+)", code, flags=re.MULTILINE))


def run(code, *command):
    done = subprocess.run([*(command or (sys.executable, "-W", "error")), "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, f"{code}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def skip_without(*names):
    """Ends the test as skipped unless all can be imported."""
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    if missing:
        print(f"{sys.executable} has no {', '.join(missing)}")
        sys.exit(77)
