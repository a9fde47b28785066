# ctest: TIMEOUT 600
"""The first example of the README runs as it stands, without data, and a report shows both runs; made shorter here."""

import glob
import os
import pathlib
import re
import shlex
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

page = (runs.SOURCE / "README.md").read_text()
example = page.split("```toml\n")[1].split("```")[0]
name = re.match(r"# (\S+\.toml)\n", example).group(1)
pathlib.Path(name).write_text(example)
pathlib.Path("experiments").symlink_to(runs.SOURCE / "experiments")

lines = re.findall(r"^    (byolab .*)$", page, flags=re.MULTILINE)
commands = [shlex.split(line, comments=True)[1:] for line in lines]
first = commands[: next(i for i, words in enumerate(commands) if words[0] == "report") + 1]
assert [words[0] for words in first] == ["run", "run", "report"], first
for words in first:
    short = ["--set", "run.epochs=2", "--set", "data.train=256", "--set", "data.test=64"] if words[0] == "run" else []
    files = [path for word in words for path in sorted(glob.glob(word)) or [word]]
    runs.byolab(*files, *short)
found = [runs.metrics(path.parent) for path in pathlib.Path("runs").glob("*/run.h5")]
assert len(found) == 2 and all(len(each["knn/top1"]) == 3 for each in found), found
assert pathlib.Path("report.html").stat().st_size > 10000

# The other commands are there, with these options.
for words in commands:
    known = runs.byolab(words[0], "--help").stdout
    if words[0] == "plugin":
        known += runs.byolab("plugin", words[1], "--help").stdout
    for word in words:
        assert not word.startswith("-") or word in known, (words, known)
print(f"{len(first)} commands ran, the options of {len(commands)} are there")
