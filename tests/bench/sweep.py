"""A sweep of many trials that do next to nothing, against the same runs started by a bare loop: what the launcher
costs a trial, whether its memory stays flat, and whether time goes with the number of trials.
usage: sweep.py [trials]"""

import concurrent.futures
import os
import pathlib
import subprocess
import sys
import tempfile
import time

BIN = os.environ["BYOLAB_BIN"]
TEXT = """
[run]
epochs = 0
batch_size = 8
threads = 1
calibrate = 0
[data]
plugin = "shapes"
train = 16
test = 8
[[views]]
preset = "cifar"
[[views]]
preset = "cifar"
[encoder]
plugin = "convnet"
channels = [4]
strides = [2]
[projector]
hidden = 8
output = 8
[predictor]
hidden = 8
output = 8
[[evaluate]]
plugin = "knn"
k = 1
[sweep]
seeds = {seeds}
"""


def sweep(folder, trials, jobs):
    """Seconds, and the launcher's own seconds of computing and megabytes."""
    (folder / "many.toml").write_text(TEXT.replace("{seeds}", str(trials)))
    began = time.monotonic()
    process = subprocess.Popen([BIN, "sweep", folder / "many.toml", "--output", folder / f"out-{trials}",
                                "--jobs", str(jobs), "--nice", "0"],
                               stdout=subprocess.DEVNULL)
    peak = own = 0
    while process.poll() is None:
        try:
            status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
            peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
            fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
            own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        except (OSError, IndexError):
            pass
        time.sleep(0.05)
    assert process.returncode == 0
    return time.monotonic() - began, own, peak


def loop(folder, seeds, jobs):
    """Seconds of the same processes, with nobody to look after them."""
    (folder / "one.toml").write_text(TEXT.replace("{seeds}", "1"))

    def run(seed):
        subprocess.run([BIN, "run", folder / "one.toml", "--set", f"run.seed={seed}",
                        "--folder", folder / f"loop/{seed}"],
                       stdout=subprocess.DEVNULL, check=True)

    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        list(pool.map(run, seeds))
    return time.monotonic() - began


trials = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
jobs = os.cpu_count()
with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    few = sweep(folder, max(trials // 4, 1), jobs)
    bare = loop(folder, range(trials // 2), jobs)  # half before and half after: machines drift
    many = sweep(folder, trials, jobs)
    bare += loop(folder, range(trials // 2, trials), jobs)
print(f"{trials} trials, {jobs} at a time: {many[0]:.1f} s; a bare loop {bare:.1f} s; the launcher adds "
      f"{1000 * (many[0] - bare) * jobs / trials:.1f} ms a trial")
print(f"the launcher computes {1000 * many[1] / trials:.1f} ms a trial (of {trials // 4}: "
      f"{1000 * few[1] / max(trials // 4, 1):.1f} ms)")
print(f"and holds {many[2]:.0f} MB (of {trials // 4} trials: {few[2]:.0f} MB)")
