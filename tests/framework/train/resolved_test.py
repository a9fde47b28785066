"""A resolved experiment says what is used: sizes, threads, arithmetic, splits; first lines and record say the rest."""

import os
import pathlib
import re
import sys
import tomllib

import h5py

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

PAPERS = runs.TINY.replace('"cifar"', '"byol_t"').replace('"cifar_prime"', '"byol_t_prime_reference"')
SHORT = ["--set", "run.epochs=1", "--set", "run.batch_size=8", "--set", "data.train=8", "--set", "data.test=4",
         "--set", "data.size=256", "--set", "encoder.strides=[4, 4]", "--set", "evaluate.knn.k=4"]


def crops(resolved):
    return [op["size"] for view in resolved["views"] for op in view["augment"] if op["plugin"] == "random_resized_crop"]


def environment(folder):
    with h5py.File(folder / "run.h5") as record:
        return {name: value.decode() for name, value in record["environment"].attrs.items()}


# The paper's views have 224 x 224 pixels, whatever the images have.
path = runs.experiment(PAPERS, "paper.toml")
done = runs.byolab("run", path, *SHORT, "--set", "record.embeddings=true", "--set", "run.threads=0")
folder = runs.folder_of(done)
with h5py.File(folder / "run.embeddings.h5") as kept:
    for view in ("view1", "view2"):
        assert kept[f"examples/views/{view}"].shape[1:] == (224, 224, 3), kept[f"examples/views/{view}"].shape
lines = done.stdout.splitlines()
sizes = (r"views 2 x 224x224 of images of 256x256 \(the first; height x width\); "
         r"encoder 1\.4 k, projector 1\.1 k, predictor 1\.1 k parameters")
assert any(re.fullmatch(sizes, line) for line in lines), done.stdout

# The record: nothing of it stands for something else, and what only the run knows is beside it.
with h5py.File(folder / "run.h5") as record:
    text = record["config/resolved"].asstr()[()]
    known = {name: record["environment"].attrs[name].decode() for name in
             ("device", "dtype", "memory_format", "threads", "workers", "images", "first_image", "views", "widths",
              "parameters")}
resolved = tomllib.loads(text)
assert "auto" not in text.replace('better = "auto"', ""), text  # what the name of the metric says, if one is named
assert crops(resolved) == [224, 224] and resolved["evaluate"][0]["split"] == "test", resolved
run = resolved["run"]
assert run["threads"] >= 1 and run["workers"] >= 1, run
for key in ("device", "dtype", "memory_format", "threads", "workers"):
    assert known[key] == str(run[key]), (key, known[key], run[key])
assert known["images"] == "train 8, validation 0, test 4" and known["first_image"] == "256x256", known
assert known["views"] == "view1 224x224, view2 224x224" and known["widths"].startswith("features 16,"), known
assert re.fullmatch(r"encoder 1416, projector 1120, predictor 1120", known["parameters"]), known

# As --print shows it; what is printed is the same run, and so is what the record holds.
asked = ("run", path, *SHORT, "--set", "record.embeddings=true", "--set", "run.threads=0")
printed = runs.byolab(*asked, "--print").stdout
assert printed == text, (printed, text)
again = runs.byolab("run", runs.experiment(text, "again.toml"), check=False)
assert again.returncode != 0 and f"{folder} holds a run already" in again.stderr, again.stderr

# Images set aside are what is evaluated on, and the resolved experiment says so.
kept = tomllib.loads(runs.byolab("run", runs.experiment(), "--set", "data.validation=0.25", "--print").stdout)
assert {evaluator["split"] for evaluator in kept["evaluate"]} == {"validation"}, kept["evaluate"]
assert crops(kept) == [32, 32], kept["views"]

# 0, which stood for 32, is refused, with a line that says what a size is.
wrong = runs.byolab("run", runs.experiment(), "--set", "views.*.augment.random_resized_crop.size=0", check=False)
assert wrong.returncode == 2 and "'size' of augmentation 'random_resized_crop' must be" in wrong.stderr, wrong.stderr

# Views that no augmentation resizes have the images' size.
plain = runs.experiment(runs.TINY.replace('preset = "cifar_prime"', 'augment = [{ plugin = "horizontal_flip" }]')
                        .replace('preset = "cifar"', 'augment = [{ plugin = "horizontal_flip" }]'), "plain.toml")
done = runs.byolab("run", plain, "--set", "run.epochs=0", "--set", "data.size=48")
assert "views 2 x 48x48 of images of 48x48 (the first; height x width)" in done.stdout, done.stdout

# What an epoch leaves out is said where something is, and recorded.
done = runs.byolab("run", plain, "--plain", "--set", "run.epochs=0", "--set", "run.batch_size=28", "--set",
                   "run.accumulate=4", "--set", "data.size=48")
assert "256 images, of which an epoch leaves out 32 (12 %), others each time; batch 112" in done.stdout, done.stdout
assert environment(runs.folder_of(done))["epoch_images"] == "224 of 256"
done = runs.byolab("run", plain, "--plain", "--set", "run.epochs=0", "--set", "run.batch_size=64", "--set",
                   "data.size=48")
assert "256 images, batch 64" in done.stdout, done.stdout

# A frozen part's running statistics go on moving, which its features show.
done = runs.byolab("run", plain, "--plain", "--set", "run.epochs=1", "--set", "encoder.freeze=true", "--set",
                   "data.size=48")
note = "encoder is frozen, and the running statistics of batch norms there go on moving with the images"
assert f"note: {note}" in done.stdout and note in environment(runs.folder_of(done))["frozen"], done.stdout
done = runs.byolab("run", plain, "--plain", "--set", "run.epochs=0", "--set", "predictor.freeze=true", "--set",
                   "predictor.plugin=identity", "--set", "data.size=48", check=False)
assert "frozen" not in done.stdout, done.stdout
print("what is resolved is what was used")
