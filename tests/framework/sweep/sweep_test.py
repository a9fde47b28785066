# labels: slow
# ctest: TIMEOUT 900
"""A sweep from its file to its index: trials, identity, what is run again and what is not, failures, messages."""

import contextlib
import io
import os
import pathlib
import re
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs
import byolab_sweeps as sweeps
import h5py

path = sweeps.write()
index = pathlib.Path("runs/sweep/sweep.h5")

# A dry run lists, and writes nothing. Its estimate is of images: arms with small batches take more steps, not longer.
EPOCHS, IMAGES = 400_000, 256
batches = "\n[sweep]\nseeds = 1\n[[sweep.axis]]\nkey = \"run.batch_size\"\nvalues = [8, 64]\n"
sweeps.write(f'extends = "tiny.toml"\n[run]\nepochs = {EPOCHS}\n{batches}', "batches.toml",
             runs.TINY.replace('every = "1 epoch"', 'every = "never"'))
for jobs in (1, 2):
    said = sweeps.sweep("batches.toml", "--dry-run", "--jobs", jobs).stdout
    estimate = re.search(r"estimate: (\S+) in all; a trial takes up to (\S+) \(from .* ([0-9.]+) ms an image, ", said)
    in_all, longest = (sum(float(part) * 60**i for i, part in enumerate(reversed(time.split(":"))))
                       for time in estimate.groups()[:2])
    trained = EPOCHS * IMAGES * float(estimate[3]) / 1000
    assert abs(longest / trained - 1) < 0.05 and abs(in_all / (2 * longest / jobs) - 1) < 0.05, said
sweeps.write()
dry = sweeps.sweep(path, "--dry-run", "--no-calibrate").stdout
assert "6 trials of 3 arms, 1 thread each" in dry and dry.count("waiting") == 6 and "(baseline)" in dry, dry
assert "6 of 6 trials are still to be run" in dry and not pathlib.Path("runs").exists()

# What could have no effect, or no trial could ever have, is said before the first one starts.
for words, part in ((["--set", "run.seed=2"], "'run.seed' changes nothing"),
                    (["--set", "sweep.metric=nope_top1"],
                     "[sweep] names the metric 'nope_top1', which no trial will have"),
                    (["--set", "sweep.metric=knn_top2"], "did you mean 'knn_top1'?"),
                    (["--time-limit", "-5"], "--time-limit: a trial's limit is 1 s at least"),
                    (["--time-limit", "0"], "--time-limit: a trial's limit is 1 s at least"),
                    (["--set", 'encoder.load="gone"'], "there are no weights to load: "),
                    (["--set", "sweep.seeds=100000"], "more than a sweep takes (100000 trials)")):
    wrong = runs.byolab("sweep", path, "--dry-run", "--no-calibrate", *words, check=False)
    assert wrong.returncode == 2 and part in wrong.stderr, (words, wrong.returncode, wrong.stderr)
wrong = runs.byolab("sweep", path, "--dry-run", "--no-calibrate", "--gpus", "1", check=False)
assert wrong.returncode == 1 and "--gpus 1: byolab trains on the CPU only, for now" in wrong.stderr, wrong.stderr
wrong = runs.byolab("sweep", path, "--dry-run", "--no-calibrate", "--set", "run.device=cuda", check=False)
assert wrong.returncode == 2 and "'device' of [run] is \"cuda\", but byolab trains on the CPU only" in wrong.stderr
# So is what an augmentation has against its options as a whole, once, where it was written; and a step of more images
# than there are.
ranges = 'values = [\n  { label = "scale", "views.view1.augment.random_resized_crop.scale" = [0.9, 0.2] },'
sweeps.write(sweeps.SWEEP.replace("values = [", ranges), "ranges.toml")
wrong = runs.byolab("sweep", "ranges.toml", "--dry-run", check=False)
assert (wrong.returncode == 2 and wrong.stderr.count("scale is no range") == 1
        and re.match(r"error: \S+toml:\d+:\d+: [^/:]*random_resized_crop", wrong.stderr)), wrong.stderr
wrong = runs.byolab("sweep", path, "--dry-run", "--set", "run.batch_size=1000", check=False)
assert wrong.returncode == 2 and "a step takes 1000 images" in wrong.stderr, wrong.stderr

# A mistake that leaves no arm to be made hides the arms from no claim.
claim = '\n[[claim]]\ntext = "c"\ncollapses = "ema_0.99"\n[[claim]]\ntext = "d"\ncollapses = "ema_0.9"\n'
sweeps.write(sweeps.SWEEP + claim, "arms.toml")
wrong = runs.byolab("sweep", "arms.toml", "--dry-run", "--set", 'encoder.load="gone"', check=False)
assert (wrong.returncode == 2 and "there are no weights" in wrong.stderr
        and 'no arm is labelled "ema_0.9"' in wrong.stderr), wrong.stderr
