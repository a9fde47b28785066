"""Plugin projects of tests/out_of_tree, built as their authors would: against an installed SDK alone."""

import pathlib
import subprocess

import byolab_runs as runs

HERE = runs.SOURCE / "tests" / "out_of_tree"


def call(*words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    assert done.returncode == 0, f"{words} gave {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def install():
    """The SDK's folder."""
    sdk = pathlib.Path("sdk").absolute()
    call("cmake", "--install", runs.BUILD, "--prefix", sdk)
    return sdk


def build(sdk, project):
    """The folder of the built library of a project: "dense", "dense/planted"."""
    folder = pathlib.Path("built").absolute() / project.replace("/", "_")
    call("cmake", "-S", HERE / project, "-B", folder, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={sdk}",
         "-DCMAKE_BUILD_TYPE=Release")
    call("cmake", "--build", folder, "-j1")
    return folder


def check(sdk, library, plugins):
    """`plugin check` passes all of them; gives what it says."""
    checked = call(sdk / "bin/byolab", "plugin", "check", library)
    wanted = f"{plugins} of {plugins} plugin{'s' if plugins > 1 else ''} passed"
    assert wanted in checked, checked
    return checked


def expect_short(project, most):
    lines = sum(len(path.read_text().splitlines()) for path in (HERE / project).glob("*.[ch]pp"))
    assert lines <= most, f"{project}: {lines} lines of plugin code; at most {most} are wanted"
