# labels: slow
# ctest: TIMEOUT 900
"""Killed at random milliseconds and resumed, a run gives the bits of one that nothing disturbed."""

import os
import pathlib
import random
import signal
import subprocess
import sys
import time

import h5py
import numpy

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

KILLS = int(os.environ.get("BYOLAB_KILLS", "10"))
TEXT = runs.TINY + '\n[checkpoint]\nevery = "3 steps"\n'


def start(*words):
    return subprocess.Popen([runs.BIN, "run", *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True)


path = runs.experiment(TEXT)
began = time.monotonic()
calm = runs.run(path, "--set", "run.output=calm")
duration = time.monotonic() - began
undisturbed = runs.metrics(calm)
assert len(undisturbed["train/loss"]) == 16



def rows_now(folder):
    """Rows that a reader sees while the run goes on: what was flushed."""
    try:
        with h5py.File(folder / "run.h5", "r", swmr=True) as record:
            return len(record["metrics/train/step"])
    except (OSError, KeyError):
        return 0  # not there yet


def check_record(folder, seen):
    """After a kill: opens after at most a repair, with every row that was flushed, each as it is to be."""
    if not (folder / "run.h5").exists():
        assert seen == 0
        return
    try:
        h5py.File(folder / "run.h5", "r").close()
    except OSError:
        runs.byolab("repair", folder)
    found = runs.metrics(folder, ["train"])
    assert len(found["train/step"]) >= seen, (len(found["train/step"]), seen)
    for name, values in found.items():
        numpy.testing.assert_array_equal(values, undisturbed[name][:len(values)], err_msg=name)


# Each run is killed and resumed until it comes to its end, or until there were kills enough.
random.seed(int(os.environ.get("BYOLAB_SEED", "5")))
kills, number, with_rows = 0, 0, 0
while kills < KILLS:
    number += 1
    folder = pathlib.Path(f"wild-{number}") / pathlib.Path(calm).name
    finished = False
    while not finished and kills < KILLS:
        process = start(path, "--set", f"run.output={folder.parent}", "--go-on")  # it may have died before its folder
        time.sleep(random.uniform(0.3 * duration, 1.1 * duration))
        seen = rows_now(folder)
        process.kill()
        out, err = process.communicate()
        finished = process.returncode == 0
        if not finished:
            assert process.returncode == -signal.SIGKILL, (process.returncode, out, err)
            kills += 1
            with_rows += seen > 0
            check_record(folder, seen)
    if not finished:
        runs.run(path, "--set", f"run.output={folder.parent}", "--go-on")
    runs.assert_same(undisturbed, runs.metrics(folder))
    assert runs.attributes(folder)["status"] == "finished"
print(f"{kills} kills of {number} runs, {with_rows} of them with rows in the record: none lost, same bits")

# SIGTERM and SIGINT: a checkpoint, the status, exit code 130; then on.
for number in (signal.SIGTERM, signal.SIGINT):
    rows, pause = 0, duration
    while rows == 0:  # on a busy machine the first signal may come before the first step
        out_folder = f"polite-{number}-{pause:.1f}"
        process = start(path, "--set", f"run.output={out_folder}", "--set", "run.epochs=40")
        time.sleep(pause)
        process.send_signal(number)
        out, err = process.communicate()
        assert process.returncode == 130, (process.returncode, out, err)
        folder = [line for line in out.splitlines() if line.startswith("writes ")][0][7:]
        found = runs.attributes(folder)
        assert found["status"] == "stopped" and signal.Signals(number).name in found["reason"], found
        assert (pathlib.Path(folder) / "checkpoint.pt").exists()
        rows, pause = len(runs.metrics(folder)["train/loss"]), 2 * pause
    longer = runs.run(path, "--set", f"run.output={out_folder}", "--resume", "--set", "run.epochs=40")
    assert longer == pathlib.Path(folder)
    assert len(runs.metrics(folder)["train/loss"]) == 320 > rows
print("signals: stopped with a checkpoint, resumed to the end")

# SIGTERM several times at once, as the death of a launcher with threads is told: one request.
process = start(path, "--set", "run.output=thrice", "--set", "run.epochs=4000")
while not list(pathlib.Path("thrice").glob("*/checkpoint.pt")):
    assert process.poll() is None
    time.sleep(0.05)
for _ in range(3):
    process.send_signal(signal.SIGTERM)
    time.sleep(0.001)
out, err = process.communicate()
assert (process.returncode == 130 and "stopped at once" not in err
        and "stopped, SIGTERM" in out), (process.returncode, out, err)

# A signal that comes before the first step stops the run too, and what was evaluated is not recorded twice.
process = start(path, "--set", "run.output=early", "--set", "data.train=40000", "--set", "run.steps=4")
time.sleep(0.3 * duration)
process.send_signal(signal.SIGTERM)
out, err = process.communicate()
if process.returncode == 130:
    folder = next(pathlib.Path("early").iterdir())
    assert runs.attributes(folder)["status"] == "stopped", runs.attributes(folder)
    runs.run(path, "--set", "run.output=early", "--set", "data.train=40000", "--set", "run.steps=4", "--resume")
    with h5py.File(folder / "run.h5") as record:
        steps = list(record["metrics/knn/step"])
    assert steps[0] == 0 and len(set(steps)) == len(steps), steps
else:  # the signal came before the program could hear it
    assert process.returncode == -signal.SIGTERM, (process.returncode, out, err)

# A finished run that is resumed says again what it found.
kept = (pathlib.Path(calm) / "run.h5").read_bytes()
again = runs.byolab("run", path, "--set", "run.output=calm", "--resume")
assert (pathlib.Path(calm) / "run.h5").read_bytes() == kept  # when it ended, and on which machine, stays as it was
assert "step 16  knn:  top1" in again.stdout and "finished: 16 steps" in again.stdout, again.stdout

# A record that no tool can read is kept beside the one that the checkpoint gives.
record = pathlib.Path(calm) / "run.h5"
broken = record.read_bytes()[:1000]
record.write_bytes(broken)
again = runs.byolab("run", path, "--set", "run.output=calm", "--resume")
assert "run.h5 could not be read: it is made anew from the checkpoint" in again.stdout, again.stdout
assert (pathlib.Path(calm) / "run.damaged.h5").read_bytes() == broken
runs.assert_same(undisturbed, runs.metrics(calm))

# A run that is there is not begun again by accident.
other = runs.byolab("run", path, "--set", "run.output=calm", check=False)
assert other.returncode == 1 and "holds a run already" in other.stderr, other.stderr

# Without a checkpoint there is nothing to go on from: the rows that are there are moved aside, never written over.
(pathlib.Path(calm) / "checkpoint.pt").unlink()
again = runs.byolab("run", path, "--set", "run.output=calm", "--resume")
assert "the earlier record was moved to" in again.stdout, again.stdout
runs.assert_same(undisturbed, runs.metrics(pathlib.Path(calm) / "replaced-1"))
runs.assert_same(undisturbed, runs.metrics(calm))
