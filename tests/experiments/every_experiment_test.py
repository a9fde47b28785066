# labels: slow
# ctest: TIMEOUT 1800
# shares: 12
"""Every experiment of the project runs, with no compiler in PATH and with the host untouched. BYOLAB_SHARE=2/12: only
every twelfth, from the second on."""

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
env = {"BYOLAB_CIFAR10": images_folder, "BYOLAB_IMAGENET": images_folder, "BYOLAB_PEERS": images_folder,
       "PATH": str(nothing.absolute())}
experiments = sorted(path for path in (runs.SOURCE / "experiments").rglob("*.toml") if path.name != "base.toml")
assert len(experiments) >= 9, experiments


def small(path):
    """What lets it run here, and what of that its trials take, too."""
    short = ["--set", "run.output=out", "--set", "run.batch_size=16"]
    if path.stem != "random_init":
        short += ["--set", "run.steps=2"]
    drawn = DRAWN.intersection(path.parts)
    # Enough for the largest batch of an arm.
    few = ["--set", "data.train=520", "--set", "data.test=40"] if drawn else ["--set", "data.subset=520"]
    if path.name == "choice.toml":
        few += ["--set", "data.validation=40"]
    if "imagenet" not in path.parts:  # narrow: it is whether they run that is asked
        resnet = path.name == "long.toml" or path.parent.name == "peers"
        narrow = "encoder.width=8" if resnet else "encoder.channels=[8, 8, 8, 8]"
        few += ["--set", narrow, "--set", "run.calibrate=64"]
    short += few
    if "imagenet" in path.parts:  # its networks and batches are for other machines
        short += ["--set", "encoder.depth=18", "--set", "encoder.width=8", "--set", "data.validation=0",
                  "--set", "views.*.augment.random_resized_crop.size=64", "--set", "run.calibrate=64"]
    return short, few


def collapsed():
    """A folder that holds a run for each seed."""
    path = runs.SOURCE / "experiments/cifar10/online.toml"
    run = runs.run(path, *small(path)[0], "--set", "run.name=collapsed", env=env)
    folder = pathlib.Path("collapsed").absolute()
    folder.mkdir()
    for seed in range(5):
        (folder / str(seed)).symlink_to(run.absolute())
    return str(folder)


share, shares = map(int, os.environ.get("BYOLAB_SHARE", "1/1").split("/"))
for path in experiments[share - 1::shares]:
    short, few = small(path)
    if "${BYOLAB_COLLAPSED}" in path.read_text() and "BYOLAB_COLLAPSED" not in env:
        env["BYOLAB_COLLAPSED"] = collapsed()
    # PATH holds an empty folder alone: an arm that needed a compiler, or any other program, would fail here.
    folder = runs.folder_of(runs.byolab("run", path, *short, env=env))
    if "[sweep]" in path.read_text():  # every arm is checked, and its identity differs from all others'
        listed = runs.byolab("sweep", path, "--dry-run", "--no-calibrate", "--output", "out", *few, env=env).stdout
        assert "trials are still to be run" in listed, listed
        # ... and runs, in the reduced precision that runs have by default.
        runs.byolab("sweep", path, "--output", "arms", "--plain", "--set", "sweep.seeds=[0]", *few,
                    "--set", "run.batch_size=16", "--set", "run.steps=3", "--set", "run.dtype=bfloat16", env=env)
    assert runs.attributes(folder)["status"] == "finished"
    found = runs.metrics(folder)
    top1 = "knn/top1" if path.parent.name == "peers" else "linear/top1"
    assert 0 <= found[top1][-1] <= 100 and found["collapse/z_std"][-1] >= 0
    if path.stem != "random_init":
        assert len(found["train/loss"]) == 2
    print("ran", path.relative_to(runs.SOURCE))
assert digests() == before
