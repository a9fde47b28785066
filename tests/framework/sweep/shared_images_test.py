"""Trials of a sweep decode their data once: the first one into a file that the others map."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

path = runs.experiment()
shared = {"BYOLAB_IMAGES": str(pathlib.Path("images").absolute())}
plain = runs.metrics(runs.run(path, "--set", "run.output=plain"))

first = runs.run(path, "--set", "run.output=first", env=shared)
files = sorted(pathlib.Path("images").glob("*.images"))
times = [file.stat().st_mtime_ns for file in files]
assert len(files) == 2 and sum(file.stat().st_size for file in files) > (256 + 64) * 32 * 32 * 3, files
second = runs.run(path, "--set", "run.output=second", "--set", "target.plugin=fixed_random",
                  "--set", "target.plugin=ema", env=shared)
assert [file.stat().st_mtime_ns for file in files] == times and len(list(pathlib.Path("images").glob("*.images"))) == 2
for folder in (first, second):
    runs.assert_same(plain, runs.metrics(folder))

# Other data, other files; a file that is damaged is made anew; a folder that cannot be written is done without.
runs.run(path, "--set", "run.output=third", "--set", "data.subset=128", env=shared)
assert len(list(pathlib.Path("images").glob("*.images"))) > 2
files[0].write_bytes(files[0].read_bytes()[:-1])
runs.assert_same(plain, runs.metrics(runs.run(path, "--set", "run.output=fourth", env=shared)))
assert files[0].stat().st_mtime_ns != times[0]
pathlib.Path("file").write_text("no folder")
runs.assert_same(plain, runs.metrics(runs.run(path, "--set", "run.output=fifth",
                                              env={"BYOLAB_IMAGES": str(pathlib.Path("file/images").absolute())})))
print("decoded once, the same bits")
