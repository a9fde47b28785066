"""byolab run --profile: a table that names both ways of an operation, a trace that parses, and a word where there is
none."""

import json
import os
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

path = runs.experiment()
fast = ["--set", 'encoder={plugin="convnet",channels=[16,16],strides=[1,1]}', "--set", "run.batch_size=8",
        "--set", 'run.dtype="float32"']
said = runs.byolab("run", path, *fast, "--set", "run.steps=8", "--set", 'run.name="long"', "--profile",
                   "trace.json").stdout
assert "wall time by itself, mean of 3 steps" in said, said
for name in ("byolab::convolution_3x3", "byolab::Winograd, backward", "byolab::batch_norm",
             "byolab::FusedBatchNorm, backward"):
    assert re.search(rf"^{re.escape(name)} +[\d.]+ +[\d.]+% +[\d.]+$", said, re.M), (name, said)
names = {event["name"] for event in json.loads(pathlib.Path("trace.json").read_text())["traceEvents"]}
assert "byolab::convolution_3x3" in names, sorted(names)[:50]

# Too few steps: it says so, and leaves no file.
said = runs.byolab("run", path, "--set", "run.steps=4", "--set", 'run.name="short"', "--profile", "none.json").stdout
assert "none.json was not written: a profile begins after the first 5 steps, and there were 4" in said, said
assert not pathlib.Path("none.json").exists()

# A file that cannot be is told before anything else is made.
wrong = runs.byolab("run", path, "--set", 'run.name="nowhere"', "--profile", "gone/trace.json", check=False)
assert wrong.returncode != 0 and "gone/trace.json cannot be written" in wrong.stderr, wrong.stderr
assert not list(pathlib.Path("runs").glob("nowhere*"))
