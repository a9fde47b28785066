# ctest: TIMEOUT 120
"""The vectorised kernels (augmentation, batch norm, convolution, the evaluators') execute no more instructions than
kept: callgrind counts them, which does not depend on the machine's mood. kernel_counts.json keeps a count for each
kernel, with the compiler, Highway and instruction set that it holds for (valgrind's processor has AVX2 and no AVX-512);
with others the test is skipped. Fewer instructions pass; keep the new counts, where a change is meant, with

    BYOLAB_KEEP_COUNTS=1 ./dev test kernel_counts
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

PROGRAM = pathlib.Path(os.environ["BYOLAB_BUILD_DIR"]) / "tests" / "kernel_counts"
KEPT = pathlib.Path(__file__).with_suffix("").with_name("kernel_counts.json")
ALLOWED = 1.05


def skip(reason):
    print(reason)
    sys.exit(77)


def count():
    """What the counts depend on, and instructions by kernel."""
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=counts", PROGRAM]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        skip(f"valgrind does not run here: {done.stderr.strip().splitlines()[-1]}")
    table = subprocess.run(["callgrind_annotate", "--inclusive=yes", "--threshold=100", "counts"], capture_output=True,
                           text=True, check=True).stdout
    found = re.findall(r"^\s*([\d,]+) \(.*:measured_(\w+)", table, re.M)
    return done.stdout.strip(), {name: int(number.replace(",", "")) for number, name in found}


if not shutil.which("valgrind"):
    skip("valgrind is not installed")
circumstances, counts = count()
assert len(counts) == 12, counts
if os.environ.get("BYOLAB_KEEP_COUNTS"):
    KEPT.write_text(json.dumps({"holds_for": circumstances, "instructions": dict(sorted(counts.items()))}, indent=2)
                    + "\n")
kept = json.loads(KEPT.read_text())
if kept["holds_for"] != circumstances:
    skip(f"the counts hold for {kept['holds_for']}; here is {circumstances}")
too_many = []
for name, before in kept["instructions"].items():
    print(f"{name:>16} {counts[name]:>12,} instructions, kept {before:,}")
    if counts[name] > ALLOWED * before:
        too_many.append(name)
assert counts.keys() == kept["instructions"].keys(), "a kernel is new: keep the counts anew"
assert not too_many, f"over {ALLOWED - 1:.0%} more instructions than kept: {', '.join(too_many)}"
