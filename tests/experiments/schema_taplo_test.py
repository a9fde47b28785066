"""Every experiment passes `taplo check` against `byolab schema`, as in an editor; wrong ones do not."""

import os
import pathlib
import platform
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs


def skip(why):
    print(why)
    sys.exit(77)


def taplo():
    """The pinned taplo, from the per-user cache; fetched from PyPI into it at the first time."""
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "byolab"
    wanted = runs.SOURCE / "tests/support/taplo.txt"
    version = wanted.read_text().split("taplo==")[1].split()[0]
    folder = cache / f"taplo-{version}"
    if not (folder / "bin/taplo").exists():
        if platform.machine() != "x86_64":
            skip(f"taplo is pinned for x86_64, and this is {platform.machine()}")
        fresh = cache / f"taplo-{version}.{os.getpid()}"
        done = subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                               "--no-deps", "--only-binary", ":all:",
                               "--require-hashes", "--target", str(fresh), "-r", str(wanted)], capture_output=True,
                               text=True, timeout=300)
        if done.returncode:
            shutil.rmtree(fresh, ignore_errors=True)
            assert "hash" not in done.stderr.lower(), done.stderr
            skip("taplo cannot be had from PyPI: " + (done.stderr.strip().splitlines() or ["no reason given"])[-1])
        try:
            fresh.rename(folder)
        except OSError:  # another test was faster
            shutil.rmtree(fresh, ignore_errors=True)
    return folder / "bin/taplo"


TAPLO = taplo()
schema = pathlib.Path("byolab.schema.json")
schema.write_text(runs.byolab("schema").stdout)


def check(*files):
    return subprocess.run([str(TAPLO), "check", "--schema", schema.absolute().as_uri(), *map(str, files)],
                          capture_output=True, text=True)


experiments = sorted((runs.SOURCE / "experiments").rglob("*.toml"))
assert experiments
done = check(*experiments)
assert done.returncode == 0, done.stderr

# The schema says no where byolab says no.
sound = runs.TINY
runs.byolab("run", runs.experiment(sound, "sound.toml"), "--print")
assert check("sound.toml").returncode == 0, check("sound.toml").stderr
for name, before, after in (
    ("key", "epochs = 2", "epochs = 2\\nepoch = 3"),
    ("section", "[run]", "[runs]\\nx = 1\\n[run]"),
    ("type", "batch_size = 32", 'batch_size = "many"'),
    ("range", "batch_size = 32", "batch_size = 1"),
    ("plugin", 'plugin = "convnet"', 'plugin = "convnett"'),
    ("option", "k = 5", "k = 5\\nneighbours = 5"),
):
    wrong = runs.experiment(sound.replace(before, after.replace("\\n", "\n")), f"wrong_{name}.toml")
    assert runs.byolab("run", wrong, "--print", check=False).returncode == 2, name
    done = check(wrong)
    assert done.returncode != 0, f"taplo takes the wrong {name}"
