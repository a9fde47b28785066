"""What an arm's label says is what its trials do: plugins are chosen before options are set, no axis and no --set
replaces another without a word, and no trial is called best by a metric of which nobody knows which way is better."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs
import byolab_sweeps as sweeps
import h5py

TINY = runs.TINY.split("[[evaluate]]")[0].replace("epochs = 2", "steps = 1")
LR = '[[sweep.axis]]\nname = "lr"\nkey = "optimizer.lr"\nvalues = [0.1, 0.2]\n'
PLUGIN = '[[sweep.axis]]\nname = "opt"\nvalues = [{ label = "adam", "optimizer.plugin" = "adamw" }, ' \
         '{ label = "lars", "optimizer.plugin" = "lars" }]\n'


def write(name, axes, keys=""):
    return sweeps.write(f'extends = "tiny.toml"\n[sweep]\nname = "{name}"\n{keys}\n{axes}', f"{name}.toml", TINY)


def dry(path, *words, check=True):
    return sweeps.sweep(path, "--dry-run", "--no-calibrate", *words, check=check)


def refused(path, *words):
    done = dry(path, *words, check=False)
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    return done.stderr


# A rate of one axis stays where another axis, before or after it, chooses the optimizer.
for name, axes in (("after", LR + PLUGIN), ("before", PLUGIN + LR)):
    sweeps.sweep(write(name, axes, 'combine = "zip"'))
    for (label, _), row in sweeps.trials(f"runs/{name}/sweep.h5").items():
        with h5py.File(pathlib.Path("runs", name) / row["file"]) as record:
            resolved = record["config/resolved"].asstr()[()]
        optimizer = resolved.split("[optimizer]")[1].split("\n[")[0]
        rate, plugin = ("0.1", "adamw") if "lr=0.1" in label else ("0.2", "lars")
        assert f'plugin = "{plugin}"' in optimizer and f"lr = {rate}\n" in optimizer, (label, optimizer)
out = dry(write("grid", LR + PLUGIN)).stdout
assert "4 trials of 4 arms" in out and "same experiment" not in out, out
# An option that the plugin of another axis has not: told with its line, and not dropped.
said = refused(write("tau", '[[sweep.axis]]\nkey = "target.tau"\nvalues = [0.9]\n'
                            '[[sweep.axis]]\nname = "rule"\n'
                            'values = [{ label = "copy", "target.plugin" = "online" }]\n'))
assert "error: tau.toml:7:11: unknown key 'tau' for target_update 'online'" in said, said

# Two axes of one key: one of two labels would not be true.
two = LR.replace('"lr"', '"a"', 1) + LR.replace('"lr"', '"b"', 1).replace("[0.1, 0.2]", "[0.3, 0.4]")
for keys in ("", 'combine = "zip"'):
    said = refused(write("two", two, keys))
    assert said.count("error:") == 1 and "two.toml:8:11" in said, said
    assert "error: two.toml:12:11: 'optimizer.lr = 0.3' replaces 'optimizer.lr = 0.1' of the same arm\n" in said, said
dry(write("two", two, 'combine = "one_by_one"'))  # no arm has both
said = refused(write("length", '[[sweep.axis]]\nkey = "run.steps"\nvalues = [2]\n'
                               '[[sweep.axis]]\nkey = "run.epochs"\nvalues = [1]\n'))
assert "'run.epochs = 1' replaces 'run.steps = 2'" in said, said
# What another setting of the arm refines, or says too, is there.
dry(write("table", '[[sweep.axis]]\nname = "end"\nkey = "optimizer.lr.to"\nvalues = [0.0, 0.1]\n[[sweep.axis]]\n'
                   'name = "form"\n'
                   'values = [{ label = "cosine", "optimizer.lr" = { schedule = "cosine", from = 1.0 } }]\n'))

# A --set that every arm replaces changes nothing; of one that some replace it is said how many.
said = refused(write("set", LR), "--set", "optimizer.lr=0.77")
assert ("error: --set optimizer.lr=0.77: 'optimizer.lr' changes nothing: every arm of the sweep replaces it" in said
        and "set.toml:8:11" in said), said
some = write("some", '[[sweep.axis]]\nname = "rate"\n'
                     'values = [{ label = "file" }, { label = "own", "optimizer.lr" = 1.0 }]\n')
out = dry(some, "--set", "optimizer.lr=0.77").stdout
assert "note: '--set optimizer.lr=0.77' changes 1 of 2 arms" in out, out
out = dry(write("set", LR), "--set", "optimizer.weight_decay=0.1").stdout
assert "note:" not in out, out
done = dry(some, "--set", "optimizer.lr=0.7", "--set", "optimizer.lr=0.8")
assert "note: --set optimizer.lr=0.8 counts, and not --set optimizer.lr=0.7" in done.stderr, done.stderr

# A range that is wrong is told once, and not for each of its samples.
said = refused(write("range", '[[sweep.axis]]\nsamples = 3\nranges = { "predictor.hidden" = { from = 1.5, to = 3.7, '
                              'scale = "integer" } }\n'))
assert said.count("error:") == 1 and "must be whole numbers on an integer scale" in said, said

# "Best" is told of metrics whose name or whose sweep says which way is better, and of which images.
knn = '[[evaluate]]\nplugin = "knn"\nk = 5\n[[evaluate]]\nplugin = "collapse"\n'
BEST = (("collapse_alignment", "", ""), ("collapse_alignment", 'better = "less"', "alignment (test images) "),
        ("knn_top1", "", "top1 (test images) "))
for number, (metric, more, best) in enumerate(BEST):
    path = write("best", knn + '[[sweep.case]]\nlabel = "a"\n', f'metric = "{metric}"\n{more}')
    out = sweeps.sweep(path, "--output", f"best{number}").stdout
    assert ("; best" in out) == bool(best) and (f"; best {metric.split('_')[0]}_{best}" in out) == bool(best), out
    assert ("is not known, so that no trial is called best" in out) == (not best), out
out = sweeps.sweep(write("best", knn + '[[sweep.case]]\nlabel = "a"\n', 'metric = "knn_top1"'), "--set",
                   "data.validation=0.2", "--output", "apart").stdout
assert "; best knn_top1 " in out and "test images" not in out, out
print("labels, --set and best: as they say")
