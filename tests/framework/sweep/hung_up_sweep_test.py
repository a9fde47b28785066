# ctest: TIMEOUT 900
"""A terminal that hangs up, and a reader that leaves: a sweep stops with checkpoints, or goes on without its display.
Links in its folder are not written through."""

import os
import pathlib
import signal
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs
import byolab_sweeps as sweeps
import h5py

STOPPED = 130
LONG = ["--set", "run.epochs=100000"]  # longer than any test
path = sweeps.write()


def begun(name, **options):
    begin = sweeps.now()
    sweep = sweeps.start(path, "--output", name, "--plain", "--jobs", 2, *LONG, **options)
    return sweep, sweeps.trials_at_work(sweep, 2, begin)


def hang_up(sweep, trials):
    """The kernel tells the terminal's group, and the shell tells it again."""
    for process in (sweep.pid, *trials, sweep.pid):
        os.kill(process, signal.SIGHUP)


def statuses(name):
    return sorted(status for status in sweeps.statuses(pathlib.Path(name) / "sweep/sweep.h5").values()
                  if status != "waiting")


# SIGHUP is a request to stop, and twice is once: a second one would not wait for checkpoints.
sweep, trials = begun("hung_up")
hang_up(sweep, trials)
out = sweep.communicate()[0]
assert sweep.returncode == STOPPED and out.count("stopping: ") == 1, (sweep.returncode, out)
assert not any(map(sweeps.alive, trials)) and statuses("hung_up") == ["stopped", "stopped"], out
assert len(list(pathlib.Path("hung_up/trials").glob("*/checkpoint.pt"))) == 2, out

# Under nohup, neither the sweep nor its trials hear it.
sweep, trials = begun("goes_on", preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
hang_up(sweep, trials)
begin = sweeps.now()
assert sweeps.trials_at_work(sweep, 2, begin) == trials, "they write checkpoints, as before"
sweep.send_signal(signal.SIGTERM)
out = sweep.communicate()[0]
assert sweep.returncode == STOPPED and out.count("stopping: ") == 1, (sweep.returncode, out)

# A reader that leaves (`| head -1`) ends neither a sweep nor a run.
script = f"'{runs.BIN}' \"$@\" 2> errors.txt | head -1 > /dev/null; exit ${{PIPESTATUS[0]}}"
for words in (["sweep", path, "--output", "piped", "--plain", "--jobs", "2"],
              ["run", "tiny.toml", "--plain", "--folder", "piped_run"]):
    done = subprocess.run(["bash", "-c", script, "byolab", *map(str, words)])
    errors = pathlib.Path("errors.txt").read_text()
    assert done.returncode == 0 and errors.count("cannot be written any more") == 1, (done.returncode, errors)
assert set(sweeps.statuses("piped/sweep/sweep.h5").values()) == {"done"}
assert h5py.File("piped_run/run.h5").attrs["status"] == b"finished"

# What a link leads to is none of a sweep's.
trial = next(pathlib.Path("hung_up/trials").glob("*/checkpoint.pt")).parent
for name in ("log.txt", "tries.txt"):
    (trial / name).rename(trial / "aside.txt")
    pathlib.Path("kept.txt").write_text("kept")
    (trial / name).symlink_to(pathlib.Path("kept.txt").resolve())
    out = sweeps.sweep(path, "--output", "hung_up", "--plain", *LONG, "--time-limit", "1s", check=False)
    assert f"{name} is a link" in out.stdout + out.stderr, (name, out.stdout, out.stderr)
    assert pathlib.Path("kept.txt").read_text() == "kept"
    (trial / name).unlink()
    (trial / "aside.txt").rename(trial / name)
