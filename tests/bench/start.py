"""How long starts take, in turn: of the program alone, with the identities of all libraries read, with all of them
loaded and asked for their options (`schema`), to the end of a run of one small step; and of Python with its torch.

    ./dev bench start [--rounds 15]     PYTHON: BYOLAB_RIVALS_PYTHON, or the one that ./dev bench made"""

import argparse
import os
import pathlib
import resource
import statistics
import subprocess
import tempfile
import time

BIN = os.environ["BYOLAB_BIN"]
CACHE = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
RIVAL = os.environ.get("BYOLAB_RIVALS_PYTHON") or f"{CACHE}/byolab/rivals/bin/python"
STEP = """
[run]
steps = 1
batch_size = 8
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
"""


def timed(command, folder):
    """Wall and processor time, in milliseconds."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   cwd=folder)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1e3 * wall, 1e3 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def spread(values):
    return f"{statistics.median(values):6.0f} ({min(values):.0f} to {max(values):.0f})"


def main():
    parse = argparse.ArgumentParser()
    parse.add_argument("--rounds", type=int, default=15)
    rounds = parse.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "step.toml").write_text(STEP)
        commands = {"byolab --version": [BIN, "--version"], "byolab plugin list": [BIN, "plugin", "list"],
                    "byolab schema": [BIN, "schema"],
                    "byolab run, one step": [BIN, "run", "step.toml", "--plain", "--replace"]}
        if os.access(RIVAL, os.X_OK):
            commands["python -c 'import torch'"] = [RIVAL, "-c", "import torch"]
        times = {name: [] for name in commands}
        for _ in range(rounds + 1):
            for name, command in commands.items():
                times[name].append(timed(command, folder))
    print("                              wall ms (range)          processor's ms (range)")
    for name, both in times.items():
        print(f"{name:>26}  {spread([wall for wall, _ in both[1:]])}   {spread([own for _, own in both[1:]])}")
    starts = zip(times["byolab schema"][1:], times["byolab --version"][1:], strict=True)
    loading = [schema[1] - version[1] for schema, version in starts]
    print(f"all stock plugins read, loaded, described, and the schema written, over the bare start: {spread(loading)} "
          "ms of the processor")


if __name__ == "__main__":
    main()
