# labels: slow
# ctest: TIMEOUT 600
"""A claim from the TOML file to its verdict: printed, in the index, by `byolab claims`, in the report; and mistakes in
it."""

import json
import math
import os
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs
import byolab_sweeps as sweeps
import h5py
import numpy

SWEEP = sweeps.SWEEP.replace("seeds = [0, 1]", "seeds = 5\nmetric = \"knn_top1\"").replace(
    "values = [", 'values = [\n  { label = "fast", "target.plugin" = "ema", "optimizer.lr" = 1e-2 },\n'
                  '  { label = "still", "target.plugin" = "ema", "optimizer.lr" = 0.0 },')
CLAIMS = """
[[claim]]
text = "Training moves the loss"
source = "common sense"
metric = "train_loss"
less = "fast"
than = "still"
by = 0.01

[[claim]]
text = "A learning rate of nothing is as good as a large one"
equal = "still"
to = "fast"
within = 1e-6
metric = "train_loss"

[[claim]]
text = "Untrained projections are one point"
collapses = "still"
below = 0.001

[[claim]]
text = "Of two changes, the fast one's is the larger fall"
metric = "train_loss"
less = "fast"
than = "still"
from = ["fixed_random", "every_3_steps"]
"""

path = sweeps.write(SWEEP + CLAIMS)
printed = sweeps.sweep(path).stdout
assert re.search(r"holds +Training moves the loss\n +train_loss: fast < still - 0.01: ", printed), printed
assert (re.search(r"fails +A learning rate of nothing", printed)
        and re.search(r"fails +Untrained projections", printed)), printed
assert "common sense" in printed

# The figures are those of the table of trials, recomputed here.
index = "runs/sweep/sweep.h5"
rows = sweeps.trials(index)
with h5py.File(index) as file:
    table = file["claims"][:]
claims = {row["statement"].decode(): row for row in table}
moved = claims["train_loss: fast < still - 0.01"]
fast, still, fixed, copied = ([float(rows[label, seed]["train_loss"]) for seed in range(5)]
                              for label in ("fast", "still", "fixed_random", "every_3_steps"))


def of_five(differences):
    mean = sum(differences) / 5
    return mean, math.sqrt(sum((d - mean) ** 2 for d in differences) / 4 / 5)


def two_sided(t):  # four degrees of freedom
    u = abs(t) / math.sqrt(t * t + 4)
    return 1 - u * (3 - u * u) / 2


mean, error = of_five([a - b for a, b in zip(fast, still, strict=True)])
assert (math.isclose(moved["difference"], mean, rel_tol=1e-6)
        and math.isclose(moved["mean"], sum(fast) / 5, rel_tol=1e-6))
T_975 = 2.7764451051977987  # quantile of Student's t with 4 degrees of freedom
assert (math.isclose(moved["low"], mean - T_975 * error, rel_tol=1e-6)
        and math.isclose(moved["high"], mean + T_975 * error, rel_tol=1e-6))
p = two_sided((mean + 0.01) / error)
assert math.isclose(moved["p"], p, rel_tol=1e-4, abs_tol=1e-9), (moved["p"], p)
ranked = sorted(float(row["p"]) for row in table)
assert (all(row["p_holm"] >= row["p"] for row in table)
        and math.isclose(min(row["p_holm"] for row in table), 4 * ranked[0], rel_tol=1e-9))

changed = claims["train_loss: (fast - fixed_random) < (still - every_3_steps)"]
change, error = of_five([(a - a0) - (b - b0) for a, a0, b, b0 in zip(fast, fixed, still, copied, strict=True)])
assert changed["seeds"] == 5 and math.isclose(changed["difference"], change, rel_tol=1e-5), (changed, change)
assert math.isclose(changed["other_mean"], sum(still) / 5 - sum(copied) / 5, rel_tol=1e-5)
assert math.isclose(changed["p"], two_sided(change / error), rel_tol=1e-3, abs_tol=1e-9), changed

# Read back, by itself or among others, as text and as JSON; without claims, a sentence.
text = runs.byolab("claims", "runs").stdout
assert "runs/sweep/sweep.h5" in text and "holds       Training moves the loss" in text, text
found = json.loads(runs.byolab("claims", index, "--json").stdout)
assert ([claim["verdict"] for claim in found][:3] == ["holds", "fails", "fails"]
        and found[2]["other_mean"] is None), found
assert math.isclose(found[0]["difference"], mean, rel_tol=1e-6) and found[0]["sweep"] == index
pathlib.Path("empty").mkdir()
wrong = runs.byolab("claims", "empty", check=False)
assert wrong.returncode == 1 and "no sweep here makes a claim" in wrong.stderr, wrong
wrong = runs.byolab("claims", "sweep.toml", check=False)
assert wrong.returncode == 1 and "is no sweep's index" in wrong.stderr, wrong

