# labels: slow
# ctest: TIMEOUT 900 PROCESSORS 2
"""A sweep whose launcher, trials or both are killed at random moments, and which is each time gone on with by the
same command, ends with the index of one that nothing disturbed. BYOLAB_KILLS: how often. BYOLAB_SWEEP: the words of
another sweep that is to be treated so ("experiments/paper/target.toml --set data.subset=2000")."""

import contextlib
import os
import pathlib
import random
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs
import byolab_sweeps as sweeps

KILLS = int(os.environ.get("BYOLAB_KILLS", "4"))
random.seed(int(os.environ.get("BYOLAB_SEED", "11")))
OTHER = os.environ.get("BYOLAB_SWEEP", "").split()
TEXT = sweeps.SWEEP.replace("epochs = 1\n", "epochs = 2\n").replace(
    "values = [", 'values = [\n  { label = "random_init", "target.plugin" = "fixed_random", "run.epochs" = 0 },')
path = sweeps.write(TEXT, tiny=runs.TINY + '\n[checkpoint]\nevery = "3 steps"\n')
words = [str(path)] if not OTHER else [str(runs.SOURCE / OTHER[0]), "--set", "checkpoint.every=20 steps", *OTHER[1:]]
name = pathlib.Path(words[0]).stem

began = time.monotonic()
sweeps.sweep(*words, "--output", "calm")
duration = time.monotonic() - began
calm = pathlib.Path(f"calm/{name}/sweep.h5")
assert set(sweeps.statuses(calm).values()) <= {"done", "collapsed"}
print(f"undisturbed: {duration:.0f} s, {len(sweeps.trials(calm))} trials", flush=True)


def kill(number):
    with contextlib.suppress(ProcessLookupError):
        os.kill(number, signal.SIGKILL)


kills = 0
wild, at = pathlib.Path(f"wild-0/{name}/sweep.h5"), 0
victims = ["launcher", "trial", "both"]
launcher = sweeps.start(*words, "--output", "wild-0", "--tries", "1000")
while kills < KILLS:
    time.sleep(random.uniform(0.2, 1.5) * duration / KILLS)
    if launcher.poll() is not None:
        out = launcher.communicate()[0]
        assert launcher.returncode == 0, out
        sweeps.assert_same(calm, wild)
        at += 1
        wild = pathlib.Path(f"wild-{at}/{name}/sweep.h5")
        launcher = sweeps.start(*words, "--output", f"wild-{at}", "--tries", "1000")
        continue
    victim = victims[kills % 3]
    trials = sweeps.children(launcher.pid)
    if victim == "trial" and not trials:
        continue
    if victim != "trial":
        kill(launcher.pid)
    for trial in trials if victim == "both" else trials[:1] if victim == "trial" else []:
        kill(trial)
    kills += 1
    if OTHER:
        print(f"kill {kills}: {victim}, {time.monotonic() - began:.0f} s after the beginning", flush=True)
    if victim == "trial":
        continue
    launcher.communicate()
    launcher = sweeps.start(*words, "--output", f"wild-{at}", "--tries", "1000")
out = launcher.communicate()[0]
assert launcher.returncode == 0, out
sweeps.assert_same(calm, wild)
print(f"{kills} kills in {at + 1} sweeps: the same index, the same rows")
if OTHER:
    sys.exit(0)

# A launcher that is killed takes its trials with it: they write a checkpoint and stop.
slow = sweeps.write(TEXT.replace("epochs = 2\n", "epochs = 4000\n"), "slow.toml", tiny=runs.TINY)
begin = sweeps.now()
launcher = sweeps.start(slow, "--output", "orphans", "--jobs", "2")
# The first arm has no steps, and so no checkpoint before its end.
trials = sweeps.trials_at_work(launcher, 2, begin)
kill(launcher.pid)
launcher.communicate()
while any(map(sweeps.alive, trials)):  # or the test's own limit says that a trial outlived its launcher
    time.sleep(0.1)

# Ctrl-C: the same, by the launcher's own hand.
begin = sweeps.now()
launcher = sweeps.start(slow, "--output", "orphans", "--jobs", "2")
trials = sweeps.trials_at_work(launcher, 2, begin)
launcher.send_signal(signal.SIGINT)
out = launcher.communicate()[0]
assert launcher.returncode == 130 and "write a checkpoint" in out and "go on with the same command" in out, out
assert not any(map(sweeps.alive, trials))
left = set(sweeps.statuses("orphans/slow/sweep.h5").values())
assert left <= {"stopped", "waiting", "lost", "done"} and "stopped" in left, left
print("no orphans; Ctrl-C stops with a checkpoint")
