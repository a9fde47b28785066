# labels: slow
"""A run that starts from another's weights: which they are is part of what it is, where they lie is not."""

import os
import pathlib
import re
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

runs.experiment()
for seed in (0, 1):
    runs.run("tiny.toml", "--set", f"run.seed={seed}", "--set", "run.epochs=1", "--folder", f"first/{seed}")
path = runs.experiment('extends = "tiny.toml"\n[run]\nname = "second"\nepochs = 1\n\n[encoder]\n'
                       'load = "first/${run.seed}"\n', "second.toml")
second = runs.run(path)
other = runs.run(path, "--set", "run.seed=1")
assert runs.attributes(second)["run_id"] != runs.attributes(other)["run_id"]
assert runs.metrics(second)["knn/top1"][0] == runs.metrics("first/0")["knn/top1"][-1], (
    "the encoder is not where the first run left it")

# The same weights somewhere else, or named by their file: the same run.
shutil.copytree("first/0", "elsewhere")
for load in ("elsewhere", "first/0/checkpoint.pt"):
    again = runs.byolab("run", path, "--set", f"encoder.load={load}", check=False)
    assert again.returncode == 1 and f"{pathlib.Path(second).name} holds a run already" in again.stderr, again.stderr

# Other weights in the same place: another run. The first one is not taken for it, nor gone on with.
runs.run("tiny.toml", "--set", "run.epochs=2", "--folder", "first/0", "--replace")
third = runs.run(path)
assert third != second and runs.metrics(third)["knn/top1"][0] == runs.metrics("first/0")["knn/top1"][-1]
wrong = runs.byolab("run", path, "--folder", second, "--resume", check=False)
assert (wrong.returncode == 1 and "another run is in" in wrong.stderr
        and "the weights that it starts from" in wrong.stderr), wrong.stderr

# So in a sweep: trials whose weights are others now are run anew, and only those.
pathlib.Path("sweep.toml").write_text('extends = "second.toml"\n[sweep]\nseeds = 2\n[[sweep.axis]]\n'
                                      'key = "optimizer.lr"\nvalues = [1e-3]\n')
assert runs.byolab("sweep", "sweep.toml").stdout.count(" started") == 2
runs.run("tiny.toml", "--set", "run.seed=1", "--set", "run.epochs=2", "--folder", "first/1", "--replace")
out = runs.byolab("sweep", "sweep.toml").stdout
assert out.count(" started") == 1 and "seed 1" in out, out

# What is not there, or no checkpoint, is told with its place, all at once, and leaves no folder.
before = sorted(pathlib.Path("runs").iterdir())
pathlib.Path("bad.pt").write_text("no weights")
wrong = runs.byolab("run", path, "--set", "run.seed=7", "--set", "projector.load=bad.pt", check=False)
assert (wrong.returncode == 2
        and re.search(r"second\.toml:7:8: there are no weights to load: .*first/7", wrong.stderr)), wrong.stderr
assert (re.search(r"error: .*projector.load.*bad\.pt", wrong.stderr)
        and sorted(pathlib.Path("runs").iterdir()) == before), wrong.stderr
print("weights to start from are part of a run")
