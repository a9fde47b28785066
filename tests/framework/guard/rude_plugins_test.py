# labels: slow
# ctest: TIMEOUT 900
"""A plugin that ends the process, throws where nothing may, digs through a worker's stack or never comes back is
named."""

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
text = rude("exits_early").stderr
assert "target_update 'rude' (librude.so) in its constructor ended the process with exit(0)" in text, text

# state() is called by the host when it saves.
text = rude("state_throws", "--set", "checkpoint.every=2 steps").stderr
said = "error: target_update 'rude' (librude.so) failed in state() at step 2: the state is nobody's business"
assert said in text, text
attributes, rows = record("state_throws")
assert attributes["status"] == "failed" and rows == 2, (attributes, rows)

# A checkpoint that could not be loaded again is not written: what a new object would declare is what counts.
text = rude("state_twice").stderr
assert "target_update 'rude' (librude.so) failed in state(): the state 'count' is declared twice" in text, text
text = rude("state_changes", "--set", "checkpoint.every=2 steps").stderr
assert "failed in state() at step 2: it declares 'since' now, and did not when it was new" in text, text

# A process that a plugin forks is its own: one that comes back into the host ends there, and the run goes on alone.
text = rude("forks", code=0).stderr
said = "target_update 'rude' (librude.so) in update() at step 3 forked a process that came back into the host"
assert said in text, text
assert record("forks")[0]["status"] == "finished" and record("forks")[1] == 6

# A thread that a plugin started is in no call of the host's: it is named by the code that it ran.
for way, number, what in (("thread_crashes", signal.SIGSEGV, "segmentation fault"),
                          ("thread_throws", signal.SIGABRT, "abort")):
    text = rude(way, code=-number).stderr
    assert re.search(r"byolab: plugin library \S*librude\.so, on a thread on which the host had not called it, crashed "
                     r"\(" + what +
                     r"\), while target_update 'rude' \(\S*librude\.so\) was in update\(\) at step 3", text), text

# The words of an exception are cut to what one can read.
text = rude("says_too_much").stderr
assert "in update() at step 3: xxx" in text and len(text) < 4000, len(text)

# A destructor that throws ends the process, but says whose it was; the run was finished before.
done = rude("destructor_throws", code=-signal.SIGABRT)
assert re.search(r"byolab: target_update 'rude' \(.*librude\.so\) in its destructor crashed \(abort\)",
                 done.stderr), done.stderr
assert record("destructor_throws")[0]["status"] == "finished"

# A constructor that never comes back: the watchdog names it; without one, a second Ctrl-C ends the process.
text = rude("never_made", "--set", "run.watchdog=10").stderr
assert "target_update 'rude' (librude.so) in its constructor did not come back within 10 s" in text, text
process = subprocess.Popen([runs.BIN, *map(str, words("never_made"))], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                           text=True)
while "never to be made" not in process.stdout.readline():
    assert process.poll() is None
process.send_signal(signal.SIGINT)
while not re.search(r"ShdPnd:\t0+\n", pathlib.Path(f"/proc/{process.pid}/status").read_text()):
    time.sleep(0.01)
assert process.poll() is None, "the first asks for an end with a checkpoint"
process.send_signal(signal.SIGINT)
assert process.wait() == 128 + signal.SIGINT and "stopped at once" in process.stderr.read()

# A stack overflow on a worker thread, and on a thread of a parallel loop, is told.
digs = ["run", path, "--plugin-path", RUDE, "--set", "run.output=digs", "--set", "run.workers=2", "--set",
        'views.view1.augment=[{plugin="random_resized_crop", size=32}, {plugin="digs"}]']
done = runs.byolab(*digs, check=False)
assert done.returncode == -signal.SIGSEGV, (done.returncode, done.stdout, done.stderr)
assert re.search(r"byolab: augmentation 'digs' \(.*librude\.so\) in apply\(\) crashed \(segmentation fault\)",
                 done.stderr), done.stderr

# describe() that throws: which library, and why; the schema describes the rest, and says what is missing.
done = runs.byolab("plugin", "describe", "undescribed", "--plugin-path", RUDE, check=False)
assert (done.returncode == 1
        and "error: loss 'undescribed' (librude.so) failed in describe(): words fail me" in done.stderr), done.stderr
done = runs.byolab("schema", "--plugin-path", RUDE)
said = "warning: the schema leaves a plugin out: loss 'undescribed' (librude.so) failed in describe(): words fail me"
assert said in done.stderr, done.stderr
text = json.dumps(json.loads(done.stdout))
assert '"rude"' in text and '"undescribed"' not in text
done = runs.byolab("run", path, "--plugin-path", RUDE, "--set", 'loss={plugin="undescribed"}', check=False)
assert done.returncode == 2 and "failed in describe(): words fail me" in done.stderr, done.stderr
assert "undescribed" in runs.byolab("plugin", "list", "--plugin-path", RUDE).stdout  # looking runs none of its code

# What happens while a library is loaded is said of the library.
for variable, part, code in (("BYOLAB_TEST_CRASH_WHILE_LOADING", "in its static constructors crashed (abort)",
                              -signal.SIGABRT),
                             ("BYOLAB_TEST_EXIT_WHILE_LOADING",
                              "in its static constructors ended the process with exit(0)", 1)):
    done = runs.byolab("plugin", "describe", "rude", "--plugin-path", RUDE, check=False, env={variable: "1"})
    assert done.returncode == code, (done.returncode, done.stderr)
    assert re.search(r"byolab: plugin library \S*librude\.so " + re.escape(part), done.stderr), done.stderr
    assert "What was logged" not in done.stderr, "nothing was logged"

# Loading that does not come back ends, and a static destructor that does not costs some seconds and no result.
for variable, part in (("BYOLAB_TEST_HANG_WHILE_LOADING", "plugin library librude.so in its static constructors"),
                       ("BYOLAB_TEST_HANG_DESCRIBING", "target_update 'rude' (librude.so) in describe()")):
    done = runs.byolab("plugin", "describe", "rude", "--plugin-path", RUDE, check=False,
                       env={variable: "1", "BYOLAB_LOAD_WATCHDOG": "10"})
    assert (done.returncode == 1
            and f"error: {part} did not come back within 10 s" in done.stderr), (done.returncode, done.stderr)
done = runs.byolab("plugin", "describe", "rude", "--plugin-path", RUDE, check=False,
                   env={"BYOLAB_TEST_HANG_AT_EXIT": "1"})
assert (done.returncode == 0
        and "a static destructor, of a plugin library or another, did not come back" in done.stderr), done.stderr

# Metrics' names: a form, once, none of the host's.
for names, part in (('["a/b"]', "'a/b' is no name for a column of the record"), ('[""]', "'' is no name"),
                    ('["Age"]', "'Age' is no name"), ('["age", "age"]', "'age' stands there twice"),
                    ('["loss"]', "'loss' is the name of a column of the host's"),
                    ('["step", "Age"]', "'step' is the name of a column of the host's; 'Age' is no name"),
                    ("[" + ", ".join(f'"m{i}"' for i in range(3000)) + "]", "declares 3000 metrics; at most 500")):
    done = rude("none", "--set", f"target.metrics={names}")
    assert ("error: target_update 'rude' (librude.so) declares " in done.stderr
            and part in done.stderr), (names[:80], done.stderr)
rude("none", "--set", 'target.metrics=["age", "lr"]', code=0)  # `lr` is the optimizer's, too: the second gets its kind
folder = next(path for path in pathlib.Path("none").iterdir() if (path / "run.h5").exists())
assert {"train/age", "train/lr", "train/optimizer_lr"} <= runs.metrics(folder).keys()
