# ctest: TIMEOUT 1800 PROCESSORS 2
"""`byolab plugin new` for every kind, against the installed SDK alone: it builds, its own test passes, and its
example trains. One kind more with each other compiler and in Debug. The time from `new` to the first step is printed.
"""
import os
import pathlib
import shutil
import subprocess
import time

BUILD = os.environ["BYOLAB_BUILD_DIR"]
KINDS = ["target_update", "loss", "encoder", "head", "optimizer", "schedule", "augmentation", "dataset", "evaluator"]
SDK = pathlib.Path("sdk").absolute()
BIN = SDK / "bin" / "byolab"
# The SDK must be found by its prefix alone: nothing of the build's surroundings is handed on, but where LibTorch is.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("BYOLAB_")}


def command(*words, code=0, **options):
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, env=ENVIRONMENT, **options)
    assert done.returncode == code, f"{words} gave {done.returncode}, not {code}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def cached(name):
    """A value of the build's own configuration, where it has one."""
    for line in pathlib.Path(BUILD, "CMakeCache.txt").read_text().splitlines():
        if line.startswith(name + ":"):
            return line.split("=", 1)[1]
    return ""


def build(folder, build_folder, *settings):
    prefixes = ";".join(filter(None, [str(SDK), cached("CMAKE_PREFIX_PATH")]))
    torch = [f"-DTorch_DIR={cached('Torch_DIR')}"] if pathlib.Path(cached("Torch_DIR") or "-").exists() else []
    command("cmake", "-S", folder, "-B", build_folder, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefixes}", *torch, *settings)
    command("cmake", "--build", build_folder)


def step_count(output):
    """From the line that a run ends with: "finished: 3 steps in …"."""
    ends = [line for line in output.splitlines() if line.startswith("finished: ")]
    assert ends, "the run has no last line:\n" + output
    return int(ends[-1].split()[1])


def refusals():
    cases = [
        (["target_update", "MyRule"], "'MyRule' is no name for a plugin"),
        (["target_update", "1rule"], "'1rule' is no name"),
        (["target_update", "my__rule"], "'my__rule' is no name"),
        (["target_update", "../rule"], "'../rule' is no name"),
        (["rule", "mine"], "'rule' is no kind of plugin"),
        (["loss", "mine", "--folder", SDK], "exists already"),
        (["loss", "mine", "--folder", BIN / "below"], "cannot make the folder"),
    ]
    for words, sentence in cases:
        said = command(BIN, "plugin", "new", *words, code=1)
        assert sentence in said and "fix: " in said, said
    assert not pathlib.Path("mine").exists()


def one_kind(kind):
    name = f"my_{kind}"
    begun = time.monotonic()
    command(BIN, "plugin", "new", kind, name)
    build(name, f"{name}/build")
    trained = command(BIN, "run", "example.toml", "--plugin-path", "build", "--plain", cwd=name)
    seconds = time.monotonic() - begun
    assert step_count(trained) == 3, trained
    assert name in command(BIN, "plugin", "list", "--plugin-path", f"{name}/build")
    assert kind in command(BIN, "plugin", "describe", name, "--plugin-path", f"{name}/build")
    command("ctest", "--test-dir", f"{name}/build", "--output-on-failure")
    print(f"{kind}: {seconds:.1f} s from `plugin new` to the end of three training steps", flush=True)


def other_toolchains():
    name = "my_target_update"
    for compiler in ("g++", "clang++"):
        if not shutil.which(compiler):
            print(f"{compiler} is not installed: not tried")
            continue
        for mode in ("Release", "Debug"):
            folder = f"build-{compiler}-{mode}"
            build(name, f"{name}/{folder}", f"-DCMAKE_CXX_COMPILER={compiler}", f"-DCMAKE_BUILD_TYPE={mode}")
            trained = command(BIN, "run", "example.toml", "--plugin-path", folder, "--plain", "--replace", cwd=name)
            assert step_count(trained) == 3, trained
            print(f"{compiler}, {mode}: trains", flush=True)


command("cmake", "--install", BUILD, "--prefix", SDK)
refusals()
for each in KINDS:
    one_kind(each)
other_toolchains()
