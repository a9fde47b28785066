"""Runs sweeps with the real program, and reads their indexes."""

import os
import pathlib
import subprocess
import time

import byolab_runs as runs
import h5py
import numpy

SWEEP = """
extends = "tiny.toml"

[run]
epochs = 1

[sweep]
baseline = "ema_0.99"
seeds = [0, 1]

[[sweep.axis]]
name = "target"
values = [
  { label = "fixed_random", "target.plugin" = "fixed_random" },
  { label = "ema_0.99", "target.plugin" = "ema", "target.tau" = 0.99 },
  { label = "every_3_steps", "target.plugin" = "periodic_checkpoint", "target.interval" = "3 steps" },
]
"""


def write(text=SWEEP, name="sweep.toml", tiny=runs.TINY):
    pathlib.Path("tiny.toml").write_text(tiny)
    path = pathlib.Path(name)
    path.write_text(text)
    return path


def sweep(*words, **options):
    return runs.byolab("sweep", *words, **options)


def start(*words, **options):
    return subprocess.Popen([runs.BIN, "sweep", *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            text=True, **options)


def trials(index):
    """{(label, seed): {column: value}} of an index; texts decoded."""
    with h5py.File(index, "r") as file:
        table = file["trials"][:]
    rows = [{name: row[name].decode() if isinstance(row[name], bytes) else row[name] for name in table.dtype.names}
            for row in table]
    return {(row["label"], int(row["seed"])): row for row in rows}


# What no repetition can have again.
PASSING = {"seconds", "run_started", "tries", "file"}


def assert_same(first, second):
    """Two indexes have the same trials with the same values, bit for bit, and their runs the same rows."""
    a, b = trials(first), trials(second)
    assert list(a) == list(b), (list(a), list(b))
    claims = [h5py.File(index)["claims"][:].tolist() if "claims" in h5py.File(index) else []
              for index in (first, second)]
    numpy.testing.assert_equal(*claims)
    for key in a:
        assert a[key].keys() == b[key].keys()
        for column in a[key].keys() - PASSING:
            numpy.testing.assert_array_equal(a[key][column], b[key][column], err_msg=f"{key} {column}")
        runs.assert_same(*(runs.metrics(pathlib.Path(index).parent / row[key]["file"].removesuffix("/run.h5"))
                           for index, row in ((first, a), (second, b))))


def statuses(index):
    return {key: row["status"] for key, row in trials(index).items()}


def children(process):
    """Processes that a process has started, by their ids."""
    try:
        return [int(word) for word in pathlib.Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except (OSError, ProcessLookupError):
        return []


def now(folder="."):
    """The time by the clock that stamps files."""
    stamp = pathlib.Path(folder) / ".now"
    stamp.write_text("")
    return stamp.stat().st_mtime_ns


def folder_of_trial(process):
    """The folder that a running trial writes, from its command line; nothing if it has ended."""
    try:
        words = pathlib.Path(f"/proc/{process}/cmdline").read_text().split("\0")
    except OSError:
        return None
    return pathlib.Path(words[words.index("--folder") + 1]) if "--folder" in words else None


def trials_at_work(sweep, count, since):
    """The processes of `count` trials, each of which has written a checkpoint since then: however busy the machine is,
    each is past its first steps and hears signals."""
    def has_checkpoint(process):
        folder = folder_of_trial(process)
        try:
            return folder is not None and (folder / "checkpoint.pt").stat().st_mtime_ns >= since
        except OSError:
            return False

    while True:  # the test's own limit ends it
        assert sweep.poll() is None, sweep.communicate()[0]
        found = children(sweep.pid)
        if len(found) == count and all(map(has_checkpoint, found)):
            return found
        time.sleep(0.05)


def alive(process):
    try:
        os.kill(process, 0)
        return pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
