# labels: slow
# ctest: TIMEOUT 900
"""Observers built out of tree against the installed SDK: they pass `plugin check`, clip as PyTorch does, log every row,
survive a kill, and what they do wrong is told with their names."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import numpy

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs
import out_of_tree

sdk = out_of_tree.install()
GOOD, BAD = (out_of_tree.build(sdk, project) for project in ("observers", "observers/wrong"))
out_of_tree.expect_short("observers", 150)
out_of_tree.check(sdk, GOOD / "libobservers.so", 2)

HERE_TOO = ("--plugin-path", GOOD)
path = runs.experiment(runs.TINY.replace("[run]", '[run]\ndtype = "float64"'))


def observed(output, *tables, file="observed.toml", check=True, extra=(), plugins=HERE_TOO):
    text = path.read_text() + "".join(f"\n[[observe]]\n{table}\n" for table in tables)
    experiment = runs.experiment(text, file)
    done = runs.byolab("run", experiment, "--set", f"run.output={output}", *plugins, *extra, check=check)
    return runs.folder_of(done) if check else done


plain = runs.run(path, "--set", "run.output=plain")
LOG, CLIP = 'plugin = "json_lines"', 'plugin = "clip_gradients"\nmax_norm = 0.05'

# A passive one changes nothing, not even which run it is.
logged = observed("logged", LOG)
assert logged.name.split("-")[-1] == plain.name.split("-")[-1], (logged.name, plain.name)
runs.assert_same(runs.metrics(plain), runs.metrics(logged))
rows = [json.loads(line) for line in (logged / "rows.jsonl").read_text().splitlines()]
train = [row for row in rows if row["group"] == "metrics/train"]
assert [row["step"] for row in train] == list(range(16))
recorded = runs.metrics(logged)
numpy.testing.assert_array_equal(numpy.float32([row["loss"] for row in train]), recorded["train/loss"])
knn = [row for row in rows if row["group"] == "metrics/knn"]
numpy.testing.assert_array_equal(numpy.float32([row["top1"] for row in knn]), recorded["knn/top1"])

# Clipping is another run. Norms are of before, all of them and by part; a bound that is never reached changes nothing.
clipped = observed("clipped", CLIP)
assert clipped.name.split("-")[-1] != plain.name.split("-")[-1]
found = runs.metrics(clipped)
by_part = [found[f"train/gradient_norm_{part}"] for part in ("encoder", "projector", "predictor")]
numpy.testing.assert_allclose(found["train/gradient_norm"], numpy.sqrt(sum(norm**2 for norm in by_part)), rtol=1e-6)
assert (found["train/gradient_norm"] > 0.05).all()
wide = observed("wide", CLIP.replace("0.05", "1e9"))
same = {name: values for name, values in runs.metrics(wide).items() if "gradient_norm" not in name}
runs.assert_same(runs.metrics(plain), same)

# One that comes after one that scales is told the norms of what is there now.
twice = observed("twice", CLIP + '\nname = "first"', CLIP.replace("0.05", "0.02") + '\nname = "second"')
norms = runs.metrics(twice)
assert (norms["train/gradient_norm"] > 0.05).all() and (norms["train/second_gradient_norm"] <= 0.05 * (1 + 1e-6)).all()
numpy.testing.assert_allclose(norms["train/second_gradient_norm"], 0.05, rtol=1e-6)

# Both, killed in the middle and resumed: the same rows, each once.
both = observed("both", LOG, CLIP)
killed = subprocess.Popen([runs.BIN, "run", "observed.toml", "--set", "run.output=killed", "--set",
                           "checkpoint.every=3 steps", "--plain", *HERE_TOO], stdout=subprocess.DEVNULL)
folder = pathlib.Path("killed") / both.name
while killed.poll() is None and not (folder / "checkpoint.pt").exists():
    time.sleep(0.02)
killed.send_signal(signal.SIGKILL)
killed.wait()
resumed = runs.folder_of(runs.byolab("run", "observed.toml", "--set", "run.output=killed", "--set",
                                     "checkpoint.every=3 steps", "--resume", *HERE_TOO))
runs.assert_same(runs.metrics(both), runs.metrics(resumed))


def without_clocks(file):
    return [{key: value for key, value in json.loads(line).items() if key not in runs.CLOCKED}
            for line in file.read_text().splitlines()]


assert without_clocks(resumed / "rows.jsonl") == without_clocks(both / "rows.jsonl")

# A logger may be added to a run that goes on; what it would have logged before is not made up.
half = subprocess.Popen([runs.BIN, "run", path, "--set", "run.output=added", "--set", "checkpoint.every=3 steps",
                         "--plain"], stdout=subprocess.DEVNULL)
folder = pathlib.Path("added") / plain.name
while half.poll() is None and not (folder / "checkpoint.pt").exists():
    time.sleep(0.02)
half.send_signal(signal.SIGKILL)
half.wait()
observed("added", LOG, extra=("--resume", "--folder", folder))
steps = [row["step"] for row in without_clocks(folder / "rows.jsonl") if row["group"] == "metrics/train"]
assert steps == list(range(steps[0], 16)) and steps[0] >= 3, steps
runs.assert_same(runs.metrics(plain), runs.metrics(folder))

# What goes wrong names the observer; where it can be known before the first step, it is.
WRONG = ("--plugin-path", BAD)
for table, part, code in (
        ('plugin = "throws_at_end"', "the run is complete, but observer 'throws_at_end'", 0),
        ('plugin = "scales_in_secret"', "it changed a gradient", 1),
        ('plugin = "scales_to_nothing"', "it left a gradient that is not finite", 1),
        ('plugin = "passive_that_stops"', "its class says kPassive", 1),
        ('plugin = "passive_that_scales"', "its class says kPassive", 1),
        ('plugin = "json_linse"', "no observer is named 'json_linse'", 2)):
    done = observed("wrong_" + table.split('"')[1], table, file="wrong.toml", check=False, plugins=WRONG)
    assert done.returncode == code and part in done.stdout + done.stderr, (table, done.stdout, done.stderr)

# Two that both stop: both are named, the run is evaluated and finished, and stays so.
both_stop = observed("stop", 'plugin = "stops"\nafter = 5', 'name = "other"\nplugin = "stops"\nafter = 5',
                     file="stop.toml", plugins=WRONG)
attributes = runs.attributes(both_stop)
assert attributes["status"] == "finished", attributes
reason = attributes["reason"]
assert "observer 'stops' after 5 steps" in reason and "observer 'other' after 5 steps" in reason, reason
ended = runs.metrics(both_stop)
assert len(ended["train/loss"]) == 5 and ended["knn/step"][-1] == 5
before = (both_stop / "run.h5").read_bytes()
again = runs.byolab("run", "stop.toml", "--set", "run.output=stop", "--resume", *WRONG)
assert (both_stop / "run.h5").read_bytes() == before, again.stdout
shutil.rmtree(sdk)
