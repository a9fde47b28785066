"""How the time of an image grows with the batch, and what a second thread brings.

    python3 growth.py FOLDER [--rounds 3]

FOLDER holds train/<class>/*. Each run trains the same number of images but the first step's; time an image is the
median step's, over its batch. The batch of 4096 comes also as 4 accumulated ones of 1024. Two threads: one run of two,
against two runs of one at once. Threads that wait sleep (OMP_WAIT_POLICY=passive): where others use the machine too,
those that spin keep the ones that they wait for from running."""

import argparse
import os
import pathlib
import statistics
import subprocess
import tempfile

import h5py
import numpy

HERE = pathlib.Path(__file__).parent
BIN = os.environ["BYOLAB_BIN"]


def start(options, folder, name, threads, batch, steps, accumulate=1):
    command = [BIN, "run", HERE / "end_to_end.toml", "--plain", "--replace", "--folder", f"{folder}/{name}"]
    for key, value in {"run.steps": steps, "run.batch_size": batch, "run.accumulate": accumulate,
                       "run.threads": threads, "run.name": name, "data.root": options.folder,
                       "data.subset": max(8192, batch * accumulate)}.items():
        command += ["--set", f"{key}={value}"]
    return subprocess.Popen(["/usr/bin/time", "-f", "peak %M", "-o", f"{folder}/{name}.peak", *map(str, command)],
                            stdout=subprocess.DEVNULL, env={**os.environ, "OMP_WAIT_POLICY": "passive"})


def finish(process, folder, name, images):
    """Seconds an image and the peak in MB."""
    if process.wait() != 0:
        raise SystemExit(f"the run {name} failed")
    with h5py.File(f"{folder}/{name}/run.h5") as record:
        wall = record["metrics/train/wall_time"][...]
    peak = float(pathlib.Path(f"{folder}/{name}.peak").read_text().split()[-1]) / 1024
    return float(numpy.median(numpy.diff(wall))) / images, peak


def one(options, folder, name, threads, batch, steps, accumulate=1):
    return finish(start(options, folder, name, threads, batch, steps, accumulate), folder, name, batch * accumulate)


def main():
    parse = argparse.ArgumentParser()
    parse.add_argument("folder")
    parse.add_argument("--rounds", type=int, default=3)
    options = parse.parse_args()
    batches = [("256", 256, 17, 1), ("512", 512, 9, 1), ("1024", 1024, 5, 1), ("2048", 2048, 3, 1),
               ("4096", 4096, 2, 1), ("4 x 1024", 1024, 2, 4)]
    times, peaks, threads = {name: [] for name, *_ in batches}, {}, {"1 thread": [], "2 threads": [], "2 runs of 1": []}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(options.rounds):
            for name, batch, steps, accumulate in batches:
                seconds, peaks[name] = one(options, folder, f"b{name.replace(' ', '')}", 1, batch, steps, accumulate)
                times[name].append(seconds)
            threads["1 thread"].append(1 / one(options, folder, "t1", 1, 256, 8)[0])
            threads["2 threads"].append(1 / one(options, folder, "t2", 2, 256, 8)[0])
            both = [start(options, folder, f"half{i}", 1, 256, 8) for i in range(2)]
            threads["2 runs of 1"].append(sum(1 / finish(p, folder, f"half{i}", 256)[0] for i, p in enumerate(both)))
    print("one thread:  batch   ms an image   against 256 (range over rounds)   peak MB")
    for name, values in times.items():
        ratios = [a / b for a, b in zip(values, times["256"], strict=True)]
        print(f"{name:>19} {1e3 * statistics.median(values):13.3f} {statistics.median(ratios):12.2f} "
              f"({min(ratios):.2f} to {max(ratios):.2f}) {peaks[name]:14.0f}")
    for name, values in threads.items():
        ratios = [a / b for a, b in zip(values, threads["1 thread"], strict=True)]
        print(f"{name:>12}: {statistics.median(values):6.0f} images/s, {statistics.median(ratios):.2f} "
              f"({min(ratios):.2f} to {max(ratios):.2f}) of one thread's")


if __name__ == "__main__":
    main()
