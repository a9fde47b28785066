"""A record, embeddings, a checkpoint and an index as version 0.1.0 wrote them are read; those of another schema are
refused with a sentence."""

import os
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs
import h5py
import numpy
import sealed_checkpoints as sealed

KEPT = runs.SOURCE / "tests/fixtures/schema_1"
shutil.copytree(KEPT, "kept")
for name in ("run.h5", "run.embeddings.h5", "checkpoint.pt", "sweep.h5"):
    os.chmod(f"kept/{name}", 0o644)

# What they say, read independently.
with h5py.File("kept/run.h5") as record:
    loss = record["metrics/train/loss"][:]
    top1 = record["metrics/knn/top1"][-1]
shown = runs.byolab("show", "kept/run.h5").stdout
for part in ("finished", "7b43fb68", f"{loss[-1]:.6g}", "metrics/train  (4 rows)"):
    assert part in shown, (part, shown)
runs.byolab("export", "kept", "--to", "csv", "-o", "rows.csv")
values = [line.split(",") for line in pathlib.Path("rows.csv").read_text().splitlines()]
assert [float(value) for group, metric, _, value in values[1:] if (group, metric) == ("train", "loss")] == \
    [float(f"{value:.9g}") for value in loss]
assert f"{top1:.2f}" in runs.byolab("compare", "kept/run.h5", "--metric", "knn/top1").stdout
runs.byolab("report", "kept/run.h5", "-o", "page.html")
assert "data:image/png" in pathlib.Path("page.html").read_text(), "the examples are drawn"
runs.byolab("export", "kept", "--to", "npy", "-o", "features.npy")
with h5py.File("kept/run.embeddings.h5") as file:
    assert (numpy.load("features.npy") == file["snapshots/step_000000004/features"][:]).all()
runs.byolab("export", "kept", "--to", "safetensors", "-o", "weights.safetensors")
runs.byolab("run", "kept/experiment.toml", "--set", "encoder.load=kept/checkpoint.pt", "--folder", "loaded")
assert "a is above b" in runs.byolab("claims", "kept/sweep.h5").stdout
assert "top1" in runs.byolab("compare", "kept/sweep.h5").stdout


def refused(part, *words):
    done = runs.byolab(*words, check=False)
    assert done.returncode in (1, 2) and part in done.stderr, (words, done.returncode, done.stdout, done.stderr)


# A newer schema, or one that there never was.
pathlib.Path("other").mkdir()
for schema, part in ((2, "of a newer byolab: its schema is 2, and this program reads 1"),
                     (0, "its schema is 0, and this program reads 1")):
    for name, attribute, commands in (
            ("run.h5", "byolab_schema", (["show", "other"], ["compare", "other"], ["repair", "other"],
                                         ["export", "other", "--to", "csv", "-o", "rows.csv"])),
            ("run.embeddings.h5", "byolab_embeddings_schema", (["export", "other", "--to", "npy", "-o", "x.npy"],)),
            ("sweep.h5", "byolab_schema", (["show", "other/sweep.h5"], ["claims", "other/sweep.h5"],
                                           ["compare", "other/sweep.h5"]))):
        shutil.rmtree("other")
        shutil.copytree("kept", "other")
        with h5py.File(f"other/{name}", "r+") as file:
            file.attrs[attribute] = schema
        for words in commands:
            refused(part, *words)
contents, parts = sealed.read(pathlib.Path("kept/checkpoint.pt"))
export = ["export", "other", "--to", "pt", "-o", "weights.pt"]
sealed.write(pathlib.Path("other/checkpoint.pt"), contents, parts)
runs.byolab(*export)
sealed.write(pathlib.Path("other/checkpoint.pt"), contents, parts, comment="byolab checkpoint 2")
refused("of another format", *export)
sealed.write(pathlib.Path("other/checkpoint.pt"), {**contents, "byolab_checkpoint": 2}, parts)
refused("of the format 2, and this program reads 1", *export)

# A checkpoint that is whole, and holds something else than a run's.
folder = runs.run(runs.experiment())
checkpoint = folder / "checkpoint.pt"
contents, parts = sealed.read(checkpoint)
resume = ["run", "tiny.toml", "--resume"]
for change, part in ((lambda c: c["integers"].pop("step"), "has no integer 'step'"),
                     (lambda c: c["integers"].update(step=-4), "step -4"),
                     (lambda c: (c["integers"].pop("step"), c["texts"].update(step="4")), "has no integer 'step'"),
                     (lambda c: c["integers"].update(step=4.5), "an entry of another type: 'step'"),
                     (lambda c: c["texts"].update({"record/metrics/train": "loss\n"}), "do not fit one another")):
    changed = {key: dict(value) if isinstance(value, dict) else value for key, value in contents.items()}
    change(changed)
    sealed.write(checkpoint, changed, parts)
    refused(part, *resume)
sealed.write(checkpoint, contents, parts)
runs.byolab(*resume)
