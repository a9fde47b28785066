# labels: slow
# ctest: TIMEOUT 1500
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


image_folder("images", images=640, size=32)
nothing = pathlib.Path("nothing")
nothing.mkdir()
before = digests()
DRAWN = {"demo", "colour.toml"}
images_folder = str(pathlib.Path("images").absolute())
env = {"BYOLAB_CIFAR10": images_folder, "BYOLAB_IMAGENET": images_folder, "PATH": str(nothing.absolute())}
experiments = sorted(path for path in (runs.SOURCE / "experiments").rglob("*.toml") if path.name != "base.toml")
assert len(experiments) >= 9, experiments
for path in experiments:
    short = ["--set", "run.output=out", "--set", "run.batch_size=16"]
    if path.stem != "random_init":
        short += ["--set", "run.steps=2"]
    drawn = DRAWN.intersection(path.parts)
    # Enough for the largest batch of an arm.
    few = ["--set", "data.train=520", "--set", "data.test=40"] if drawn else ["--set", "data.subset=520"]
    if path.name == "choice.toml":
        few += ["--set", "data.validation=40"]
    if "imagenet" not in path.parts:  # narrow: it is whether they run that is asked
        narrow = "encoder.width=8" if path.name == "long.toml" else "encoder.channels=[8, 8, 8, 8]"
        few += ["--set", narrow, "--set", "run.calibrate=64"]
    short += few
    if "imagenet" in path.parts:  # its networks and batches are for other machines
        short += ["--set", "encoder.depth=18", "--set", "encoder.width=8", "--set", "data.validation=0",
                  "--set", "views.*.augment.random_resized_crop.size=64", "--set", "run.calibrate=64"]
    # PATH holds an empty folder alone: an arm that needed a compiler, or any other program, would fail here.
    folder = runs.folder_of(runs.byolab("run", path, *short, env=env))
    if "BYOLAB_COLLAPSED" not in env:  # holds a run for each seed
        env["BYOLAB_COLLAPSED"] = str(pathlib.Path("collapsed").absolute())
        pathlib.Path("collapsed").mkdir()
        for seed in range(5):
            pathlib.Path("collapsed", str(seed)).symlink_to(folder.absolute())
    if "[sweep]" in path.read_text():  # every arm is checked, and its identity differs from all others'
        listed = runs.byolab("sweep", path, "--dry-run", "--no-calibrate", "--output", "out", *few, env=env).stdout
        assert "trials are still to be run" in listed, listed
        # ... and runs, in the reduced precision that runs have by default.
        runs.byolab("sweep", path, "--output", "arms", "--plain", "--set", "sweep.seeds=[0]", *few,
                    "--set", "run.batch_size=16", "--set", "run.steps=3", "--set", "run.dtype=bfloat16", env=env)
    assert runs.attributes(folder)["status"] == "finished"
    found = runs.metrics(folder)
    assert 0 <= found["linear/top1"][-1] <= 100 and found["collapse/z_std"][-1] >= 0
    if path.stem != "random_init":
        assert len(found["train/loss"]) == 2
    print("ran", path.relative_to(runs.SOURCE))
assert digests() == before
