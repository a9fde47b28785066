# labels: slow
"""`byolab compare`: arms, tables and statistics over real records."""

import csv
import io
import json
import math
import os
import pathlib
import re
import statistics
import sys

import h5py
import numpy

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import analysis
import byolab_runs as runs

seed_run = runs.run(runs.experiment(), "--set", "run.epochs=1")
KNN = {"ema": [70.0, 71.0, 73.0], "slow": [74.0, 76.0, 77.5], "other seeds": [60.0, 61.0]}
folder = pathlib.Path("all")
for name, values in KNN.items():
    for i, value in enumerate(values):
        seed = i + (10 if name == "other seeds" else 0)
        tau = {"ema": "0.5", "slow": "0.25", "other seeds": "0.125"}[name]
        old = [line for line in runs.byolab("run", "tiny.toml", "--print").stdout.splitlines()
               if line.startswith("tau = ")][0]
        analysis.with_values(seed_run, folder / f"{name.replace(' ', '_')}-{seed:08}", name=name, seed=seed,
                             values={"knn/top1": value}, replace=[(old, f"tau = {tau}")])
analysis.with_values(seed_run, folder / "ema-broken00", name="ema", seed=3, status="failed",
                     replace=[(old, "tau = 0.5")])
analysis.with_values(seed_run, folder / "lost-00000001", name="lost", seed=1, status="collapsed",
                     values={"knn/top1": 10.0}, replace=[(old, "tau = 1.0")])


def compare(*words, **options):
    return runs.byolab("compare", *words, **options)


def rows(*words):
    return {row["arm"]: row for row in csv.DictReader(io.StringIO(compare(*words, "--format", "csv").stdout))}


# Arms by what differs, called by their names; a run that failed is said and left out, a collapsed one is a result.
done = compare(folder, "--metric", "knn/top1", "--baseline", "ema")
assert "ema-broken00" in done.stderr and "(failed): not finished, left out" in done.stderr, done.stderr
assert done.stdout.startswith("knn/top1 [%]: "), done.stdout
table = rows(folder, "--metric", "knn/top1", "--baseline", "ema")
assert set(table) == {"ema", "slow", "other seeds", "lost"}, table
assert table["ema"]["runs"] == "3" and table["lost"]["runs"] == "1" and float(table["lost"]["mean"]) == 10.0
for name, values in KNN.items():
    assert math.isclose(float(table[name]["mean"]), statistics.mean(values), rel_tol=1e-6)
    assert math.isclose(float(table[name]["std"]), statistics.stdev(values), rel_tol=1e-6)
    assert float(table[name]["best"]) == max(values)

# In full: a third, and the root of a sum, as doubles have them.
assert float(table["ema"]["mean"]) == 214 / 3 and len(table["ema"]["std"]) > 14, table["ema"]

# Shared seeds: 4, 5, 4.5 apart, so t = 4.5 / (0.5 / √3) with 2 degrees of freedom.
t = 4.5 / (0.5 / math.sqrt(3))
slow = table["slow"]
assert slow["test"] == "paired t" and slow["pairs"] == "3" and slow["baseline"] == "ema"
assert math.isclose(float(slow["p"]), 1 - t / math.sqrt(2 + t * t), rel_tol=1e-6), slow  # Student's tail at 2 degrees
assert math.isclose(float(slow["low"]), 4.5 - 4.302652730 * 0.5 / math.sqrt(3), rel_tol=1e-6)
assert table["other seeds"]["test"] == "Welch" and table["lost"]["test"] == "" and table["lost"]["p"] == ""
p = sorted(float(row["p"]) for row in table.values() if row["p"])
assert math.isclose(min(float(row["p_holm"]) for row in table.values() if row["p"]), 2 * p[0], rel_tol=1e-6)
assert ("Welch (seeds not shared)" in done.stdout and "paired t, 3 seeds" in done.stdout
        and "too few runs" in done.stdout)

# By a key; other forms.
assert set(rows(folder, "--by", "target.tau", "--metric", "knn/top1")) == {"0.5", "0.25", "0.125", "1.0"}
assert set(rows(folder, "--by", "loss.plugin", "--metric", "train/loss")) == {"byol"}
(found,) = json.loads(compare(folder, "--metric", "knn/top1", "--format", "json", "--baseline", "slow").stdout)
assert [v["value"] for v in found["arms"][0]["values"]] == KNN["ema"] and found["arms"][0]["difference"] == -4.5
markdown = compare(folder, "--format", "markdown").stdout
assert ("| slow " in markdown and "| --- |" in markdown.replace("-" * 11, "---").replace("---- ", "--- ")
        or "| ----" in markdown)
latex = compare(folder, "--format", "latex", "--metric", "knn/top1").stdout
assert ("\\toprule" in latex and "75.8 $\\pm$ 1.8" in latex
        and "[\\%]" not in latex.split("\\toprule")[1].split("%")[0]), latex

# As the paper reports: half the range over the seeds, where it exceeds 0.25.
paper = compare(folder, "--metric", "knn/top1", "--style", "paper").stdout
assert "71.3 ± 1.5" in paper and "75.8 ± 1.8" in paper and "10.0  " in paper and "mean (± half range)" in paper, paper

