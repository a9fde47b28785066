# labels: slow
# ctest: TIMEOUT 600
"""Methods: the default is what every run did; a loss may need other things of other views; what does not fit is told
before the first step, with its place, and what a method gives is judged where it gives it."""

import os
import pathlib
import sys

import h5py
import numpy

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

METHODS = runs.BUILD / "tests/fixtures/methods"
text = runs.TINY.replace("epochs = 2", "steps = 4\ndtype = 'float32'")
plain = runs.experiment(text, "plain.toml")
written = runs.experiment(text + '\n[method]\nplugin = "two_networks"\n', "written.toml")
odd = runs.experiment(text + '\n[method]\nplugin = "odd"\n', "odd.toml")


def run(path, *words, check=True):
    return runs.byolab("run", path, "--plugin-path", METHODS, "--replace", *words, check=check)


def identity(folder):
    return runs.attributes(folder)["run_id"]


# Written or not, the default is the same run.
first, second = runs.folder_of(run(plain)), runs.folder_of(run(written, "--set", 'run.name="tiny"'))
assert identity(first) == identity(second), (identity(first), identity(second))
assert 'plugin = "two_networks"' in runs.byolab("run", written, "--print").stdout
assert "[method]" not in runs.byolab("run", plain, "--print").stdout
# Another method is another run, and its sound pass gives what the stock one gives.
sound = runs.folder_of(run(odd, "--set", 'run.name="odd"'))
assert identity(sound) != identity(first)
runs.assert_same(runs.metrics(first), runs.metrics(sound))
with h5py.File(sound / "run.h5", "r") as record:
    assert b"method" in list(record["plugins"]["kind"]), list(record["plugins"]["kind"])

# Needs of one view: one pass with gradient, one without; and the loss is told of each step.
folder = runs.folder_of(run(plain, "--set", 'loss.plugin="one_sided"', "--set", 'run.name="sided"'))
numpy.testing.assert_array_equal(runs.metrics(folder)["train/stepped"], [1, 2, 3, 4])

# What does not fit is told before the first step, at the place of the table that names it.
FITS = [
    ("refuse", "byol", "failed in plan(): it wants five views", "odd.toml:"),
    ("no targets", "byol", "loss 'byol' does not fit method 'odd', which gives no target projection of any view", ""),
    ("no predictions", "byol", "which gives no prediction of any view", ""),
    ("no targets", "info_nce", "which gives no target projection of view 'view1'", ""),
    ("own pairs", "pairless", "which pairs predictions and targets in its own way", ""),
    ("lone projector", "byol", "its plan has a target of a projector alone", "odd.toml:"),
    ("unknown part", "byol", "its plan has a target of 'predictor'", "odd.toml:"),
    ("no views", "byol", "it plans outputs of no view", "odd.toml:"),
]
for does, loss, part, place in FITS:
    done = run(odd, "--set", f'method.does="{does}"', "--set", f'loss.plugin="{loss}"', "--set",
               f'run.output="{does.replace(" ", "_")}_{loss}"', check=False)
    assert done.returncode == 1 and part in done.stderr and place in done.stderr, (does, done.stdout, done.stderr)
    assert not pathlib.Path(f"{does.replace(' ', '_')}_{loss}").exists(), does

# What a method gives.
GIVES = [
    ("write", "it changed the views or the labels, which it is only lent"),
    ("forget", "it planned the prediction of view 1, and gave none"),
    ("flatten", "it gave Float [512] as the prediction of view 1"),
    ("fewer views", "it gave outputs of 1 views, and planned 2"),
    ("pair nothing", "it pairs the prediction of view 0 with the target of view 7"),
    ("pair unequal", "it pairs 32 rows of predictions (view 0) with 64 of targets (view 1)"),
    ("encoder alone", "the target has no projector: the method's plan names none"),
    ("target predicts", "the target has no predictor"),
    ("tokens", "in tokens() at step 0: it gives no vectors of patches"),
]
for does, part in GIVES:
    done = run(odd, "--set", f'method.does="{does}"', "--set", f'run.output="{does.replace(" ", "_")}"', check=False)
    assert done.returncode == 1 and part in done.stderr, (does, done.stdout, done.stderr)
    named = "encoder 'convnet'" if does == "tokens" else "method 'odd'"
    assert named in done.stderr, (does, done.stderr)

done = run(plain, "--set", 'loss.plugin="blind"', check=False)
assert done.returncode == 1 and "no network sees view 'view1'" in done.stderr, done.stderr
