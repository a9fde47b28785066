# labels: slow
# ctest: TIMEOUT 600
"""A plugin that writes into what it is only lent, or leaves its own parts in another form, is named itself: not the
next plugin that stumbles over it, nor the user's file, and the numbers of others stay right."""

import os
import pathlib
import re
import signal
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

HARMS = runs.BUILD / "tests/fixtures/harms"
EVALUATE = '[[evaluate]]\nplugin = "knn"\nk = 5\nevery = "1 epoch"'
path = runs.experiment(runs.TINY.replace("epochs = 2", "steps = 4").replace('dtype = "auto"', ""))
bare = pathlib.Path(path).read_text().replace(EVALUATE, "").replace('[[evaluate]]\nplugin = "collapse"', "")
bare = runs.experiment(bare, "bare.toml")


def run(file, key, value, *more):
    number = len(list(pathlib.Path().glob("out-*")))
    return runs.byolab("run", file, "--plugin-path", HARMS, "--set", f"{key}={value}",
                       "--set", f"run.output=out-{number}", *more, check=False)


def plugin(name, does):
    return f'{{plugin="harmful_{name}", does="{does}"}}'


PIECES = "its parameters and buffers are not those that it was made with: "
CASES = [
    ("encoder", "encoder", "input", "in forward() at step 0: it changed the images, which it is only lent"),
    ("encoder", "encoder", "grows", PIECES + "'seen' is Float [7], and was Float [1]"),
    ("encoder", "encoder", "retypes", PIECES + "'seen' is Double [1], and was Float [1]"),
    ("encoder", "encoder", "layer", PIECES + "'late' stands where 'seen' was"),
    ("encoder", "encoder", "swaps", PIECES + "'scale' is another tensor"),
    ("encoder", "encoder", "wide", "in forward() at step 0: it gave a tensor of shape [250, 6]"),
    ("encoder", "encoder", "double", "and type Double; expected are dense floating-point numbers [250, 3] (float32"),
    ("encoder", "encoder", "negative", "in features(): features() gave -3; expected is the length of a row"),
    ("encoder", "encoder", "huge", "in features(): features() gave 1152921504606846976"),
    ("projector", "head", "input", "in forward() at step 0: it changed its input, which it is only lent"),
    ("projector", "head", "no width", "in outputs(): outputs() gave 0"),
    ("projector", "head", "fewer", "in forward() at step 0: it gave a tensor of shape ["),
    ("loss", "loss", "outputs", "in forward() at step 0: it changed the outputs of the networks, which it is only "
                                "lent"),
    ("optimizer", "optimizer", "resizes", "in step() at step 0: it left encoder conv1.weight as Float [1]; expected is "
                                          "Float [8, 3, 3, 3]"),
    ("optimizer", "optimizer", "retypes", "in step() at step 0: it left encoder conv1.weight as Double [8, 3, 3, 3]"),
    ("optimizer", "optimizer", "freezes", "in step() at step 0: it froze encoder conv1.weight"),
    ("data", "data", "negative", "in size(): it gave -5; expected is the number of images"),
    ("data", "data", "huge", "in size(): it gave 4611686018427387904"),
    ("target", "rule", "assigns", "in update() at step 0: it put other tensors in the place of the target's encoder "
                                  "conv1.weight"),
    ("target", "rule", "copies", "in update() at step 0: it put other tensors in the place of the target's encoder "
                                 "conv1.weight"),
    ("target", "rule", "sparse", "in state(): the state 'kept' is a SparseCPUFloatType tensor; only dense ones can be "
                                 "saved"),
]
KINDS = {"rule": "target_update", "data": "dataset"}
for key, name, does, part in CASES:
    done = run(path, key, plugin(name, does))
    assert done.returncode == 1, (name, does, done.returncode, done.stdout, done.stderr)
    told = f"error: {KINDS.get(name, name)} 'harmful_{name}' (libharms.so) failed in"
    assert told in done.stderr and part in done.stderr, (name, does, done.stderr)
    assert done.stderr.count(" failed in ") == 1, done.stderr  # one plugin is named, once

for does, part in (("empty", "resample() asks for an image of 0 × 0"),
                   ("huge", "resample() asks for an image of 2000000000 ×")):
    done = run(path, "views.view1.augment", f'[{plugin("augmentation", does)}]')
    assert (done.returncode == 1
            and "error: augmentation 'harmful_augmentation' (libharms.so) failed in draw(): "
            + part in done.stderr), done

for does, part in (("features", "it changed features or labels"), ("pairs", "it changed paired views"),
                   ("weights", "it changed the online network's weights"),
                   ("unknown labels", "the data set has no labels 'color'"),
                   ("two values", "it gave 2 numbers for 1 declared metrics")):
    done = run(path, "evaluate", f'[{plugin("evaluator", does)}, {{plugin="knn", k=5}}]')
    assert done.returncode == 1, done
    said = f"error: evaluator 'harmful_evaluator' (libharms.so) failed in evaluate() at step 0: {part}"
    assert said in done.stderr, done.stderr

# A schedule is called by others, and is not to be taken for them.
done = run(path, "optimizer", '{plugin="sgd", lr={schedule="harmful_schedule", does="throws"}}')
assert done.returncode == 1, done
said = "error: schedule 'harmful_schedule' (libharms.so) failed in at() at step 2: no number for this step"
assert said in done.stderr, done.stderr

# So is a plugin that another one holds.
held = '{plugin="combined", losses=["byol", ' + plugin("loss", "%s") + "]}"
done = run(path, "loss", held % "throws")
assert done.returncode == 1, done
assert "error: loss 'harmful_loss' (libharms.so) failed in forward() at step 0: no loss" in done.stderr, done.stderr
done = run(path, "loss", held % "crashes")
assert done.returncode == -signal.SIGSEGV, done
assert re.search(r"loss 'harmful_loss' \(\S*libharms\.so\) in forward\(\) at step 0 crashed \(segmentation fault\)",
                 done.stderr), done.stderr
assert run(path, "loss", held % "nothing").returncode == 0
done = run(path, "views.view1.augment", '[{plugin="random_apply", p=1, augment=' + plugin("augmentation", "throws")
           + "}]")
assert done.returncode == 1, done
assert "error: augmentation 'harmful_augmentation' (libharms.so) failed in resample(): no box" in done.stderr, done

# Other memory with the same numbers is an optimizer's own affair, and none of these is refused where it does nothing.
for key, name, does in (("optimizer", "optimizer", "other memory"), ("encoder", "encoder", "nothing"),
                        ("projector", "head", "nothing"),
                        ("loss", "loss", "nothing"), ("data", "data", "nothing"), ("target", "rule", "nothing")):
    done = run(path if key != "data" else bare, key, plugin(name, does))
    assert done.returncode == 0, (name, does, done.stderr)

# What an author declared wrongly is put down to the plugin, not to the line that names it.
for name, part in (("bad_default", "declares the option 'width' with the default 0, where integer ≥ 1 is expected"),
                   ("bad_name", r"declares the option 'A b.c\x0a', which is no name for one")):
    done = run(path, "encoder", f'{{plugin="{name}"}}')
    assert done.returncode != 0 and part in done.stderr and "the plugin's author must" in done.stderr, done.stderr
print("who does harm is named")
