"""A run in float64: what computes in it, what it is called, and that it is another run than the float32 one."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs
import h5py
import numpy
import safetensors_file

path = runs.experiment()
names = {}
for dtype in ("float32", "float64"):
    for predictor in ("mlp", "direct_pred", "optimal_linear"):
        options = [] if predictor == "mlp" else ["--set", f"predictor.plugin={predictor}"]
        names[dtype, predictor] = runs.run(path, "--set", f"run.dtype={dtype}", "--set", "record.batches=5",
                                           "--set", "record.embeddings=true", *options)

for predictor in ("mlp", "direct_pred", "optimal_linear"):
    plain, exact = names["float32", predictor], names["float64", predictor]
    assert runs.attributes(plain)["run_id"] != runs.attributes(exact)["run_id"]
    assert runs.computed_by(exact)[1] == "float64", runs.computed_by(exact)
    first, second = runs.metrics(plain), runs.metrics(exact)
    assert abs(first["train/loss"][0] / second["train/loss"][0] - 1) < 1e-5, predictor
    assert set(first) == set(second) and numpy.isfinite(second["knn/top1"]).all(), predictor

    # Weights, statistics and the optimizer's state are float64; BatchNorm's counter stays what it is.
    out = pathlib.Path(f"{predictor}.safetensors")
    runs.byolab("export", exact, "--to", "safetensors", "-o", out, "--part", "online.encoder")
    types = {name: value.dtype for name, value in safetensors_file.read(out).items()}
    assert types.pop("bn1.num_batches_tracked") == numpy.int64, types
    types.pop("bn2.num_batches_tracked")
    assert set(types.values()) == {numpy.dtype("float64")}, types

    # The batches are the same, bit for bit; their losses are unrounded, and what the record rounds.
    with h5py.File(plain / "run.batches.h5") as a, h5py.File(exact / "run.batches.h5") as b:
        assert a["views/view1"].shape == (5, 32, 3, 32, 32) and a["views/view1"].dtype == numpy.float32
        for name in ("views/view1", "views/view2", "index", "label"):
            numpy.testing.assert_array_equal(a[name][:], b[name][:], err_msg=name)
        assert (numpy.sort(numpy.unique(a["index"][:])) < 256).all() and len(set(a["index"][:].ravel())) == 160
        losses = b["loss"][:]
        assert losses.dtype == numpy.float64 and (losses.astype("float32") == second["train/loss"][:5]).all()
        assert (losses != losses.astype("float32")).any() and b.attrs["first_step"] == 0
print("float64 runs are what they say")
