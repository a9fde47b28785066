# ctest: TIMEOUT 900
"""Every experiment of the project runs, with no compiler in PATH and with the host untouched."""

import hashlib
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs
from images import image_folder

HOST = [runs.BUILD / "bin/byolab", runs.BUILD / "lib/libbyolab.so"]


def digests():
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in HOST]


image_folder("images", images=160, size=32)
nothing = pathlib.Path("nothing")
nothing.mkdir()
before = digests()
experiments = sorted(path for path in (runs.SOURCE / "experiments").rglob("*.toml") if path.name != "base.toml")
assert len(experiments) >= 9, experiments
for path in experiments:
    short = ["--set", "run.output=out", "--set", "run.batch_size=16"]
    if path.stem != "random_init":
        short += ["--set", "run.steps=2"]
    short += ["--set", "data.train=160", "--set", "data.test=40"] if "demo" in path.parts else ["--set", "data.subset=160"]
    # PATH holds an empty folder alone: an arm that needed a compiler, or any other program, would fail here.
    done = runs.byolab("run", path, *short, env={"BYOLAB_CIFAR10": str(pathlib.Path("images").absolute()), "PATH": str(nothing.absolute())})
    folder = runs.folder_of(done)
    assert runs.attributes(folder)["status"] == "finished"
    found = runs.metrics(folder)
    assert 0 <= found["linear/top1"][-1] <= 100 and found["collapse/z_std"][-1] >= 0
    if path.stem != "random_init":
        assert len(found["train/loss"]) == 2
    print("ran", path.relative_to(runs.SOURCE))
assert digests() == before
