# labels: slow
# ctest: TIMEOUT 600
"""Optional capabilities: asked for where they are, also of a plugin within a plugin; where one is missing or lies, the
plugin, the call and the fix are told, before the first step where it can be known."""

import json
import os
import pathlib
import sys

import numpy

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

FOLDER = runs.BUILD / "tests/fixtures/capabilities"
bare = runs.TINY[:runs.TINY.index("[[evaluate]]")]
path = runs.experiment(bare.replace("epochs = 2", "steps = 6\ncalibrate = 64\ndtype = 'float32'"))
runs_made = 0


def go(*settings, check=True):
    global runs_made
    runs_made += 1
    more = [word for key, value in settings for word in ("--set", f"{key}={value}")]
    done = runs.byolab("run", path, "--plugin-path", FOLDER, "--set", f"run.output=out-{runs_made}", *more, check=check)
    return runs.folder_of(done) if check else done


def refused(*settings, part, steps=None):
    done = go(*settings, check=False)
    assert done.returncode in (1, 2) and part in done.stderr, (settings, part, done.returncode, done.stderr)
    folders = list(pathlib.Path(f"out-{runs_made}").glob("*/run.h5"))
    if steps is None:
        assert not folders, (settings, "it can be known before the first step")
    return done


def last(folder, name):
    return runs.metrics(folder)[name][-1]


# A plugin within another has a capability exactly when it has it by itself, and what stands in the way is guarded.
CELLS = '{plugin="cell_encoder"}'
cells = go(("encoder", '{plugin="holds_encoder", inner="cell_encoder"}'))
assert [last(cells, f"train/has_{what}") for what in ("maps", "tokens", "without_decay")] == [1, 1, 1]
convnet = go(("encoder", '{plugin="holds_encoder", inner={plugin="convnet", channels=[4], strides=[4]}}'))
assert [last(convnet, f"train/has_{what}") for what in ("maps", "tokens", "without_decay")] == [1, 0, 0]
plain = go(("encoder", '{plugin="holds_encoder", inner="plain_encoder"}'))
assert [last(plain, f"train/has_{what}") for what in ("maps", "tokens", "without_decay")] == [0, 0, 0]

solved = go(("predictor", '{plugin="holds_head", inner="optimal_linear"}'))
assert list(runs.metrics(solved)["train/solved"]) == [1, 2, 3, 4, 5, 6]
alone = go(("predictor", '{plugin="optimal_linear"}'))
numpy.testing.assert_array_equal(runs.metrics(solved)["train/loss"], runs.metrics(alone)["train/loss"])
assert last(go(("predictor", '{plugin="holds_head", inner="identity"}')), "train/solved") == 0
refused(("predictor", '{plugin="holds_head", inner="throws_when_solved"}'), steps=0,
        part="error: head 'throws_when_solved' (libcapabilities.so) failed in solve() at step 0: no solution")
refused(("projector", '{plugin="optimal_linear"}'),
        part="this head is solved for from targets, which only the predictor gets")

# hybrid, holding ladder, restarts when ladder does, and does not where it holds rules that do not.
LADDER = '{plugin="ladder", interval="2 steps"}'
ladder = runs.metrics(go(("target", LADDER)))["train/loss"]
hybrid = runs.metrics(go(("target", f'{{plugin="hybrid", encoder={LADDER}, projector={LADDER}}}')))["train/loss"]
numpy.testing.assert_array_equal(ladder, hybrid)
refused(("target", '{plugin="hybrid", encoder="throws_when_asked"}'), steps=0,
        part="error: target_update 'throws_when_asked' (libcapabilities.so) failed in restarts_online() at step 1: "
             "do not ask")
refused(("target", '{plugin="throws_when_asked"}'), steps=0,
        part="error: target_update 'throws_when_asked' (libcapabilities.so) failed in restarts_online() at step 1")

