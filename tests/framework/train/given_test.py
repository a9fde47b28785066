# labels: slow
# ctest: TIMEOUT 600
"""What plugins give back is judged before anything is computed with it: who gave it, in which call, and what was
wrong."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

LIES = runs.BUILD / "tests/fixtures/lies"
text = runs.TINY.replace("epochs = 2", "steps = 4\ndtype = 'float32'")
for evaluate in ('[[evaluate]]\nplugin = "collapse"', '[[evaluate]]\nplugin = "knn"\nk = 5\nevery = "1 epoch"'):
    text = text.replace(evaluate, "")
path = runs.experiment(text)


def run(kind, plugin, gives, *more):
    value = f'{{plugin="{plugin}", gives="{gives}"}}'
    if kind.startswith("views"):
        value = f'[{{plugin="random_resized_crop", size=32}}, {value}]'
    return runs.byolab("run", path, "--plugin-path", LIES, "--set", f"{kind}={value}", "--set",
                       f"run.output={kind}-{gives.replace(' ', '_')}", *more, check=False)


CASES = [
    ("loss", "false_loss", "nothing", "in forward() at step 2: it gave no tensor"),
    ("loss", "false_loss", "many", "in forward() at step 2: it gave a tensor of shape [32, 16]"),
    ("loss", "false_loss", "whole numbers", "and type Long; expected is one dense floating-point number"),
    ("loss", "false_loss", "detached", "in forward() at step 2: what it gave depends on no parameter"),
    ("loss", "false_loss", "unrelated", "in forward()'s gradient at step 2: no parameter got a gradient"),
    ("loss", "false_loss", "throwing gradient", "in forward()'s gradient at step 2: no way back"),
    ("loss", "false_loss", "wordless", "in forward() at step 2: it threw an exception without words"),
    ("projector", "false_head", "fewer", "in forward() at step 0: it gave a tensor of shape [16, 16]"),
    ("projector", "false_head", "wider", "expected are dense floating-point numbers [32, 16]"),
    ("predictor", "false_head", "flat", "it gave a tensor of shape [512]"),
    ("predictor", "false_head", "whole numbers", "and type Long; expected are dense floating-point numbers [32, 16]"),
    ("predictor", "false_head", "nothing", "in forward() at step 0: it gave no tensor"),
    ("encoder", "false_encoder", "fewer", "in forward() at step 0: it gave a tensor of shape [16, 3]"),
    ("encoder", "false_encoder", "wider", "expected are dense floating-point numbers [32, 3]"),
    ("target", "false_rule", "written", "in update() at step 2: it changed the online network's encoder conv1.weight"),
    ("target", "false_rule", "replaced", "in update() at step 2: it changed the online network's encoder conv1.weight"),
    ("target", "false_rule", "resized", "it left the target's encoder conv1.weight as Float [1]; expected is Float ["),
    ("target", "false_rule", "shared", "it left the target's encoder conv1.weight in the online network's own memory"),
    ("target", "false_rule", "values", "in values() at step 0: it gave 1 numbers for 2 declared metrics"),
    ("views.view1.augment", "false_augmentation", "stages", "in draw(): stages() gave -1"),
    ("views.view1.augment", "false_augmentation", "form", "in draw(): form() gave 77"),
    ("views.view1.augment", "false_augmentation", "double",
     "in apply(): it was given an image of type Float and returned one of type Double"),
    ("data", "false_data", "few bytes", " is said to have 32 rows of 32 pixels, and has 10 bytes"),
    ("data", "false_data", "huge", " is said to have 2000000000 rows"),
    ("data", "false_data", "negative", " is said to have 32 rows of -32 pixels"),
    ("data", "false_data", "label", "is 1000; there are 2 classes"),
]
NAMES = {"loss": "loss", "projector": "head", "predictor": "head", "encoder": "encoder", "data": "dataset",
         "target": "target_update", "views.view1.augment": "augmentation"}
for kind, plugin, gives, part in CASES:
    done = run(kind, plugin, gives)
    assert done.returncode == 1, (kind, gives, done.returncode, done.stdout, done.stderr)
    assert (f"error: {NAMES[kind]} '{plugin}' (liblies.so) failed in" in done.stderr
            and part in done.stderr), (kind, gives, done.stderr)

# The same plugins are taken where they tell the truth.
for kind, plugin in (("loss", "false_loss"), ("projector", "false_head"), ("encoder", "false_encoder"),
                     ("data", "false_data"), ("target", "false_rule"), ("views.view1.augment", "false_augmentation")):
    done = run(kind, plugin, "sound")
    assert done.returncode == 0, (kind, done.stderr)


# What a plugin switches in its thread stays with it.
def losses(gives):
    run("loss", "false_loss", gives, "--replace")
    return runs.metrics(next(p for p in pathlib.Path(f"loss-{gives}").iterdir()
                             if (p / "run.h5").exists()))["train/loss"]


assert (losses("autocast") == losses("sound")).all()

# quick_exit() is as little an end as exit().
done = run("loss", "false_loss", "quick exit")
assert (done.returncode == 1
        and "loss 'false_loss' (liblies.so) in forward() at step 2 ended the process" in done.stderr), done
print("nothing false is taken")
