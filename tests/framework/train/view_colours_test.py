"""What normalises an image stands behind all that changes its colours, in both views alike, and evaluation says it."""

import os
import pathlib
import re
import sys

import h5py

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs


def with_views(first, second='preset = "cifar_prime"'):
    text = runs.TINY.replace('preset = "cifar"\n', first + "\n").replace('preset = "cifar_prime"', second)
    return runs.experiment(text, "views.toml")


def behind(element):
    return f'preset = "cifar"\n[[views.augment]]\n{element}'


def refused(experiment, *words, status=1):
    before = sorted(pathlib.Path("runs").glob("*"))
    done = runs.byolab("run", experiment, "--plain", check=False)
    assert done.returncode == status, (done.stdout, done.stderr)
    for word in words:
        assert word in done.stderr, (word, done.stderr)
    assert sorted(pathlib.Path("runs").glob("*")) == before
    return done.stderr


def told(experiment):
    done = runs.byolab("run", experiment, "--plain", "--replace", "--set", "run.epochs=0")
    with h5py.File(runs.folder_of(done) / "run.h5") as run:
        return done.stdout + done.stderr, {k: v.decode() for k, v in run["environment"].attrs.items()}


# Colours are changed in [0, 1]: behind a preset's `normalize`, nearly all of them were cut to it.
for element, name in (('plugin = "color_jitter"\nname = "more"', "more"),
                      ('plugin = "solarize"\nname = "again"\np = 0.1', "again"),
                      ('plugin = "grayscale"\nname = "gray"\np = 0.3', "gray"),
                      ('plugin = "normalize"\nname = "twice"', "twice"),
                      ('plugin = "random_apply"\np = 0.5\naugment = { plugin = "color_jitter", brightness = 0.8 }',
                       "random_apply"),
                      ('plugin = "one_of"\nchoices = [{ plugin = "gaussian_blur" }, { plugin = "solarize" }]',
                       "one_of")):
    experiment = with_views(behind(element))
    line = experiment.read_text().split("\n").index("[[views.augment]]") + 1
    refused(experiment, f"views.toml:{line}:", f"augmentation '{name}' changes colours", "behind 'normalize'",
            f"write '{name}' before 'normalize'")

# What moves pixels or blurs them may stand there, and what never happens.
for element in ('plugin = "horizontal_flip"\nname = "flip"', 'plugin = "gaussian_blur"',
                'plugin = "solarize"\nname = "never"\np = 0.0', 'plugin = "random_apply"\naugment = "gaussian_blur"'):
    told(with_views(behind(element)))

# Seldom enough to be drawn for no image at the start, it is refused by the first that gets it.
rare = with_views(behind('plugin = "solarize"\nname = "rare"\np = 0.001'))
rare.write_text(rare.read_text().replace("epochs = 2", "epochs = 40"))
done = runs.byolab("run", rare, "--plain", check=False)
assert done.returncode == 1 and "augmentation 'rare' changes colours" in done.stderr, (done.stdout, done.stderr)

# Means and deviations are those of values in [0, 1].
in_bytes = 'preset = "cifar"\n[[views.augment]]\nplugin = "normalize"\nmean = {}\nstd = {}'
for mean, std in (([125.3, 123.0, 113.9], [63.0, 62.1, 66.7]), ([0.5, 0.5, 0.5], [0.5, 62.0, 0.5]),
                  ([0.5, -0.1, 0.5], [0.5, 0.5, 0.5])):
    text = refused(with_views(in_bytes.format(mean, std)), "of values in [0, 1]", "by 255")
    assert re.search(r"views\.toml:\d+:\d+", text), text
told(with_views(in_bytes.format([0, 0, 0], [1, 1, 1]), in_bytes.format([0, 0, 0], [1, 1, 1])))

# Images that are evaluated would not get it.
for element in ('plugin = "random_apply"\np = 1.0\naugment = { plugin = "normalize" }',
                'plugin = "one_of"\nchoices = [{ plugin = "normalize" }, { plugin = "solarize" }]'):
    crop = '[[views.augment]]\nplugin = "random_resized_crop"\nsize = 32\n[[views.augment]]\n'
    refused(with_views(crop + element), "holds 'normalize'", "evaluated", "an element of its own")

# Views that normalise differently, and how evaluated images are prepared, are told and recorded.
text, environment = told(with_views('preset = "cifar"', in_bytes.format([0, 0, 0], [1, 1, 1])))
note = next(line for line in text.split("\n") if "normalise differently" in line)
assert 'stats = "cifar10"' in note and "mean = [0.0, 0.0, 0.0]" in note and "view1" in note, note
assert note.removeprefix("note: ") in environment["data_notes"], environment
text, environment = told(with_views('preset = "cifar"\n[[views.augment]]\nplugin = "normalize"\nremove = true'))
assert "(nothing and { " in text or "(nothing and {" in text, text
assert environment["evaluated_images"].endswith("(bicubic)"), environment
text, environment = told(runs.experiment())
assert "normalise differently" not in text, text
prepared = ("images of 32x32 whole, of others the middle 87.5 % of the shorter side, resized to that (bicubic); then "
            "normalize")
assert f"evaluated: {prepared}\n" in text and environment["evaluated_images"] == prepared, (text, environment)
print("what normalises stands last, and evaluation says what it does")
