# labels: slow
# ctest: TIMEOUT 600
"""Records that are damaged, cut or emptied: every command ends soon with a sentence, a repair never makes one worse,
and no output is written over a record."""

import os
import pathlib
import random
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs
import h5py

random.seed(5)
folder = runs.run(runs.experiment(runs.TINY))
whole = (folder / "run.h5").read_bytes()
copy = pathlib.Path("copy")
copy.mkdir()
record = copy / "run.h5"


def flipped(count):
    data = bytearray(whole)
    for _ in range(count):
        data[random.randrange(len(data))] ^= random.randrange(1, 256)
    return bytes(data)


CASES = [b"", whole[:700], whole[: len(whole) // 2],
         whole[:-1]] + [flipped(count) for count in (1, 8, 60, 60, 400, 400)]
ended = 0
for data in CASES:
    record.write_bytes(data)
    for words in (["show", copy], ["export", copy, "--to", "csv", "-o", "rows.csv"], ["compare", copy],
                  ["repair", copy]):
        done = runs.byolab(*words, check=False, timeout=60)
        assert done.returncode in (0, 1), (words, done.returncode, done.stderr)
        if done.returncode == 1:
            assert done.stderr.startswith("error: ") and "run.h5" in done.stderr, (words, done.stderr)
            ended += 1
    if done.returncode == 1:
        assert record.read_bytes() == data, "a repair that did not succeed changed the file"
    else:
        h5py.File(record).close()
    assert sorted(path.name for path in copy.iterdir()) == ["run.h5"]
assert ended >= len(CASES), "most of these cannot be read"

# A record, a sweep's index and a checkpoint are not written over.
for words in (["export", folder, "--to", "csv", "-o", folder / "run.h5"], ["report", folder, "-o", folder / "run.h5"],
              ["export", folder, "--to", "pt", "-o", folder / "checkpoint.pt"]):
    done = runs.byolab(*words, check=False)
    assert done.returncode == 1 and "nothing is written over it" in done.stderr, (words, done.stderr)
assert (folder / "run.h5").read_bytes() == whole
shutil.copy(folder / "run.h5", "elsewhere.csv")
done = runs.byolab("export", folder, "--to", "csv", "-o", "elsewhere.csv", check=False)
assert done.returncode == 1, "whatever its name"
print(f"{ended} of {4 * len(CASES)} commands said that they could not read")
