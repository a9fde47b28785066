# labels: slow
# ctest: TIMEOUT 1200
"""What stops a sweep or a trial of it, in a bad moment: what was asked for is what happens, and the same command goes
on."""

import os
import pathlib
import signal
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_sweeps as sweeps

STOPPED = 130
LONG = ["--set", "run.epochs=100000"]  # longer than any test
path = sweeps.write()


def started(name, *words, jobs=2, **options):
    begin = sweeps.now()
    sweep = sweeps.start(path, "--output", name, "--plain", "--jobs", jobs, *words, **options)
    return sweep, sweeps.trials_at_work(sweep, jobs, begin)


def statuses(name):
    return sorted(status for status in sweeps.statuses(pathlib.Path(name) / "sweep/sweep.h5").values()
                  if status != "waiting")


def ended(sweep, trials):
    out = sweep.communicate()[0]
    assert not any(map(sweeps.alive, trials)), out
    return out


# A request to stop that comes twice at once is one: timeout, for example, signals a process, then its group.
sweep, trials = started("one", *LONG)
os.kill(sweep.pid, signal.SIGTERM)
os.kill(sweep.pid, signal.SIGTERM)
out = ended(sweep, trials)
assert sweep.returncode == STOPPED and out.count("stopping: ") == 1 and "go on with the same command" in out, out
assert (statuses("one") == ["stopped", "stopped"]
        and len(list(pathlib.Path("one/trials").glob("*/checkpoint.pt"))) == 2), out

# The trials get it, too, as from a shutdown: they have to end at once, and that is no failure of theirs.
sweep, trials = started("all", *LONG)
os.kill(sweep.pid, signal.SIGSTOP)  # so that it hears of all of that at once
for trial in trials:
    os.kill(trial, signal.SIGTERM)
os.kill(sweep.pid, signal.SIGTERM)
os.kill(sweep.pid, signal.SIGCONT)
out = ended(sweep, trials)
assert sweep.returncode == STOPPED and "failed" not in out and statuses("all") == ["stopped", "stopped"], out
again, trials = started("all", *LONG)
os.kill(again.pid, signal.SIGINT)
out = ended(again, trials)
assert again.returncode == STOPPED and "(try 2)" in out, out
listed = sweeps.sweep(path, "--output", "all", "--dry-run", "--no-calibrate", *LONG).stdout
assert "6 of 6 trials are still to be run (2 of them begun)" in listed, listed

# Whoever started it may have blocked the signals.
blocked = [signal.SIGINT, signal.SIGTERM, signal.SIGCHLD]
sweep, trials = started("blocked", *LONG,
                        preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, blocked))
os.kill(sweep.pid, signal.SIGTERM)
out = ended(sweep, trials)
assert sweep.returncode == STOPPED and statuses("blocked") == ["stopped", "stopped"], out

# Trials that were stopped are no complete sweep. A busy machine needs longer to bring a trial so far that it can stop
# by itself.
for limit in ("3s", "12s", "48s", "192s"):
    out = sweeps.sweep(path, "--output", "limit", "--jobs", "2", "--time-limit", limit, "--set", "sweep.seeds=[0]",
                       *LONG, check=False)
    assert (out.returncode == STOPPED and "3 stopped" in out.stdout
            and "go on with the same command" in out.stdout), out.stdout
    if out.stdout.count("the time limit was reached") == 3:
        break
else:
    raise AssertionError(out.stdout)

# A trial that cannot be started stops no other, and is tried by the same command.
listed = sweeps.sweep(path, "--output", "folder", "--dry-run", "--no-calibrate").stdout
ids = [line.split()[0] for line in listed.splitlines() if " waiting" in line]
assert len(ids) == 6, listed
log = pathlib.Path("folder/trials") / ids[1] / "log.txt"
log.mkdir(parents=True)
out = sweeps.sweep(path, "--output", "folder", check=False)
assert (out.returncode == 1 and "5 of 6 done, 1 failed" in out.stdout
        and "log.txt cannot be written: Is a directory" in out.stdout), out.stdout
log.rmdir()
out = sweeps.sweep(path, "--output", "folder").stdout
assert out.count(" started") == 1 and "6 of 6 done" in out, out

# Where none can be, not all of them are tried.
for trial in ids:
    (pathlib.Path("none/trials") / trial / "log.txt").mkdir(parents=True)
out = sweeps.sweep(path, "--output", "none", check=False)
assert out.returncode == 1 and "3 trials in a row could not be started: the other 3 wait" in out.stdout, out.stdout
assert "3 failed, 3 waiting" in out.stdout, out.stdout
print("interrupted sweeps: as asked")
