"""What byolab costs over a loop written by hand with LibTorch, a few times over.

    python3 overhead.py FOLDER [--rounds 3] [--steps 40] [--threads 1]

FOLDER holds train/<class>/*. overhead_bench takes the steps of both in turn in one process, and says what they are."""

import argparse
import os
import pathlib
import statistics
import subprocess
import tempfile

parse = argparse.ArgumentParser()
parse.add_argument("folder")
for name, default in (("rounds", 3), ("steps", 40), ("threads", 1)):
    parse.add_argument("--" + name, type=int, default=default)
options = parse.parse_args()
program = pathlib.Path(os.environ["BYOLAB_BUILD_DIR"]) / "tests" / "overhead_bench"
ratios = {"processor": [], "wall": []}
with tempfile.TemporaryDirectory() as folder:
    for _ in range(options.rounds):
        command = [program, pathlib.Path(__file__).with_name("end_to_end.toml"), str(options.steps), folder,
                   f"data.root={options.folder}", f"data.subset={256 * options.steps}",
                   f"run.threads={options.threads}"]
        out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        print(out, end="", flush=True)
        for line in out.splitlines():
            words = line.split()
            if words[0] in ratios:
                ratios[words[0]].append(float(words[words.index("ratio") + 1]))
for what, values in ratios.items():
    print(f"{what} time over the loop by hand: {statistics.median(values) - 1:+.2%} ({min(values) - 1:+.2%} to "
          f"{max(values) - 1:+.2%}); asked: at most +1 %")
