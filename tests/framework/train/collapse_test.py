"""[run] stop_when = ["collapsed"] ends a run that collapses, as a result of its own, and leaves a healthy one alone."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs
import byolab_sweeps as sweeps

STOP = '\n[run]\nstop_when = ["collapsed"]\ncollapsed_below = {}\ncollapsed_for = "5 steps"\n'
runs.experiment()
runs.experiment('extends = "tiny.toml"\n' + STOP.format(0.99), "high.toml")
runs.experiment('extends = "tiny.toml"\n' + STOP.format(0.01), "low.toml")

# A threshold above what any network has: the fifth step is the last.
done = runs.byolab("run", "high.toml", check=False)
assert done.returncode == 4, (done.returncode, done.stdout)
assert "collapsed, z_std stayed below 0.99 for 5 steps, up to step 5" in done.stdout, done.stdout
folder = runs.folder_of(done)
found = runs.metrics(folder)
assert len(found["train/loss"]) == 5 and list(found["knn/step"]) == [0, 5] and max(found["train/z_std"]) < 0.99, found
assert runs.attributes(folder)["status"] == "collapsed"
# Gone on with, it stays as it is.
again = runs.byolab("run", "high.toml", "--resume", check=False)
assert again.returncode == 4 and runs.attributes(folder)["status"] == "collapsed"
runs.assert_same(found, runs.metrics(folder))

low = runs.run("low.toml")
assert runs.attributes(low)["status"] == "finished" and len(runs.metrics(low)["train/loss"]) == 16
plain = runs.run("tiny.toml")
runs.assert_same(runs.metrics(plain), runs.metrics(low))
assert runs.attributes(plain)["run_id"] != runs.attributes(low)["run_id"]  # it could have ended otherwise

# In a sweep it is a result: nothing is run again.
sweeps.write('extends = "high.toml"\n[sweep]\nseeds = 2\n')
out = sweeps.sweep("sweep.toml").stdout
assert "2 collapsed" in out and set(sweeps.statuses("runs/sweep/sweep.h5").values()) == {"collapsed"}, out
assert " started" not in sweeps.sweep("sweep.toml").stdout

# COLLAPSED on the screen is what these two keys say, whether or not the run ends for it.
for below, shown in ((0.99, True), (0.0, False)):
    done = runs.byolab("run", "tiny.toml", "--plain", "--replace", "--set", f"run.collapsed_below={below}", "--set",
                       "run.collapsed_for='5 steps'")
    line = next(line for line in reversed(done.stdout.split("\n")) if "step 16/16" in line)
    assert line.endswith(" COLLAPSED") == shown, line
done = runs.byolab("run", "tiny.toml", "--plain", "--replace", "--set", "run.collapsed_below=0.99", "--set",
                   "run.collapsed_for='17 steps'")
assert "COLLAPSED" not in done.stdout, done.stdout

wrong = runs.byolab("run", "tiny.toml", "--set", 'run.stop_when=["bored"]', check=False)
assert wrong.returncode == 2 and "'stop_when' of [run] knows \"collapsed\" alone" in wrong.stderr, wrong.stderr
print("collapse ends a run where it was asked for")
