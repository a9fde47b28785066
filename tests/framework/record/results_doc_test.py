"""The record as docs/results.md describes it, and what the page shows with h5py, NumPy and HDF5's tools."""

import os
import pathlib
import sys
import time

import h5py
import numpy

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import snippets

snippets.write_now("RunRecord.HoldsWhatWasWritten", BYOLAB_RECORD_OUT="run.h5")

# The layout, field by field.
with h5py.File("run.h5") as run:
    texts = {"run_id", "name", "status", "reason", "started", "ended"}
    assert set(run.attrs) == texts | {"byolab_schema", "seed"}
    for name in texts:
        kind = h5py.check_string_dtype(run.attrs.get_id(name).dtype)
        assert kind.encoding == "utf-8" and kind.length is not None, name
    assert run.attrs["byolab_schema"] == 1 and run.attrs["seed"] == 7
    assert run.attrs["name"].decode() == "émulation"
    assert set(run) == {"config", "environment", "plugins", "metrics", "timing"}
    assert run["plugins"].dtype.names == ("kind", "name", "version", "library", "sha256", "fingerprint", "from_step")
    assert run["plugins"][1]["name"] == b"ema"
    for path, scale in [("metrics/train", "step"), ("metrics/knn", "step"), ("timing", "epoch")]:
        group = run[path]
        assert group[scale].dtype == numpy.int64 and h5py.h5ds.is_scale(group[scale].id)
        for name, column in group.items():
            assert column.ndim == 1 and column.chunks == (1024,) and len(column) == len(group[scale])
            assert {"units", "long_name"} <= set(column.attrs), name
            if name != scale:
                assert column.dtype == numpy.float32 and column.dims[0][0] == group[scale]
    assert len(run["metrics/train/step"]) == 2500

# What the page shows.
shown = ""
for code in snippets.pieces("python"):
    # export_test.py has the file that the pieces about embeddings read.
    if snippets.modules(code) <= {"h5py", "numpy"} and "embeddings" not in code:
        shown += snippets.run(code)
for text in ["émulation collapsed", "after 1999 steps: 43.2 %", "target_update ema 1.0", "mean loss of the batch 1"]:
    assert text in shown, shown
shown = "".join(snippets.run(code, "/bin/bash", "-e") for code in snippets.pieces("sh"))
assert "41.5, 43.25" in shown and '"collapsed' in shown and "/metrics/train/loss" in shown, shown

# Following a run that goes on: it grows under one's eyes, and ends.
os.mkdir("live")
os.chdir("live")
writer = snippets.write("RunRecord.CanBeFollowed", BYOLAB_RECORD_OUT="run.h5", BYOLAB_RECORD_READER="ready")
while not os.path.exists("run.h5"):
    assert writer.poll() is None, "the writer failed"
    time.sleep(0.01)
(follow,) = [code for code in snippets.pieces("python") if "swmr=True" in code]
ready = "import h5py, pathlib; pathlib.Path('ready').touch()\n"  # imports may take longer than the writer
lines = [line.split() for line in snippets.run(ready + follow).splitlines()]
assert writer.wait() == 0
rows = [int(line[0]) for line in lines]
assert len(set(rows)) > 2 and rows == sorted(rows) and rows[-1] == 40, rows
assert [line[2] for line in lines] == ["running"] * (len(lines) - 1) + ["finished"]