# What is named without decay counts among biases and norms, by name, through a holder too.
OBSERVE = ("observe", '[{plugin="counts_spared"}]')
assert last(go(("encoder", CELLS), OBSERVE), "train/spared") == 1
assert last(go(("encoder", '{plugin="holds_encoder", inner="cell_encoder"}'), OBSERVE), "train/spared") == 1
assert last(go(("encoder", '{plugin="plain_encoder"}'), OBSERVE), "train/spared") == 0
done = refused(("encoder", '{plugin="cell_encoder", does="misnames"}'),
               part="error: encoder 'cell_encoder' (libcapabilities.so) failed in without_decay(): it names "
                    "'positoin', and has no parameter of that name")
assert "did you mean 'position'?" in done.stderr and "parameters: weight, position" in done.stderr, done.stderr


# An evaluator that asks for what there is gets it.
def asking(**options):
    said = ", ".join(f'{key}="{value}"' if isinstance(value, str) else f"{key}={str(value).lower()}"
                     for key, value in options.items())
    return ("evaluate", f'[{{plugin="asking"{", " if said else ""}{said}}}]')


found = go(asking(maps=True, boxes=True))
assert last(found, "asking/images") == 64 and last(found, "asking/boxes") == 64
assert last(found, "asking/maps") > 0
boxed = go(("data", '{plugin="boxed"}'), asking(boxes=True))  # of the two boxes in a picture the middle crop shows one
assert last(boxed, "asking/boxes") == 64
through = go(("encoder", '{plugin="holds_encoder", inner="cell_encoder"}'), asking(maps=True))
assert numpy.isfinite(last(through, "asking/maps"))

# What the run does not have is told with its place before the first step.
done = refused(("encoder", '{plugin="plain_encoder"}'), asking(maps=True),
               part="[[evaluate]] 'asking': evaluator 'asking' (libcapabilities.so) asks for feature maps, and encoder "
                    "'plain_encoder' (libcapabilities.so) gives none")
assert "leave out what asks for them" in done.stderr, done.stderr
text = path.read_text() + '\n[[evaluate]]\nname = "boxes"\nplugin = "asking"\nboxes = true\n'
images = pathlib.Path("images")
for split in ("train", "test"):
    for label in ("a", "b"):
        (images / split / label).mkdir(parents=True)
        for number in range(20):
            name = f"{split[1]}{label}{number}"
            pixel = bytes((numpy.arange(32 * 32 * 3) * (7 + number) + ord(label) + ord(name[0])).astype("uint8"))
            (images / split / label / f"{number}.ppm").write_bytes(b"P6 32 32 255\n" + pixel)
placed = runs.experiment(text.replace('plugin = "shapes"\ntrain = 256\ntest = 64',
                                      'plugin = "image_folder"\nroot = "images"'), "placed.toml")
done = runs.byolab("run", placed, "--plugin-path", FOLDER, check=False)
line = placed.read_text()[:placed.read_text().index('[[evaluate]]\nname = "boxes"')].count("\n") + 1
assert done.returncode in (1, 2), done
assert "[[evaluate]] 'boxes': evaluator 'asking' (libcapabilities.so) asks for boxes of objects, and dataset " \
    "'image_folder' " in done.stderr and f"placed.toml:{line}:" in done.stderr, (line, done.stderr)

# What it asks for wrongly is put down to it.
for options, part in (
        ({"maps": True, "does": "says nothing"}, "it asks its subject for feature maps, and its asks() does not"),
        ({"boxes": True, "does": "says nothing"}, "it asks its subject for annotations, and its asks() does not"),
        ({"does": "goes beyond"}, "it asks for images 0 to 65 of 64"),
        ({"maps": True, "does": "gives vectors"}, "it asks for the maps of Float [64, 3072]; expected are images")):
    refused(asking(**options), steps=0,
            part=f"error: evaluator 'asking' (libcapabilities.so) failed in evaluate() at step 0: {part}")