assert wrong.stderr.count("no arm is labelled") == 1, wrong.stderr
wrong = runs.byolab("sweep", "nowhere.toml", "--dry-run", check=False)
assert wrong.returncode == 2 and wrong.stderr.count("\n  ") <= 2 and "no [sweep]" not in wrong.stderr, wrong.stderr

# The whole of it.
out = sweeps.sweep(path).stdout
assert "6 of 6 done; see" in out and "every_3_steps seed 1" in out, out
rows = sweeps.trials(index)
assert list(rows) == [(label, seed) for label in ("fixed_random", "ema_0.99", "every_3_steps") for seed in (0, 1)]
for key, row in rows.items():
    assert row["status"] == "done" and row["target"] == key[0] and row["tries"] == 1 and row["steps"] == 8, row
    folder = index.parent / pathlib.Path(row["file"]).parent
    found = runs.metrics(folder)
    assert row["knn_top1"] == found["knn/top1"][-1] and row["train_loss"] == found["train/loss"][-1]
    assert runs.attributes(folder)["run_id"] == row["id"] == folder.resolve().name
    assert row["run_started"] == runs.attributes(folder)["started"] and row["run_started"][10] == "T", row
    assert ((row["run_cpu"], row["run_dtype"]) == runs.computed_by(folder) and row["run_cpu"]
            and row["run_dtype"] in ("float32", "bfloat16")), row
    assert row["seconds"] > 0 and len(row["plugins"]) == 8
    assert (folder / "log.txt").read_text().count("finished: 8 steps") == 1
# An index that is damaged is made anew.
good = index.read_bytes()
index.write_bytes(good[:3000])
again = sweeps.sweep(path).stdout
assert "the index is made anew from the trials" in again and "6 of 6 done" in again, again
assert list(sweeps.trials(index)) == list(rows)

# The sweep is meant by its index, its folder, and the folder that it was told to write into; several runs are shown.
for word in (index, index.parent, "runs"):
    listed = runs.byolab("show", word).stdout
    assert listed.count("finished") == 6 and "knn" in listed, listed
    table = runs.byolab("compare", word, "--format", "csv").stdout
    assert "every_3_steps" in table and len(table.splitlines()) == 4, table
folders = [(index.parent / pathlib.Path(row["file"]).parent).resolve() for row in rows.values()]
assert len(runs.byolab("show", *folders[:2]).stdout.splitlines()) == 2
with h5py.File(index) as file:
    attributes = {name: value.decode() for name, value in file.attrs.items() if isinstance(value, bytes)}
    assert (attributes["kind"] == "sweep" and attributes["baseline"] == "ema_0.99"
            and attributes["axes"] == "target"), attributes
    assert "collapse_z_std" in attributes["metrics"].split(",")
    assert list(file["runs"]) == [row["id"] for row in rows.values()]
    assert file["runs"][rows["ema_0.99", 1]["id"]].attrs["seed"] == 1
    assert "every_3_steps" in file["config/source"].asstr()[()]

# The trial's run is what `byolab run` makes of the same settings: identity and bits.
alone = runs.run("tiny.toml", *sum((["--set", s]
                                    for s in ("run.epochs=1", "run.seed=1", "target.plugin=ema", "target.tau=0.99",
                                              "run.output=alone")), []))
assert runs.attributes(alone)["run_id"] == rows["ema_0.99", 1]["id"]
runs.assert_same(runs.metrics(alone), runs.metrics(index.parent / pathlib.Path(rows["ema_0.99", 1]["file"]).parent))

# Again: nothing runs. One value more: that alone runs. Another sweep in the folder shares what it has in common.
assert " started" not in sweeps.sweep(path).stdout
sweeps.write(sweeps.SWEEP.replace("values = [", 'values = [\n  { label = "online", "target.plugin" = "online" },'))
out = sweeps.sweep(path).stdout
assert out.count(" started") == 2 and out.count("online seed") >= 2 and "8 of 8 done" in out, out
sweeps.write(sweeps.SWEEP.replace("[0, 1]", "[1, 7]").replace("ema_0.99", "mean"), "other.toml")
out = sweeps.sweep("other.toml").stdout
assert out.count(" started") == 3 and "6 of 6 done" in out, out
assert sweeps.trials("runs/other/sweep.h5")["mean", 1]["id"] == rows["ema_0.99", 1]["id"]

# What is no longer part of the file is said, and stays.
sweeps.write()
out = sweeps.sweep(path).stdout
assert "2 of the 8 trials of last time are no longer part of it" in out and len(sweeps.trials(index)) == 6, out
assert len(list(pathlib.Path("runs/trials").iterdir())) == 11

# The same experiment under two names is run once; a baseline that is no arm becomes one.
sweeps.write(sweeps.SWEEP.replace('baseline = "ema_0.99"', 'baseline = { "target.plugin" = "online" }')
             .replace("values = [", 'values = [\n  { label = "again", "target.plugin" = "ema", "target.tau" = 0.99, '
                                    '"optimizer.lr" = 2e-3 },'))