# What cannot be read hides none of the others, and is told.
pathlib.Path("odd").mkdir()
good = pathlib.Path(index).read_bytes()
pathlib.Path("odd/good.h5").write_bytes(good)
pathlib.Path("odd/cut.h5").write_bytes(good[:2000])
pathlib.Path("odd/words.h5").write_text("no HDF5")
for name, made in (("numbers", [1.0, 2.0]), ("other", numpy.zeros(2, [("text", "S4"), ("verdict", "S4")])),
                   ("huge", None)):
    pathlib.Path(f"odd/{name}.h5").write_bytes(good)
    with h5py.File(f"odd/{name}.h5", "r+") as file:
        kind = file["claims"].dtype
        del file["claims"]
        if made is None:
            file.create_dataset("claims", (30_000_000,), kind, chunks=(1000,))
        else:
            file["claims"] = made
wrong = runs.byolab("claims", "odd", check=False)
assert wrong.returncode == 1 and wrong.stdout.count("holds       Training moves the loss") == 1, wrong
for name, reason in (("cut", ""), ("words", ""), ("numbers", "'claims' is no table"), ("other", "no column 'source'"),
                     ("huge", "declares 30000000 times .* MB of memory")):
    assert re.search(rf"error: .*odd/{name}\.h5.*{reason}", wrong.stderr), (name, wrong.stderr)

# In the report.
runs.byolab("report", index, "-o", "report.html")
page = pathlib.Path("report.html").read_text()
embedded = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL).group(1))
assert [claim["verdict"] for claim in embedded["claims"]] == [claim["verdict"] for claim in found]

# Another claim needs no further run; fewer seeds give figures and no verdict.
sweeps.write(SWEEP.replace("seeds = 5", "seeds = 3") + '\n[[claim]]\ntext = "Two"\ngreater = "fast"\nthan = "still"\n')
out = sweeps.sweep(path).stdout
assert " started" not in out and re.search(r"not judged +Two\n +knn_top1: fast > still: .*3 seeds\n", out), out

# An arm that is the same experiment as another may be named all the same; what has results so far is said.
sweeps.write(SWEEP.replace("values = [", 'values = [\n  { label = "as still", "target.plugin" = "ema", '
                                         '"optimizer.lr" = 0.0 },') +
             '\n[[claim]]\ntext = "By another name"\nmetric = "train_loss"\nless = "fast"\nthan = "still"\n')
out = sweeps.sweep(path).stdout
assert " started" not in out and re.search(r"holds +By another name\n +train_loss: fast < as still: ", out), out
sweeps.write(SWEEP + CLAIMS)
limited = sweeps.sweep(path, "--time-limit", "3s", "--set", "run.epochs=100000", "--set", "sweep.seeds=1",
                       "--output", "cut_short", check=False).stdout
assert ("of the trials that have results so far:" in limited
        and "0 of 5 trials have results" in runs.byolab("claims", "cut_short").stdout), limited

# A metric that no trial will have is refused before the first one starts, with those that there are.
sweeps.write(SWEEP + CLAIMS + '\n[[claim]]\ntext = "a slip of the pen"\nmetric = "knn_top11"\ngreater = "fast"\n'
                              'than = "still"\n')
wrong = sweeps.sweep(path, check=False)
assert wrong.returncode == 2 and re.search(
    r"sweep\.toml:\d+:1: a \[\[claim\]\] names the metric 'knn_top11', which no trial will have\n"
    r"  did you mean 'knn_top1'\?   metrics: train_loss,", wrong.stderr), wrong

# Mistakes: all at once, each at its place.
sweeps.write(SWEEP + """
[[claim]]
text = "unknown arms"
greater = "fats"
than = 3
[[claim]]
greater = "fast"
[[claim]]
text = "two forms"
greater = "fast"
less = "still"
[[claim]]
text = "no bounds"
equal = "fast"
to = "still"
[[claim]]
text = "one arm"
greater = "fast"
than = "fast"
[[claim]]
text = "odd keys"
collapses = "fast"
by = 1
below = "low"
from = ["fast", "still"]
[[claim]]
text = "one baseline"
greater = "fast"
than = "still"
from = ["fixed_random"]
[[claim]]
text = "an unknown baseline"
greater = "fast"
than = "still"
from = ["fixed_random", "ema_0.9"]
[[claim]]
text = "no change"
greater = "fast"
than = "still"
from = ["fixed_random", "still"]
[[claim]]
text = "a word"
greater = "fast"
than = "still"
from = "fixed_random"
[[claim]]
text = "a terminal's \\u001b[2J"
greater = "fast"
than = "still"
[[claim]]
text = "one change"
greater = "fast"
than = "fast"
from = ["still", "still"]
""")
wrong = runs.byolab("sweep", path, "--dry-run", check=False)
assert wrong.returncode == 2
for words in ("no arm is labelled \"fats\"", "did you mean 'fast'?", "no arm is labelled 3", "[[claim]] has no text",
              "[[claim]] has no 'than'",
              "two things at once", "needs a 'within' above 0", "compares 'fast' with itself", "unknown key 'by'",
              "unknown key 'from'", "'from' of [[claim]] must be two labels, found 1", "did you mean 'ema_0.99'?",
              "measures the change of 'still' from itself", "'from' of [[claim]] must be a list",
              "compares the change of 'fast' with itself", "'below' of [[claim]] must be a number",
              "'text' of [[claim]] must be a text of one line without control characters"):
    assert words in wrong.stderr, (words, wrong.stderr)
assert re.search(r"sweep\.toml:\d+:\d+", wrong.stderr)
print("claims are judged")
