# ctest: TIMEOUT 1800
"""Splits of no, one and two images, and snapshots of them: what cannot be is said before the first step, and the rest
runs to its end."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs
import h5py
from images import png

TEXT = runs.TINY + '\n[[evaluate]]\nplugin = "linear"\n\n[record]\nembeddings = true\n'
path = runs.experiment(TEXT)
SHORT = ["--set", "run.steps=2", "--set", "run.batch_size=16"]
number = 0


def tried(*words, check=True):
    global number
    number += 1
    return runs.byolab("run", path, *SHORT, "--set", f"run.output=out-{number}", *words, check=check)


def looks_right(folder, images, shown=10):
    assert runs.attributes(folder)["status"] == "finished"
    found = runs.metrics(folder)
    assert len(found["knn/top1"]) >= 2 and len(found["linear/top1"]) == len(found["collapse/z_std"]) == 2
    with h5py.File(folder / "run.embeddings.h5") as kept:
        assert len(kept["index"]) == images
        (snapshot,) = kept["snapshots"].values()
        assert snapshot["features"].shape[0] == images
        shown = min(shown, images)
        assert kept["examples/nearest"].shape == (shown, min(6, images - 1)), kept["examples/nearest"].shape
        assert kept["examples/nearest_image"].shape[:2] == kept["examples/nearest"].shape
    if runs.HAS_PAGE:
        page = pathlib.Path(f"{folder.parent.name}.html")
        runs.byolab("report", folder, "-o", page)
        assert page.stat().st_size > 1000
    runs.byolab("export", folder, "--to", "npy", "-o", f"{folder.parent.name}.npy")


# One and two images whose features are kept; one and two held-out images; one and two set aside.
for count in (1, 2):
    looks_right(runs.folder_of(tried("--set", f"record.images={count}")), count)
    looks_right(runs.folder_of(tried("--set", f"data.test={count}")), count)
looks_right(runs.folder_of(tried("--set", "data.validation=2")), 2)
looks_right(runs.folder_of(tried("--set", "record.examples=1")), 64, 1)

# As few training images as a step can be made of.
looks_right(runs.folder_of(tried("--set", "data.train=2", "--set", "run.batch_size=2")), 64)

# Files: one image of each class to be looked at.
for split, images in (("train", 4), ("test", 1)):
    for number_of_class in range(2):
        folder = pathlib.Path("few", split, f"class{number_of_class}")
        folder.mkdir(parents=True)
        for i in range(images):
            png(folder / f"{i}.png", seed=10 * number_of_class + i)
files = runs.experiment(TEXT.replace('plugin = "shapes"\ntrain = 256\ntest = 64',
                                     'plugin = "image_folder"\nroot = "few"'), "files.toml")
looks_right(runs.folder_of(runs.byolab("run", files, "--set", "run.steps=2", "--set", "run.batch_size=4", "--set",
                                       "run.output=files")), 2)

# None at all, for an evaluator or for features that are to be kept: said before there is a folder.
no_evaluators = [word for name in ("knn", "linear", "collapse") for word in ("--set", f"evaluate.{name}.remove=true")]
for words in ([], no_evaluators):
    done = tried("--set", "data.test=0", *words, check=False)
    assert done.returncode in (1, 2) and "frame #" not in done.stderr, done.stderr
    assert done.stderr.startswith("error: ") or "error: " in done.stderr, done.stderr
    assert not pathlib.Path(f"out-{number}").exists()
done = tried("--set", "data.validation=0.001", check=False)  # a share that comes to no image is no split
assert done.returncode == 1 and "[data] validation = 0.001 of 256 training images sets none aside" in done.stderr, done
assert not pathlib.Path(f"out-{number}").exists()
print("none, one and two images")