# A sweep: its labels are the arms, its links the runs; one that is missing is said.
slow_runs = sorted(folder.glob("slow-*"))
index = analysis.sweep_index("sweep.h5", sorted(folder.glob("ema-0*")) + slow_runs, ["base"] * 3 + ["τ = 0.25"] * 3)
assert {name: row["runs"] for name, row in rows(index).items()} == {"base": "3", "τ = 0.25": "3"}
assert set(rows(".")) == {"base", "τ = 0.25"}, "a folder with a sweep.h5 is the sweep"
slow_runs[0].rename("away")
lost = compare(index)
assert "note: " in lost.stderr and "no such file" in lost.stderr, lost.stderr
pathlib.Path("away").rename(slow_runs[0])

# A sweep of byolab's own: its labels, and its baseline.
pathlib.Path("sweep.toml").write_text("""
extends = "tiny.toml"
[sweep]
baseline = { "target.plugin" = "ema" }
seeds = 2
[[sweep.axis]]
name = "target"
values = [{ label = "moving", "target.plugin" = "ema" }, { label = "still", "target.plugin" = "fixed_random" }]
""")
runs.byolab("sweep", "sweep.toml", "--set", "run.epochs=1")
own = rows("runs/sweep", "--metric", "knn/top1")
assert set(own) == {"moving", "still"} and own["still"]["baseline"] == "moving" and own["still"]["pairs"] == "2", own
by_plugin = rows("runs/sweep/sweep.h5", "--by", "target.plugin")
assert by_plugin["ema"]["baseline"] == "", "arms of other names have no such baseline"
assert runs.byolab("watch", "runs/sweep").stdout.count("  finished") == 4

# An index that was kept without its trials: what it has still, and what not.
pathlib.Path("kept").mkdir()
pathlib.Path("kept/sweep.h5").write_bytes(pathlib.Path("runs/sweep/sweep.h5").read_bytes())
assert "their last metrics, as the index has them" in compare("kept/sweep.h5").stderr
for metric in ("knn/top1", "train/loss", "collapse/z_std"):
    there, alone = rows("runs/sweep", "--metric", metric), rows("kept/sweep.h5", "--metric", metric)
    assert list(there) == list(alone) == ["moving", "still"] and there["still"]["difference"], there
    for arm, row in there.items():
        assert {**row, "unit": "", "meaning": ""} == {**alone[arm], "unit": "", "meaning": ""}, (row, alone[arm])
# Two sweeps may call different experiments the same: that is said, of what is known of them.
runs.byolab("sweep", "sweep.toml", "--set", "run.epochs=2", "--set", "sweep.name=longer", "--set", "sweep.seeds=[2]")
assert "arm 'moving' mixes runs that differ in run.epochs" in compare("runs/sweep", "runs/longer").stderr
assert "mixes" not in compare("runs/sweep").stderr
pathlib.Path("kept/longer.h5").write_bytes(pathlib.Path("runs/longer/sweep.h5").read_bytes())
mixed = compare("kept/sweep.h5", "kept/longer.h5").stderr
assert "arm 'still' mixes runs of kept/longer.h5 and kept/sweep.h5" in mixed, mixed

# Each trial once, however many indexes name it; and what is left out is said.
twice = rows("kept/sweep.h5", "runs/../kept/sweep.h5", "--metric", "knn/top1")
pathlib.Path("again").mkdir()
pathlib.Path("again/sweep.h5").write_bytes(pathlib.Path("kept/sweep.h5").read_bytes())
assert {row["runs"] for row in twice.values()} == {"2"}, twice
with h5py.File("again/sweep.h5", "r+") as index:
    table = index["trials"][:]
    table["status"][0] = b"failed"
    index["trials"][...] = table
assert "again/sweep.h5: 1 of 4 trials have not finished, or failed: left out" in compare("again/sweep.h5").stderr
# Metrics of one evaluator need not stand side by side; a list where a text should be is none of ours, and no crash.
with h5py.File("again/sweep.h5", "r+") as index:
    names = index.attrs["metrics"].decode().split(",")
    index.attrs["metrics"] = numpy.bytes_(",".join([name for name in names if name != "knn_top1"] + ["knn_top1"]))
means = [rows(f"{where}/sweep.h5", "--metric", "knn/top1")["still"]["mean"] for where in ("again", "kept")]
assert means[0] == means[1], means
with h5py.File("again/sweep.h5", "r+") as index:
    index.attrs["metrics"] = [b"knn_top1"] * 4000
wrong = compare("again/sweep.h5", check=False)
assert wrong.returncode == 1 and re.search("again/sweep.h5: .*'metrics'", wrong.stderr), wrong.stderr

for words in (["compare", "--by", "target.plugin"], ["report", "-o", "kept.html"]):
    alone = runs.byolab(*words, "kept/sweep.h5", check=False)
    assert (alone.returncode == 1 and "error: there is no run to look at: " in alone.stderr
            and "(and 3 more)" in alone.stderr), alone.stderr
    assert "an index alone has its claims" in alone.stderr and not pathlib.Path("kept.html").exists()

# One run, by its folder or its file.
assert rows(slow_runs[0])["slow"]["runs"] == "1"
assert rows(slow_runs[0] / "run.h5", slow_runs[0])["slow"]["runs"] == "1"

# Mistakes are told with what there is.
for words, sentence in [((folder, "--metric", "knn/top5"), "no run has a metric 'knn/top5'"),
                        ((folder, "--by", "target.tua"), "no run has a key 'target.tua' to sort by"),
                        ((folder, "--baseline", "emma"), "no arm is called 'emma'"),
                        (("nowhere",), "nowhere: no such file or folder"),
                        (("tiny.toml",), "tiny.toml: ")]:
    wrong = compare(*words, check=False)
    assert wrong.returncode == 1 and f"error: {sentence}" in wrong.stderr and "fix: " in wrong.stderr, wrong.stderr
