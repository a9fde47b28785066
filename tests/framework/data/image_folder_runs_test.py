"""Runs on folders of images: without labels, without test images, with images in two splits, with damaged ones."""

import os
import pathlib
import shutil
import sys

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

os.environ["XDG_CACHE_HOME"] = str(pathlib.Path("cache").absolute())
CAT, DOG = 0, 40


def ppm(path, number):
    """A picture of its own for each number."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(number).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    path.write_bytes(b"P6 16 16 255\n" + pixels.tobytes())


for i in range(20):
    ppm(pathlib.Path(f"flat/{i:02}.ppm"), i)
    ppm(pathlib.Path(f"full/train/cat/{i:02}.ppm"), CAT + i)
    ppm(pathlib.Path(f"full/train/dog/{i:02}.ppm"), DOG + i)
    ppm(pathlib.Path(f"full/test/cat/{i:02}.ppm"), 100 + i)
    ppm(pathlib.Path(f"full/test/dog/{i:02}.ppm"), 200 + i)

EVALUATE = '[[evaluate]]\nplugin = "{}"\n'


def experiment(root, *evaluators, data=""):
    return runs.experiment(f"""
[run]
steps = 2
batch_size = 8
threads = 1
calibrate = 16
[data]
plugin = "image_folder"
root = "{pathlib.Path(root).absolute()}"
{data}
[[views]]
preset = "cifar"
[[views]]
preset = "cifar_prime"
[encoder]
plugin = "convnet"
channels = [8]
strides = [2]
{"".join(EVALUATE.format(plugin) for plugin in evaluators)}""")


def go(path, *words):
    done = runs.byolab("run", path, "--plain", "--replace", *words)
    return done.stdout + done.stderr, runs.folder_of(done)


def refused(path, *words):
    before = sorted(pathlib.Path("runs").iterdir()) if pathlib.Path("runs").exists() else []
    done = runs.byolab("run", path, "--plain", *words, check=False)
    assert done.returncode == 1, (done.stdout, done.stderr)
    return done.stderr, (sorted(pathlib.Path("runs").iterdir()) if pathlib.Path("runs").exists() else []) == before


def environment(folder):
    with h5py.File(folder / "run.h5") as run:
        return {name: value.decode() for name, value in run["environment"].attrs.items()}


# A folder of images alone is all that learning takes.
text, folder = go(experiment("flat"))
assert "note: there are no test images: " in text and "has no folder 'test'" in text, text
assert "test: none" in environment(folder)["data"], environment(folder)

# Who needs test images or labels says so before the first step; what is set aside needs neither.
text, nothing_made = refused(experiment("flat", "collapse"))
assert "[[evaluate]] 'collapse' gets no images to look at" in text and "validation = 0.1" in text, text
assert nothing_made
text, _ = refused(experiment("flat", "knn", data="validation = 4"))
assert "it needs labels, and the data set has none" in text and "evaluator 'knn'" in text, text
text, nothing_made = refused(experiment("flat"), "--set", "record.embeddings=true")
assert "[record] embeddings = true keeps features of held-out images" in text and nothing_made, text
text, folder = go(experiment("flat", "collapse", data="validation = 4"), "--set", "record.embeddings=true")
assert list(folder.glob("*embeddings*")), list(folder.iterdir())
with h5py.File(folder / "run.embeddings.h5") as kept:  # by place in the data set, too
    assert list(kept["index"][:]) == [0, 1, 2, 3] and list(kept["image"][:]) != [0, 1, 2, 3], kept["image"][:]
    assert len(set(kept["image"][:])) == 4
# A test split that is said not to be there is told so, and no more.
text, folder = go(experiment("flat", data='test = ""'))
note = 'there are no test images: [data] test = "" says that there is no such split'
assert f"note: {note}\n" in text and environment(folder)["data_notes"] == note, text

# A validation share is a share of each class, which other runs than before are; equal classes are as they were.
for i in range(20):
    if i < 10:
        ppm(pathlib.Path(f"tail/train/many/{2 * i:02}.ppm"), 300 + 2 * i)
        ppm(pathlib.Path(f"tail/train/many/{2 * i + 1:02}.ppm"), 301 + 2 * i)
    if i < 2:
        ppm(pathlib.Path(f"tail/train/few/{i}.ppm"), 400 + i)
text, folder = go(experiment("tail", "knn", data="validation = 0.1"))
found = environment(folder)
assert "note: 1 of 2 classes has no image among those that [data] validation sets aside ('few')" in text, text
assert found["images"].startswith("train 20, validation 2"), found["images"]
assert "validation a share of each class" in found["data"] and "all training images are of one class" not in text
text, folder = go(experiment("full", "knn", data="validation = 0.1"))
assert "a share of each class" not in environment(folder)["data"] and "note:" not in text, text
text, folder = go(experiment("tail", data="subset = 10"))
assert "[data] subset takes as many images of each class" in text, text
assert "8 of 20 of 'many', which is 80.0 % of the images to train on and was 90.9 %" in text, text

# Images of two splits: none, some.
text, folder = go(experiment("full", "knn"))
assert "note:" not in text, text
assert environment(folder)["shared_images"] == "test in training 0", environment(folder)
assert environment(folder)["data_notes"] == ""
shutil.copytree("full", "shared")
for i in range(3):
    shutil.copy(f"full/train/cat/{i:02}.ppm", f"shared/test/dog/copy{i}.ppm")
text, folder = go(experiment("shared", "knn"))
said = "3 of 43 test images are each a training image too, pixel by pixel"
assert f"note: {said}" in text, text
assert environment(folder)["shared_images"] == "test in training 3"
assert said in environment(folder)["data_notes"]

# One class: no number, and why.
shutil.copytree("full", "one_class")
shutil.rmtree("one_class/train/dog")
shutil.rmtree("one_class/test/dog")
text, folder = go(experiment("one_class", "knn", "linear"))
assert "note: all training images are of one class, 'cat': what is told from labels" in text, text
with h5py.File(folder / "run.h5") as run:
    assert np.isnan(run["metrics/knn/top1"][:]).all() and np.isnan(run["metrics/linear/top1"][:]).all()

# What is left out is counted, told and recorded; too much of it stops the run.
shutil.copytree("full", "damaged")
pathlib.Path("damaged/train/cat/a.gif").write_bytes(b"GIF89a")
pathlib.Path("damaged/train/cat/00.ppm").write_bytes(b"P6 16 16 255\n")
text, folder = go(experiment("damaged", "knn", data='on_error = "skip"'))
for said in ("image_folder: 1 files of 'train' left out, which are no images by their names (1 .gif)",
             "image_folder: 1 of 40 images of 'train' left out, which cannot be read; the first: "):
    assert "note: " + said in text and said in environment(folder)["data_notes"], (text, environment(folder))
text, nothing_made = refused(experiment("damaged", "knn", data='on_error = "skip"\nskip_at_most = 0.01'))
assert "1 of 40 images of 'train' cannot be read, and [data] skip_at_most = 0.01 allows fewer" in text, text
assert nothing_made

# Other pixels under the same name, size and times are other data, for a cache of decoded images too.
os.environ["BYOLAB_IMAGES"] = str(pathlib.Path("decoded").absolute())
path = experiment("full", "knn")
every_image = ("--set", "run.batch_size=40")
_, first = go(path, *every_image)
file = pathlib.Path("full/train/cat/00.ppm")
times = file.stat()
ppm(file, 999)
os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
_, second = go(path, *every_image)
assert first != second, "changed images passed for the same data"
assert environment(first)["data"] != environment(second)["data"]
with h5py.File(first / "run.h5") as a, h5py.File(second / "run.h5") as b:
    assert a["metrics/train/loss"][0] != b["metrics/train/loss"][0], "decoded images of before were used"
