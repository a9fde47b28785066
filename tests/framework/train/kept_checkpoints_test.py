# labels: slow
"""[checkpoint] keep and best: which files there are after how many steps, what is in them, what a resumed run does."""

import os
import pathlib
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

path = runs.experiment(runs.TINY + '\n[checkpoint]\nevery = "3 steps"\n')


def kept(folder):
    return sorted(found.name for found in pathlib.Path(folder).glob("*.pt*"))


def step_in(file):
    """Evaluating a checkpoint's encoder would tell which it is; what it was saved at stands in its pickle, too."""
    out = runs.byolab("export", file, "--to", "pt", "-o", "part.pt", "--part", "online.encoder").stdout
    assert "wrote" in out
    with zipfile.ZipFile("part.pt") as archive:
        return {name.split("/", 1)[1]: archive.read(name) for name in archive.namelist()}


plain = runs.run(path, "--set", "run.output=plain")
assert kept(plain) == ["checkpoint.pt"]

# Written after 3, 6, 9, 12, 15 and 16 steps.
three = runs.run(path, "--set", "run.output=three", "--set", "checkpoint.keep=3")
assert three.name == plain.name, "keeping more is no other run"
assert kept(three) == ["checkpoint-12.pt", "checkpoint-15.pt", "checkpoint-16.pt", "checkpoint.pt"], kept(three)
assert (three / "checkpoint.pt").read_bytes() == (three / "checkpoint-16.pt").read_bytes()
runs.assert_same(runs.metrics(plain), runs.metrics(three))
twelve, sixteen = step_in(three / "checkpoint-12.pt"), step_in(three / "checkpoint-16.pt")
assert twelve != sixteen and sixteen == step_in(plain / "checkpoint.pt")

# The best by a metric, of the evaluations after the first step; with `better` turned, the worst.
for better, choose in (("auto", max), ("less", min)):
    out = f"best-{better}"
    best = runs.run(path, "--set", f"run.output={out}", "--set", "checkpoint.best=knn/top1", "--set",
                    f"checkpoint.better={better}", "--set", "evaluate.knn.every=2 steps", "--set",
                    "checkpoint.every=never")
    found = runs.metrics(best, ["knn"])
    values = found["knn/top1"][1:]
    at = int(found["knn/step"][1:][list(values).index(choose(values))])
    assert kept(best) == ["checkpoint-best.pt", "checkpoint.pt"], kept(best)
    again = runs.run(path, "--set", f"run.output=again-{better}", "--set", "run.epochs=0", "--set",
                     f"encoder.load={best / 'checkpoint-best.pt'}")
    assert runs.metrics(again)["knn/top1"][0] == choose(values), (at, values)

# What is chosen by test images is said to be, and by validation images is not.
NOTE = "note: checkpoint-best.pt is chosen by knn/top1 of the test images"
words = ["--set", "run.steps=1", "--set", "checkpoint.best=knn/top1"]
assert NOTE in runs.byolab("run", path, *words, "--set", "run.output=test").stdout
done = runs.byolab("run", path, *words, "--set", "run.output=apart", "--set", "data.validation=0.2")
assert "is chosen by" not in done.stdout, done.stdout

# Stopped and resumed: the best so far is known, and so are the newest; others may be kept from there on.
words = ["--set", "run.output=on", "--set", "checkpoint.keep=2", "--set", "checkpoint.best=knn/top1", "--set",
         "evaluate.knn.every=2 steps"]
whole = runs.run(path, *words)
best_bytes = step_in(whole / "checkpoint-best.pt")
(whole / "checkpoint.pt").unlink()
(whole / "checkpoint-16.pt").unlink()
left = kept(whole)
done = runs.byolab("run", path, *words, "--resume")
newest = left[0] if left[0] != "checkpoint-best.pt" else left[1]
assert f"checkpoint.pt was missing: {newest} takes its place" in done.stdout, (left, done.stdout)
assert f"resumed at step {newest[11:-3]} of 16" in done.stdout, done.stdout
assert step_in(whole / "checkpoint-best.pt") == best_bytes
assert "checkpoint-16.pt" in kept(whole) and len(kept(whole)) == 4, kept(whole)
runs.byolab("run", path, *words[:2], "--resume")
assert kept(whole) == ["checkpoint-best.pt", "checkpoint.pt"], kept(whole)

# --replace moves all of them aside.
runs.byolab("run", path, *words, "--replace", "--set", "checkpoint.every=never", "--set", "checkpoint.keep=1")
assert {"checkpoint-best.pt", "checkpoint.pt"} <= set(kept(whole / "replaced-1")), kept(whole / "replaced-1")

# What names no metric is refused before there is a folder.
for best, code, part in (("kn/top1", 2, "did you mean 'knn'?"), ("knn", 2, "as in \"knn/top1\""),
                         ("knn/top2", 1, "no evaluator gives that metric")):
    wrong = runs.byolab("run", path, "--set", "run.output=none", "--set", f"checkpoint.best={best}", check=False)
    assert wrong.returncode == code and part in wrong.stderr and not pathlib.Path("none").exists(), wrong.stderr
pathlib.Path("sweep.toml").write_text('extends = "tiny.toml"\n[checkpoint]\nbest = "knn/top2"\n[sweep]\nseeds = 2\n')
wrong = runs.byolab("sweep", "sweep.toml", "--dry-run", "--no-calibrate", check=False)
assert wrong.returncode == 2 and "sweep.toml:3:8: [checkpoint] best" in wrong.stderr, wrong.stderr
print("checkpoints are kept as asked")
