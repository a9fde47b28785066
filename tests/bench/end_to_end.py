"""Trains BYOL on CIFAR-10 with byolab and with lightly in turn, and prints ratios of medians.

    python end_to_end.py FOLDER [--rounds 3] [--steps 30] [--width 16]

FOLDER holds train/<class>/*. The same network, heads, batch (256) and kinds of views; both sides use all cores. Rows:
lightly as its users write it, lightly tuned by hand (channels-last, bfloat16 where it is faster, threads that sleep
while they wait, since its workers want the cores, too), and each side's training step alone (for byolab: what forward,
backward and update took of the same run; for lightly: a run on one batch in memory)."""

import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

import h5py

HERE = pathlib.Path(__file__).parent
BIN = os.environ["BYOLAB_BIN"]
BATCH, WARM_UP = 256, 5


def ours(options, folder):
    """images/s of the whole, of the step alone, share of time spent waiting for data."""
    command = [BIN, "run", HERE / "end_to_end.toml", "--plain", "--replace",
               # one epoch, since the record has a line of timing for each
               "--set", f"run.steps={WARM_UP + options.steps}",
               "--set", f"data.subset={(WARM_UP + options.steps) * BATCH}", "--set", f"encoder.width={options.width}",
               "--set", f"run.output={folder}", "--set", f"data.root={options.folder}"]
    done = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True)
    run = re.search(r"^writes (.+)$", done.stdout, re.M)[1]
    with h5py.File(pathlib.Path(run) / "run.h5", "r") as record:
        wall = record["metrics/train/wall_time"][...]
        timing = {name: float(data[0]) for name, data in record["timing"].items() if name != "epoch"}
    whole = options.steps * BATCH / float(wall[-1] - wall[WARM_UP - 1])
    step = sum(timing[stage] for stage in ("forward", "backward", "update"))
    return {"whole": whole, "step": (WARM_UP + options.steps) * BATCH / step,
            "waiting": timing["data_wait"] / (step + timing["data_wait"])}


def our_peak(options, folder):
    """MB, of a short run on all of the folder's images, which stay in memory once they are decoded."""
    command = ["/usr/bin/time", "-f", "peak %M", BIN, "run", HERE / "end_to_end.toml", "--plain", "--replace", "--set",
               f"run.steps={WARM_UP}", "--set", f"encoder.width={options.width}", "--set", f"run.output={folder}",
               "--set", f"data.root={options.folder}"]
    done = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True)
    return float(re.search(r"peak (\d+)", done.stderr)[1]) / 1024


def rival(options, *words):
    command = [sys.executable, HERE / "byol_rival.py", options.folder, "--steps", options.steps, "--warm-up", WARM_UP,
               "--width", options.width, "--batch", BATCH, *words]
    waits = {"OMP_WAIT_POLICY": "passive"} if words == ("--tuned",) else {}
    out = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True,
                         env={**os.environ, **waits}).stdout
    return json.loads(out.splitlines()[-1])


RIVALS = {"default": [], "tuned": ["--tuned"], "step, default": ["--data-ready"],
          "step, tuned": ["--data-ready", "--tuned"]}
ASKED = {"default": 3.0, "tuned": 1.8, "step, default": None, "step, tuned": None}


def main():
    parse = argparse.ArgumentParser()
    parse.add_argument("folder")
    for name, default in (("rounds", 3), ("steps", 30), ("width", 16)):
        parse.add_argument("--" + name, type=int, default=default)
    options = parse.parse_args()
    mine, theirs = [], {name: [] for name in RIVALS}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(options.rounds):
            for name, words in RIVALS.items():
                theirs[name].append(rival(options, *words))
                mine.append(ours(options, folder))
        peak = our_peak(options, folder)
    print(f"width {options.width}: waiting for data {statistics.median(m['waiting'] for m in mine):.2%} of the step; "
          f"peak memory {peak:.0f} MB, lightly's with its largest worker "
          f"{min(t['peak_mb'] for t in theirs['default'] + theirs['tuned']):.0f} MB, "
          "the least of its runs (shared pages counted twice); lightly tuned by hand computes in "
          f"{'bfloat16' if theirs['tuned'][0]['bfloat16'] else 'float32'}")
    print(f"{'against lightly':>16} {'ours/s':>8} {'its/s':>8} {'ratio':>7} {'range over rounds':>18} {'asked':>6}")
    for i, name in enumerate(RIVALS):
        key = "step" if name.startswith("step") else "whole"
        a = [m[key] for m in mine[i::len(RIVALS)]]  # the run right after this rival's
        b = [t["images_per_second"] for t in theirs[name]]
        ratios = [x / y for x, y in zip(a, b, strict=True)]
        asked = f"{ASKED[name]}x" if ASKED[name] else ""
        print(f"{name:>16} {statistics.median(a):8.0f} {statistics.median(b):8.0f} {statistics.median(ratios):6.2f}x "
              f"{min(ratios):9.2f} – {max(ratios):.2f} {asked:>8}")


if __name__ == "__main__":
    main()
