"""Trains both programs, BYOL and SimCLR, with each seed, one run after another; what is there already is not run again.

    python run.py --byolab BYOLAB --images FOLDER -o RESULTS      in an environment with lightly 1.6

Rows come into RESULTS/<method>-<program>-<seed>.jsonl once a run has ended, and all that it says into .log; so this may
be ended at any time and started again, and the run that was under way begins anew. FOLDER is what images.py made.
"""

import argparse
import csv
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent


def byolab(given, method, seed, log, rows):
    folder = given.output / f"{method}-byolab-{seed}"
    shutil.rmtree(folder, ignore_errors=True)  # of a run that was ended
    started = time.monotonic()
    subprocess.run([given.byolab, "run", HERE / f"{method}.toml", "--plain", "--folder", folder,
                    "--set", f"run.seed={seed}", "--set", f"run.epochs={given.epochs}",
                    "--set", f"run.threads={given.threads}"],
                   stdout=log, stderr=log, check=True, env={**os.environ, "BYOLAB_PEERS": str(given.images)})
    seconds = time.monotonic() - started
    table = folder / "metrics.csv"
    subprocess.run([given.byolab, "export", folder, "--to", "csv", "-o", table], stdout=log, stderr=log, check=True)
    found = rows_of(table, given.epochs)
    found[-1]["seconds"] = round(seconds, 1)
    rows.write_text("".join(json.dumps(row) + "\n" for row in found))


def rows_of(table, epochs):
    """A row for each epoch, as lightly_loop.py writes them; the seconds are left out."""
    values = {"train/loss": {}, "knn/top1": {}}
    with table.open() as file:
        for row in csv.DictReader(file):
            name = f"{row['group']}/{row['metric']}"
            if name in values:
                values[name][int(row["step"])] = float(row["value"])
    losses = [value for _, value in sorted(values["train/loss"].items())]
    steps = len(losses) // epochs
    if steps * epochs != len(losses):
        raise SystemExit(f"error: {table} has {len(losses)} losses, which are not {epochs} equal epochs")
    found = []
    for epoch in range(1, epochs + 1):
        row = {"epoch": epoch, "loss": sum(losses[(epoch - 1) * steps:epoch * steps]) / steps}
        if epoch * steps in values["knn/top1"]:
            row["knn"] = values["knn/top1"][epoch * steps]
        found.append(row)
    return found


def lightly(given, method, seed, log, rows):
    subprocess.run([sys.executable, HERE / "lightly_loop.py", method, "--images", given.images, "--seed", str(seed),
                    "--epochs", str(given.epochs), "--threads", str(given.threads), "-o", rows],
                   stdout=log, stderr=log, check=True)


def one(given, program, method, seed):
    name = f"{method}-{program.__name__}-{seed}"
    rows, unfinished = given.output / f"{name}.jsonl", given.output / f"{name}.unfinished"
    if rows.exists():
        print(f"{name}: there already", flush=True)
        return
    print(f"{time.strftime('%H:%M:%S')} {name}", flush=True)
    with (given.output / f"{name}.log").open("w") as log:
        program(given, method, seed, log, unfinished)
    unfinished.rename(rows)
    print(f"{time.strftime('%H:%M:%S')} {name}: {rows.read_text().splitlines()[-1]}", flush=True)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--byolab", type=pathlib.Path, required=True)
    options.add_argument("--images", type=pathlib.Path, required=True)
    options.add_argument("-o", "--output", type=pathlib.Path, required=True)
    options.add_argument("--seeds", type=int, default=5)
    options.add_argument("--epochs", type=int, default=10)
    options.add_argument("--threads", type=int, default=1)
    given = options.parse_args()
    given.output.mkdir(parents=True, exist_ok=True)
    for seed in range(given.seeds):
        for method in ("byol", "simclr"):
            for program in (byolab, lightly):
                one(given, program, method, seed)