refused(("target", '{plugin="online"}'), asking(maps=True, does="wants the target"), steps=0,
        part="failed in evaluate() at step 0: it asks for feature maps of the target, and there is no second network")

# What the encoder or the data set gives wrongly is put down to those.
for does, part in (("two channels", "it gave 1 feature maps, and map_channels() has 2 numbers: [6, 6]"),
                   ("flat", "it gave Float [64, 6, 16] as map 0; expected are dense floating-point numbers [64, 6, "),
                   ("writes", "it changed the images, which it is only lent"), ("throws", "no maps today")):
    for encoder in (f'{{plugin="cell_encoder", does="{does}"}}',
                    f'{{plugin="holds_encoder", inner={{plugin="cell_encoder", does="{does}"}}}}'):
        refused(("encoder", encoder), asking(maps=True), steps=0,
                part=f"error: encoder 'cell_encoder' (libcapabilities.so) failed in maps() at step 0: {part}")
for does, part in (("inverted", "a box in image 0 is inverted or empty: left 26, top 8, right 10, bottom 24"),
                   ("outside", "a box in image 0 lies outside of the picture of 40 x 48 pixels (height x width)"),
                   ("is nan", "a box in image 0 is inverted or empty"),
                   ("other mask", "a mask in image 0 has 100 bytes; the picture has 40 x 48 pixels"),
                   ("other class", "an object in image 0 has the label 2; there are 2 classes"),
                   ("throws", "the boxes are lost")):
    done = refused(("data", f'{{plugin="boxed", does="{does}"}}'), asking(boxes=True), steps=0,
                   part="error: dataset 'boxed' (libcapabilities.so) failed in annotations(): ")
    assert part in done.stderr, (does, done.stderr)

# Predictions are as many as images, of classes that there are.
EMBED = ("record.embeddings", "true")
for does, part in (("names too few", "it gave Long [63]; expected is a class for each of 64 held-out images"),
                   ("names numbers", "it gave Float [64]; expected is a class"),
                   ("names too much", "it named a class beyond the 10 that there are")):
    refused(asking(does=does), EMBED, steps=0,
            part=f"error: evaluator 'asking' (libcapabilities.so) failed in predictions() at step 5: {part}")

# `plugin check` finds the same without a run.
for does, check, part in (("nothing", None, ""), ("two channels", "maps", "map_channels() has 2 numbers"),
                          ("writes", "maps", "it changed the images"),
                          ("backwards", "tokens", "with `keep` naming every patch in order it gave other vectors")):
    done = runs.byolab("plugin", "check", "cell_encoder", "--plugin-path", FOLDER, "--json", "--set", f"does={does}",
                       check=False)
    failed = {each["check"]: each["sentence"] for each in json.loads(done.stdout)[0]["checks"]
              if each["outcome"] == "failed"}
    assert list(failed) == ([check] if check else []) and part in failed.get(check, ""), (does, failed)
done = runs.byolab("plugin", "check", "plain_encoder", "--plugin-path", FOLDER)
assert "it gives no feature maps" in done.stdout and "it gives no vectors of patches" in done.stdout, done.stdout
for does, part in (("inverted", "a box in image 0 is inverted or empty"),
                   ("other mask", "a mask in image 0 has 100 bytes")):
    done = runs.byolab("plugin", "check", "boxed", "--plugin-path", FOLDER, "--set", f"does={does}", check=False)
    assert done.returncode == 1 and part in done.stdout, done.stdout
for does, part in (("says nothing", "its asks() does not say so"), ("names too few", "predictions() gave [59]"),
                   ("names too much", "predictions() named a class beyond the 3")):
    done = runs.byolab("plugin", "check", "asking", "--plugin-path", FOLDER, "--set", f"does={does}", "--set",
                       "maps=true", check=False)
    assert done.returncode == 1 and part in done.stdout, done.stdout
print("capabilities are found where they are, and told where they are not")
