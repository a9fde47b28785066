"""What counts as one run, one arm and one seed."""

import csv
import io
import os
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs
import h5py
import numpy
from images import image_folder

TEXT = runs.TINY.replace("epochs = 2", "epochs = 1")
path = runs.experiment(TEXT)


def compare(*words):
    done = runs.byolab("compare", *words, "--metric", "knn/top1", "--format", "csv")
    return list(csv.DictReader(io.StringIO(done.stdout))), done.stderr


def run(*words, output="runs"):
    return runs.run(path, "--set", f"run.output={output}", *words)


# A folder that was copied holds the same run: one, whatever it is called, and whichever of them is the longer.
first = run()
shutil.copytree(first, "runs/copy")
shutil.copytree(first, "elsewhere/copy")
rows, said = compare("runs", "elsewhere")
assert [row["runs"] for row in rows] == ["1"], rows
assert said.count("hold the same run (") == 2 and "it is counted once" in said, said
with open("runs/copy/run.h5", "r+b") as record:
    record.truncate(100)  # a copy that was cut short is told, and counts for nothing
rows, said = compare("runs")
assert [row["runs"] for row in rows] == ["1"] and "copy" in said, (rows, said)
shutil.rmtree("runs/copy")
if runs.HAS_PAGE:
    page = runs.byolab("report", "runs", "elsewhere", "-o", "page.html")
    assert "it is counted once" in page.stdout + page.stderr, page

# Options that cannot change a result tell no arms apart: cadences, paths, what is kept.
seeds = [run("--set", "run.seed=1", "--set", "evaluate.knn.every=4 steps"),
         run("--set", "run.seed=2", "--set", "evaluate.collapse.every=1 epoch", "--set", "checkpoint.every=2 steps"),
         run("--set", "run.seed=3", "--set", "record.embeddings=true", "--set", "run.watchdog=100"),
         run("--set", "run.seed=4", output="other")]
rows, said = compare("runs", "other")
assert [row["runs"] for row in rows] == ["5"] and "mixes" not in said, (rows, said)

# Runs of another build of a plugin are no repetitions of these, whether they are in one arm or in two.
def rebuild(folder, digest):
    with h5py.File(folder / "run.h5", "r+") as record:
        table = record["plugins"][:]
        table["sha256"][table["kind"] == b"loss"] = digest
        record["plugins"][...] = table


for folder in seeds[:2]:
    rebuild(folder, b"8b3430f7" * 8)
rows, said = compare("runs", "other")
assert [row["runs"] for row in rows] == ["5"], rows
assert "arm 'tiny' mixes runs made with different builds of loss byol (" in said, said
assert "8b3430f7: seed 1, seed 2" in said and ": seed 0, seed 3, seed 4" in said, said
if runs.HAS_PAGE:
    runs.byolab("report", "runs", "other", "-o", "builds.html")
    assert "mixes runs made with different builds of loss byol" in pathlib.Path("builds.html").read_text()
slow = run("--set", "optimizer.lr=1e-3", output="slow")
assert "builds" not in compare(first, slow)[1]
rebuild(slow, b"0badf00d" * 8)
said = compare(first, slow)[1]
assert "the arms were made with different builds of loss byol (" in said and "0badf00d: arm " in said, said
# An index without its records has one digest for all plugins of a trial.
shutil.copy(runs.SOURCE / "experiments/paper/results/supervised.h5", "kept.h5")
for change, told in ((b"", False), (b"0badf00d", True)):
    with h5py.File("kept.h5", "r+") as index:
        table = index["trials"][:]
        table["plugins"] = list(table["plugins"][:1]) * len(table)
        if change:
            table["plugins"][table["seed"] == 0] = change
        index["trials"][...] = table
    said = runs.byolab("compare", "kept.h5").stderr
    assert ("mixes runs made with different builds of some plugin (" in said) == told, said

# So does a path of a plugin's, which is no part of a run's identity: its record says so.
root = pathlib.Path("images")
image_folder(root, images=64)
shutil.copytree(root, "moved")
text = TEXT.replace('plugin = "shapes"\ntrain = 256\ntest = 64', 'plugin = "image_folder"\nroot = "images"')
path = runs.experiment(text, "files.toml")
run("--set", "run.seed=0", output="files")
run("--set", "run.seed=1", "--set", "data.root=moved", output="files")
rows, said = compare("files")
assert [row["runs"] for row in rows] == ["2"], rows

# Each seed may start from weights of its own: ${run.seed} is one setting. Other weights are another arm.
path = runs.experiment(TEXT)
for seed in (0, 1):
    shutil.copytree(first, f"weights/{seed}")
    shutil.copytree(first, f"others-{seed}")
path = runs.experiment(TEXT + "\n", "tiny.toml")
loads = pathlib.Path("loads.toml")
loads.write_text('extends = "tiny.toml"\n[encoder]\nload = "weights/${run.seed}"\n')
path = loads
for seed in (0, 1):
    run("--set", f"run.seed={seed}", output="loaded")
rows, said = compare("loaded")
assert [row["runs"] for row in rows] == ["2"], rows

# The order of augmentations is no key; but these are two arms.
VIEW = '[[views.augment]]\nplugin = "horizontal_flip"\n', '[[views.augment]]\nplugin = "grayscale"\n'
for order in (VIEW, VIEW[::-1]):
    path = runs.experiment(TEXT.replace('preset = "cifar"\n', "".join(order)))
    run(output="order")
rows, said = compare("order")
assert sorted(row["arm"] for row in rows) == ["grayscale, horizontal_flip", "horizontal_flip, grayscale"], rows

# One experiment with one seed, run in two circumstances, is one seed: its mean counts once, and that is said.
path = runs.experiment(TEXT)
here = [run(output="once"), run("--set", "run.seed=1", output="once")]
twin = pathlib.Path("once/twin")
shutil.copytree(here[0], twin)
with h5py.File(twin / "run.h5", "r+") as record:  # another machine gave it another identity, and another number
    record.attrs["run_id"] = numpy.bytes_(b"0123456789abcdef")
    record["metrics/knn/top1"][-1] += 8
    first_value = float(record["metrics/knn/top1"][-1]) - 4
rows, said = compare("once")
assert [row["runs"] for row in rows] == ["2"], rows
assert "has seed 0 2 times (" in said and "their mean counts as one value" in said, said
second_value = float(runs.metrics(here[1])["knn/top1"][-1])
assert abs(float(rows[0]["mean"]) - (first_value + second_value) / 2) < 1e-4, rows
print("one run, one arm, one seed")
