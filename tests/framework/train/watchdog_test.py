# labels: slow
"""[run] watchdog: a call that never comes back ends the run as failed, named, with all that was logged readable."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

path = runs.experiment(runs.TINY.replace('[[evaluate]]\nplugin = "collapse"', ""))
done = runs.byolab("run", path, "--plugin-path", runs.BUILD / "tests/fixtures/wrong_plugins",
                   "--set", 'target={plugin="hangs"}', "--set", "run.watchdog=15", check=False)
assert done.returncode == 1, (done.returncode, done.stdout, done.stderr)
sentence = "target_update 'hangs' (libwrong_plugins.so) in update() at step 3 did not come back within 15 s"
assert sentence in done.stderr, done.stderr
folder = runs.folder_of(done)
attributes = runs.attributes(folder)
assert attributes["status"] == "failed" and sentence in attributes["reason"], attributes
assert list(runs.metrics(folder)["train/step"]) == [0, 1, 2]

# A run whose calls come back is the same run with it and without.
watched = runs.run(path, "--set", "run.watchdog=600")
assert runs.attributes(watched)["status"] == "finished"
again = runs.byolab("run", path, check=False)
assert again.returncode == 1 and "holds a run already" in again.stderr, again.stderr
assert "watchdog" in runs.byolab("run", path, "--set", "run.watchdog=-1", check=False).stderr
