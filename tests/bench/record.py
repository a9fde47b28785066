"""What the record costs, a few times over: writing (record_bench), and opening with h5py and reading one metric.

usage: ./dev bench record, or python3 tests/bench/record.py [repetitions] once record_bench is built
"""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import h5py

REPETITIONS = int(sys.argv[1]) if len(sys.argv) > 1 else 7
BUILD = pathlib.Path(os.environ.get("BYOLAB_BUILD_DIR", pathlib.Path(__file__).resolve().parents[2] / "build"))


def spread(values):
    return f"median {statistics.median(values):.3g}, {min(values):.3g} to {max(values):.3g}"


with tempfile.TemporaryDirectory() as folder:
    path = f"{folder}/run.h5"
    for milliseconds in (5, 20, 250):
        lines = [subprocess.run([BUILD / "tests" / "record_bench", path, str(milliseconds)], capture_output=True,
                                text=True, check=True).stdout
                 for _ in range(REPETITIONS)]
        print(f"writing at {milliseconds} ms a step [us a step]: {spread([float(line.split()[0]) for line in lines])}; "
              f"{lines[-1].strip()}")
    times = []
    for _ in range(10 * REPETITIONS):
        start = time.perf_counter()
        with h5py.File(path) as run:
            loss = run["metrics/train/loss"][:]
        times.append(1e3 * (time.perf_counter() - start))
        assert len(loss) == 100_000
    print(f"opening and reading one metric of 100,000 steps [ms]: {spread(times)}")
