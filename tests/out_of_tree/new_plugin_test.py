# labels: slow
# ctest: TIMEOUT 900 PROCESSORS 2
"""`byolab plugin new`, for every kind, against an installed and moved SDK: builds, tests, lists and trains as it is."""

import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

KINDS = ["encoder", "head", "augmentation", "loss", "target_update", "optimizer", "schedule", "dataset", "evaluator",
         "observer", "method"]


def call(*words, **options):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, **options)
    assert done.returncode == 0, f"{words} gave {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


call("cmake", "--install", runs.BUILD, "--prefix", "first-place")
shutil.move("first-place", "sdk")
sdk = pathlib.Path("sdk").absolute()
byolab = sdk / "bin/byolab"
assert "convnet" in call(byolab, "plugin", "list"), "the moved host finds its own plugins"
for name in ("LICENSE", "NOTICE"):
    assert (sdk / "share/doc/byolab" / name).read_bytes() == (runs.SOURCE / name).read_bytes()
host_before = (sdk / "lib/libbyolab.so").stat().st_mtime_ns


def make(kind, compiler="g++", build_type="Release"):
    """From `plugin new` to the end of a run with the plugin; gives the seconds that took."""
    name = f"my_{kind}"
    folder = pathlib.Path(f"{compiler}-{build_type}-{name}").absolute()
    began = time.monotonic()
    call(byolab, "plugin", "new", kind, name, "--folder", folder)
    build = folder / "build"
    call("cmake", "-S", folder, "-B", build, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={sdk}",
         f"-DCMAKE_BUILD_TYPE={build_type}", f"-DCMAKE_CXX_COMPILER={compiler}")
    call("cmake", "--build", build, "-j1")
    done = call(byolab, "run", folder / "example.toml", "--plugin-path", build, "--set", f"run.output={folder}/runs",
                "--set", "run.threads=1")
    seconds = time.monotonic() - began
    assert "finished: " in done, done
    assert "1 of 1 plugin passed" in call(byolab, "plugin", "check", build / f"lib{name}.so")
    call("ctest", "--test-dir", build)
    listed = call(byolab, "plugin", "list", "--plugin-path", build)
    assert any(line.split()[:2] == [kind, name] for line in listed.splitlines()), listed
    assert name in call(byolab, "plugin", "describe", name, "--plugin-path", build)
    return f"{kind:<14} {compiler:<8} {build_type:<8} {seconds:.1f} s from `plugin new` to the end of its first run"


jobs = [(kind,) for kind in KINDS] + [("target_update", "g++", "Debug")]
if shutil.which("clang++"):
    jobs += [("target_update", "clang++", "Release"), ("loss", "clang++", "Debug")]
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    for line in pool.map(lambda job: make(*job), jobs):
        print(line)
assert (sdk / "lib/libbyolab.so").stat().st_mtime_ns == host_before

# What cannot be made says why, and leaves nothing behind.
for words, part in ((("target_update", "My-Rule"), "is no name for a plugin"),
                    (("ruler", "my_rule"), "is no kind of plugin"),
                    (("loss", "my_loss", "--folder", "sdk"), "exists already"),
                    (("loss", "test"), "the build has a target of that name"),
                    (("loss", "a" * 300), "is too long for a plugin's name: it has 300 letters")):
    done = subprocess.run([str(byolab), "plugin", "new", *words], capture_output=True, text=True)
    assert done.returncode == 1 and part in done.stderr, (words, done.returncode, done.stderr)
assert not pathlib.Path("My-Rule").exists() and not pathlib.Path("my_rule").exists()