dry = sweeps.sweep(path, "--dry-run", "--no-calibrate").stdout
assert "note: 'ema_0.99' is the same experiment as 'again', and is not run twice" in dry, dry
assert "8 trials of 4 arms" in dry and 'target.plugin = "online"  (baseline)' in dry, dry

# The baseline's settings are an arm of their own, and no other has its label.
twice = sweeps.SWEEP.replace('baseline = "ema_0.99"', 'baseline = { "target.tau" = 0.5 }')
sweeps.write(twice.replace('label = "ema_0.99"', 'label = "baseline"'), "twice.toml")
wrong = sweeps.sweep("twice.toml", check=False)
assert wrong.returncode == 2 and "two arms are labelled 'baseline'" in wrong.stderr, wrong.stderr

# An index that cannot be written is no success, and leaves nothing beside it.
sweeps.write()
shutil.rmtree("unwritable", ignore_errors=True)
pathlib.Path("unwritable/sweep/sweep.h5").mkdir(parents=True)
done = sweeps.sweep(path, "--output", "unwritable", check=False)
assert done.returncode == 1 and "6 of 6 done" in done.stdout and "the index was not written" in done.stderr, done
assert [file.name for file in pathlib.Path("unwritable/sweep").iterdir()
        if file.name.startswith("sweep.h5")] == ["sweep.h5"]

# What a run computed in is a column beside an axis that sets it.
sweeps.write('extends = "tiny.toml"\n[run]\nsteps = 1\n[sweep]\nseeds = 1\n[[sweep.axis]]\nkey = "run.dtype"\n'
             'values = ["float32", "bfloat16"]\n', "precision.toml")
sweeps.sweep("precision.toml")
rows = sweeps.trials("runs/precision/sweep.h5")
types = [(row["dtype"], row["run_dtype"]) for row in rows.values()]
assert types == [("dtype=float32", "float32"), ("dtype=bfloat16", "bfloat16")], rows

# A trial that fails stops no other, and says why; --retry failed tries again.
sweeps.write(sweeps.SWEEP.replace('"target.tau" = 0.99', '"target.tau" = 0.5, "encoder.load" = "narrow"'), "fails.toml")
runs.run("tiny.toml", "--set", "encoder.channels=[4, 8]", "--set", "run.epochs=1", "--folder", "narrow")
failed = sweeps.sweep("fails.toml", check=False)
assert failed.returncode == 1 and "4 of 6 done, 2 failed" in failed.stdout, failed.stdout
row = sweeps.trials("runs/fails/sweep.h5")["ema_0.99", 0]
assert row["status"] == "failed" and "narrow/checkpoint.pt" in row["reason"] and row["file"] == "", row
out = sweeps.sweep("fails.toml", check=False).stdout
assert " started" not in out and "4 of 6 done, 2 failed" in out, out
out = sweeps.sweep("fails.toml", "--retry", "failed", check=False).stdout
assert out.count(" started (try 2)") == 2, out

# Every trial is checked before the first one runs, each mistake once, with its place.
sweeps.write(sweeps.SWEEP.replace('"target.tau" = 0.99', '"target.tua" = 0.99').replace('"3 steps"', '"3 stepps"'))
wrong = sweeps.sweep(path, check=False)
assert wrong.returncode == 2 and wrong.stdout == "", wrong
lines = [line for line in wrong.stderr.splitlines() if line.startswith("error:")]
assert len(lines) == 2, wrong.stderr
assert lines[0].startswith("error: sweep.toml:15:50: unknown key 'tua' for target_update 'ema'"), lines
assert lines[1].startswith("error: sweep.toml:16:91: 'interval' of target_update 'periodic_checkpoint'"), lines
assert "did you mean 'tau'?" in wrong.stderr and "in trial 'ema_0.99'" in wrong.stderr, wrong.stderr
for text, sentence in [("[run]\nepochs = 1\n", "there is no [sweep] in it"),
                       ('[sweep]\nbaseline = "emma"\n[[sweep.axis]]\nkey = "run.epochs"\nvalues = [1]',
                        "no arm is labelled 'emma'")]:
    pathlib.Path("wrong.toml").write_text('extends = "tiny.toml"\n' + text)
    wrong = sweeps.sweep("wrong.toml", check=False)
    assert wrong.returncode == 2 and sentence in wrong.stderr, wrong.stderr

# What docs/sweeps.md shows.
page = (runs.SOURCE / "docs" / "sweeps.md").read_text()
code = page.split("```python\n")[1].split("```")[0]
os.chdir(index.parent)
shown = io.StringIO()
with contextlib.redirect_stdout(shown):
    exec(code)
assert "fixed_random 2 knn_top1" in shown.getvalue() and "ema_0.99 1 last loss" in shown.getvalue(), shown.getvalue()
print("trials, identity, failures, messages: as they should be")
