# ctest: TIMEOUT 900
"""A plugin that ends the process, throws where nothing may, digs through a worker's stack or never comes back is named."""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

RUDE = runs.BUILD / "tests/fixtures/rude"
path = runs.experiment(runs.TINY.replace("epochs = 2", "steps = 6").replace('[[evaluate]]\nplugin = "collapse"', ""))


def words(way, *more):
    return ["run", path, "--plugin-path", RUDE, "--set", 'target={plugin="rude"}', "--set", f"target.way={way}",
            "--set", f"run.output={way}", *more]


def rude(way, *more, code=1):
    done = runs.byolab(*words(way, *more), check=False)
    assert done.returncode == code, (way, done.returncode, done.stdout, done.stderr)
    return done


def record(way):
    folder = next(pathlib.Path(way).iterdir())
    return runs.attributes(folder), len(runs.metrics(folder)["train/loss"])


# exit(0) in the midst of a run: said, no success, and the record ends as failed with all that was logged.
sentence = "target_update 'rude' (librude.so) in update() at step 3 ended the process with exit(0)"
assert sentence in rude("exits").stderr
attributes, rows = record("exits")
assert attributes["status"] == "failed" and attributes["reason"] == sentence and rows == 3, (attributes, rows)

# The same before there is a record.
assert "target_update 'rude' (librude.so) in its constructor ended the process with exit(0)" in rude("exits_early").stderr

# state() is called by the host when it saves.
text = rude("state_throws", "--set", "checkpoint.every=2 steps").stderr
assert "error: target_update 'rude' (librude.so) failed in state() at step 2: the state is nobody's business" in text, text
attributes, rows = record("state_throws")
assert attributes["status"] == "failed" and rows == 2, (attributes, rows)

# A destructor that throws ends the process, but says whose it was; the run was finished before.
done = rude("destructor_throws", code=-signal.SIGABRT)
assert re.search(r"byolab: target_update 'rude' \(.*librude\.so\) in its destructor crashed \(abort\)", done.stderr), done.stderr
assert record("destructor_throws")[0]["status"] == "finished"

# A constructor that never comes back: the watchdog names it; without one, a second Ctrl-C ends the process.
text = rude("never_made", "--set", "run.watchdog=3").stderr
assert "target_update 'rude' (librude.so) in its constructor did not come back within 3 s" in text, text
process = subprocess.Popen([runs.BIN, *map(str, words("never_made"))], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
while "never to be made" not in process.stdout.readline():
    assert process.poll() is None
process.send_signal(signal.SIGINT)
while not re.search(r"ShdPnd:\t0+\n", pathlib.Path(f"/proc/{process.pid}/status").read_text()):
    time.sleep(0.01)
assert process.poll() is None, "the first asks for an end with a checkpoint"
process.send_signal(signal.SIGINT)
assert process.wait(60) == 128 + signal.SIGINT and "stopped at once" in process.stderr.read()

# A stack overflow on a worker thread, and on a thread of a parallel loop, is told.
digs = ["run", path, "--plugin-path", RUDE, "--set", "run.output=digs", "--set", "run.workers=2", "--set",
        'views.view1.augment=[{plugin="random_resized_crop", size=32}, {plugin="digs"}]']
done = runs.byolab(*digs, check=False)
assert done.returncode == -signal.SIGSEGV, (done.returncode, done.stdout, done.stderr)
assert re.search(r"byolab: augmentation 'digs' \(.*librude\.so\) in apply\(\) crashed \(segmentation fault\)", done.stderr), done.stderr

# describe() that throws: which library, and why; the schema describes the rest, and says what is missing.
done = runs.byolab("plugin", "describe", "undescribed", "--plugin-path", RUDE, check=False)
assert done.returncode == 1 and "error: loss 'undescribed' (librude.so) failed in describe(): words fail me" in done.stderr, done.stderr
done = runs.byolab("schema", "--plugin-path", RUDE)
assert "warning: the schema leaves a plugin out: loss 'undescribed' (librude.so) failed in describe(): words fail me" in done.stderr
text = json.dumps(json.loads(done.stdout))
assert '"rude"' in text and '"undescribed"' not in text
done = runs.byolab("run", path, "--plugin-path", RUDE, "--set", 'loss={plugin="undescribed"}', check=False)
assert done.returncode == 2 and "failed in describe(): words fail me" in done.stderr, done.stderr
assert "undescribed" in runs.byolab("plugin", "list", "--plugin-path", RUDE).stdout  # looking runs none of its code

# What happens while a library is loaded is said of the library.
for variable, part, code in (("BYOLAB_TEST_CRASH_WHILE_LOADING", "in its static constructors crashed (abort)", -signal.SIGABRT),
                             ("BYOLAB_TEST_EXIT_WHILE_LOADING", "in its static constructors ended the process with exit(0)", 1)):
    done = runs.byolab("plugin", "describe", "rude", "--plugin-path", RUDE, check=False, env={variable: "1"})
    assert done.returncode == code and re.search(r"byolab: plugin library \S*librude\.so " + re.escape(part), done.stderr), (done.returncode, done.stderr)
    assert "What was logged" not in done.stderr, "nothing was logged"

# Metrics' names: a form, once, none of the host's.
for names, part in (('["a/b"]', "declares the metric 'a/b', which is no name for a column of the record"),
                    ('[""]', "declares the metric '', which is no name"),
                    ('["Age"]', "declares the metric 'Age', which is no name"),
                    ('["age", "age"]', "declares the metric 'age' twice"),
                    ('["loss"]', "declares the metric 'loss', the name of a column of the host's"),
                    ('["step"]', "declares the metric 'step', the name of a column of the host's")):
    done = rude("none", "--set", f"target.metrics={names}")
    assert f"error: target_update 'rude' (librude.so) {part}" in done.stderr, (names, done.stderr)
rude("none", "--set", 'target.metrics=["age", "lr"]', code=0)  # `lr` is the optimizer's, too: the second gets its kind
assert {"train/age", "train/lr", "train/optimizer_lr"} <= runs.metrics(next(p for p in pathlib.Path("none").iterdir() if (p / "run.h5").exists())).keys()
