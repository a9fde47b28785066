"""Runs the real program on small experiments, and reads what it recorded."""

import os
import pathlib
import subprocess

import h5py
import numpy

BIN = os.environ["BYOLAB_BIN"]
SOURCE = pathlib.Path(os.environ["BYOLAB_SOURCE"])
BUILD = pathlib.Path(os.environ["BYOLAB_BUILD_DIR"])

HAS_PAGE = (BUILD / "share/byolab/report/vega.js").exists()  # byolab report has what it draws with

# Small, but with everything that an experiment has: 256 drawn images, 8 steps an epoch.
TINY = """
[run]
name = "tiny"
epochs = 2
batch_size = 32
threads = 1
output = "runs"

[data]
plugin = "shapes"
train = 256
test = 64

[[views]]
preset = "cifar"

[[views]]
preset = "cifar_prime"

[encoder]
plugin = "convnet"
channels = [8, 16]
strides = [2, 2]

[projector]
hidden = 32
output = 16

[predictor]
hidden = 32
output = 16

[optimizer]
plugin = "adamw"
lr = 2e-3

[[evaluate]]
plugin = "knn"
k = 5
every = "1 epoch"

[[evaluate]]
plugin = "collapse"
"""


def experiment(text=TINY, name="tiny.toml"):
    path = pathlib.Path(name)
    path.write_text(text)
    return path


def byolab(*words, env=None, check=True, text=True, **options):
    """The finished process; fails loudly if `check` and the exit code is not 0."""
    done = subprocess.run([BIN, *map(str, words)], capture_output=True, text=text, env={**os.environ, **(env or {})},
                          **options)
    if check and done.returncode != 0:
        raise AssertionError(f"byolab {' '.join(map(str, words))} gave {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


def folder_of(done):
    """The run's folder, from the line that says where it writes."""
    for line in done.stdout.splitlines():
        if line.startswith("writes "):
            return pathlib.Path(line[len("writes "):])
    raise AssertionError("no line says where the run writes:\n" + done.stdout + done.stderr)


def run(*words, **options):
    """Trains, and gives the run's folder."""
    return folder_of(byolab("run", *words, **options))


# What a clock measures is not a result.
CLOCKED = {"wall_time", "images_per_second"}


def metrics(folder, groups=None):
    """{group/dataset: array} of all results, bit for bit, less what a clock measured."""
    found = {}
    with h5py.File(pathlib.Path(folder) / "run.h5", "r") as record:
        for group in groups or record["metrics"]:
            for name, data in record["metrics"][group].items():
                if name not in CLOCKED:
                    found[f"{group}/{name}"] = data[...]
    return found


def assert_same(first, second, ignore=()):
    """Equal to the last bit (NaN equals NaN)."""
    keys = {key for key in {**first, **second} if key.split("/")[-1] not in ignore}
    for key in sorted(keys):
        assert key in first and key in second, f"{key} is in one of the two only"
        numpy.testing.assert_array_equal(first[key], second[key], err_msg=key)


def computed_by(folder):
    with h5py.File(pathlib.Path(folder) / "run.h5", "r") as record:
        return tuple(record["environment"].attrs[name].decode() for name in ("cpu", "dtype"))


def attributes(folder):
    with h5py.File(pathlib.Path(folder) / "run.h5", "r") as record:
        return {name: value.decode() if isinstance(value, bytes) else value for name, value in record.attrs.items()}
