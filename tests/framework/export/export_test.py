# labels: slow
"""`byolab export`: read back by the programs that the forms are for. The readers of PyPI are left out where missing."""

import csv
import importlib.util
import json
import os
import pathlib
import shutil
import sys

import h5py
import numpy

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs
import snippets

folder = runs.run(runs.experiment(runs.TINY + "\n[record]\nembeddings = true\nimages = 40\nevery = \"1 epoch\"\n"))
missing = []


def have(module):
    if importlib.util.find_spec(module):
        return True
    missing.append(module)
    return False


def export(form, path, *words, **options):
    return runs.byolab("export", folder, "--to", form, "-o", path, *words, **options)


with h5py.File(folder / "run.h5") as record:
    columns = {}
    record.visititems(lambda name, item: columns.__setitem__(name, item[...]) if isinstance(item, h5py.Dataset)
                      else None)
    started = record.attrs["started"].decode()

# CSV: every value, to the last bit.
export("csv", "metrics.csv")
with open("metrics.csv", newline="") as file:
    lines = list(csv.DictReader(file))
loss = [numpy.float32(line["value"]) for line in lines if line["group"] == "train" and line["metric"] == "loss"]
numpy.testing.assert_array_equal(loss, columns["metrics/train/loss"])
assert [int(line["step"]) for line in lines if line["group"] == "knn"] == [0, 8, 16]
# What is recorded by the epoch stands at the steps that were done then, as evaluations do.
assert [int(line["step"]) for line in lines if line["metric"] == "backward"] == [8, 16]
assert list(columns["timing/epoch"]) == [0, 1]
if have("pandas"):
    import pandas

    frame = pandas.read_csv("metrics.csv")
    wide = frame[frame.group == "train"].pivot(index="step", columns="metric", values="value")
    numpy.testing.assert_array_equal(wide.loss.astype("float32"), columns["metrics/train/loss"])

# TensorBoard, by its own reader.
done = export("tensorboard", "board")
(events,) = pathlib.Path("board").iterdir()
assert events.name.startswith("events.out.tfevents.") and str(events) in done.stdout
if have("tensorboard"):
    from tensorboard.backend.event_processing.event_file_loader import LegacyEventFileLoader

    loaded = list(LegacyEventFileLoader(str(events)).Load())
    assert loaded[0].file_version == "brain.Event:2"
    found = {}
    for event in loaded[1:]:
        for value in event.summary.value:
            found.setdefault(value.tag, []).append((event.step, value.simple_value, event.wall_time))
    assert [step for step, _, _ in found["train/loss"]] == list(range(16))
    numpy.testing.assert_array_equal(numpy.float32([v for _, v, _ in found["train/loss"]]),
                                     columns["metrics/train/loss"])
    kept = zip([0, 8, 16], columns["metrics/knn/top1"].tolist(), strict=True)
    assert [(s, v) for s, v, _ in found["knn/top1"]] == list(kept)
    assert [step for step, _, _ in found["timing/backward"]] == [8, 16]
    assert found["timing/backward"][1][2] == found["train/loss"][-1][2]
    times = [time for _, _, time in found["train/loss"]]
    assert times == sorted(times) and 0 <= times[-1] - times[0] < 600 and times[0] > 1.6e9

# Weights: the encoder's, as they stand in the checkpoint.
export("safetensors", "encoder.safetensors")
raw = pathlib.Path("encoder.safetensors").read_bytes()
size = int.from_bytes(raw[:8], "little")
header = json.loads(raw[8:8 + size])
assert (8 + size) % 8 == 0 and header.pop("__metadata__")["byolab_part"] == "online.encoder"
assert header and not any(name.startswith("online") for name in header), header
if have("safetensors"):
    import safetensors.numpy

    weights = safetensors.numpy.load_file("encoder.safetensors")
    assert set(weights) == set(header)
    assert all(list(weights[name].shape) == header[name]["shape"] for name in header)
    assert sum(w.ndim == 4 for w in weights.values()) == 2
export("pt", "encoder.pt")
export("safetensors", "target.safetensors", "--part", "target.encoder")
assert pathlib.Path("target.safetensors").read_bytes() != raw
if have("torch"):
    import torch

    state = torch.load("encoder.pt", weights_only=True)
    whole = torch.load(folder / "checkpoint.pt", weights_only=True)["tensors"]
    assert set(state) == set(header)
    for name, tensor in state.items():
        assert torch.equal(tensor, whole["online.encoder/" + name])
        if importlib.util.find_spec("safetensors"):
            numpy.testing.assert_array_equal(weights[name], tensor.numpy())
# What was exported is what `load` reads: an encoder that starts from it and never moves has its kNN.
again = runs.run("tiny.toml", "--set", f"encoder.load={pathlib.Path('encoder.pt').resolve()}",
                 "--set", "encoder.freeze=true",
                 "--set", "run.epochs=0", "--set", "run.calibrate=0", "--set", "run.output=again")
assert runs.metrics(again)["knn/top1"][0] == columns["metrics/knn/top1"][-1]

# Embeddings.
export("npy", "features.npy")
with h5py.File(folder / "run.embeddings.h5") as file:
    snapshot = file["snapshots/step_000000016"]
    numpy.testing.assert_array_equal(numpy.load("features.npy"), snapshot["features"])
    numpy.testing.assert_array_equal(numpy.load("features.labels.npy"), snapshot["label"])
    export("npy", "first.npy", "--step", 0)
    numpy.testing.assert_array_equal(numpy.load("first.npy"), file["snapshots/step_000000000/features"])

# What docs/results.md shows of these files.
shutil.copy(folder / "run.embeddings.h5", ".")
(code,) = [code for code in snippets.pieces("python") if "embeddings" in code]
assert "16 (40, 16)" in snippets.run(code) and "% by kNN" in snippets.run(code)
if importlib.util.find_spec("pandas"):
    (code,) = [code for code in snippets.pieces("python") if "metrics.csv" in code]
    assert "step" in snippets.run(code)

# Mistakes.
for words, sentence in [(("pt", "x.pt", "--part", "online.decoder"), "has no part 'online.decoder'"),
                        (("npy", "x.npy", "--step", 3), "has no snapshot of step 3"),
                        (("csv", "no/folder/x.csv"), "no/folder/x.csv: ")]:
    wrong = export(*words, check=False)
    assert wrong.returncode == 1 and sentence in wrong.stderr, wrong.stderr
assert "online.encoder, online.predictor, online.projector" in export("pt", "x.pt", "--part", "x", check=False).stderr
(folder / "run.embeddings.h5").unlink()
assert "--resume --set record.embeddings=true" in export("npy", "x.npy", check=False).stderr
if missing:
    print("read with what there is; not tried with:", ", ".join(missing))
