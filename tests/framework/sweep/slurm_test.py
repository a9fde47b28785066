# labels: slow
# ctest: TIMEOUT 2400 RUN_SERIAL TRUE
"""A sweep on a real Slurm of one machine: submitted, followed, with a job killed and the node drained in the middle,
cancelled and gone on with; the index is that of the same sweep run here."""

import os
import pathlib
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs
import byolab_sweeps as sweeps
from local_slurm import Slurm

path = sweeps.write(sweeps.SWEEP.replace("epochs = 1\n", "epochs = 24\n"),
                    tiny=runs.TINY + '\n[checkpoint]\nevery = "4 steps"\n')
missing = sweeps.sweep(path, "--launcher", "slurm", "--output", "nowhere", check=False, env={"PATH": "/nowhere:/bin"})
slurm = Slurm()
assert "6 of 6 done" in sweeps.sweep(path, "--output", "calm").stdout
WORDS = (path, "--output", "cluster", "--launcher", "slurm", "--partition", "main", "--time-limit", "30 min")
index = pathlib.Path("cluster/sweep/sweep.h5")


def wait_for_running(process, seconds=600):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if jobs := slurm.running():
            return jobs
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.1)
    raise AssertionError("nothing runs: " + slurm.ask("squeue", "-l"))


def wait_for_victim(follower):
    """The process of a trial that runs just now."""
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline:
        if found := subprocess.run(["pgrep", "-f", "run trial.toml --folder ."], capture_output=True,
                                   text=True).stdout.split():
            return int(found[0])
        assert follower.poll() is None, follower.communicate()[0]
        time.sleep(0.02)
    raise AssertionError("no trial was caught running: " + slurm.ask("squeue", "-l"))


# Followed; one of its processes is killed, then the node is drained and given back.
follower = sweeps.start(*WORDS)
wait_for_running(follower)
os.kill(wait_for_victim(follower), signal.SIGKILL)
slurm.ask("scontrol", "update", f"nodename={slurm.host}", "state=drain", "reason=test")
time.sleep(5)
assert follower.poll() is None
slurm.ask("scontrol", "update", f"nodename={slurm.host}", "state=resume")
out = follower.communicate()[0]
assert follower.returncode == 0 and "submitted job" in out and "6 of 6 done" in out, out
assert "submitted again" in out, out
sweeps.assert_same("calm/sweep/sweep.h5", index)
print("a job killed, the node drained: the same index")

# Ctrl-C leaves the jobs alone; --cancel ends them; the same command goes on. (Longer runs, so that they are caught.)
slow = sweeps.write(sweeps.SWEEP.replace("epochs = 1\n", "epochs = 60\n"), "slow.toml")
words = (slow, *WORDS[1:])
follower = sweeps.start(*words)
wait_for_running(follower)
time.sleep(2)
follower.send_signal(signal.SIGINT)
out = follower.communicate()[0]
assert follower.returncode == 130 and "the jobs go on" in out, out
assert slurm.ask("squeue", "-h", "-r"), "the jobs were ended"
follower = sweeps.start(*words)
said = ""
while "are in Slurm's queue already" not in said:
    line = follower.stdout.readline()
    assert line, said
    said += line
follower.send_signal(signal.SIGINT)
follower.communicate()
assert "jobs cancelled" in sweeps.sweep(*words, "--cancel").stdout
deadline = time.monotonic() + 600
while slurm.ask("squeue", "-h", "-r") and time.monotonic() < deadline:
    time.sleep(0.2)
assert not slurm.ask("squeue", "-h", "-r")
out = sweeps.sweep(*words).stdout
assert "6 of 6 done" in out, out
print("left alone, cancelled, gone on with")
