# labels: slow
"""run.embeddings.h5: features, predictions and views of held-out images, which leave a run's results alone."""

import os
import pathlib
import sys

import h5py
import numpy

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

path = runs.experiment(runs.TINY + '\n[record]\nembeddings = true\nevery = "1 epoch"\nimages = 48\nexamples = 6\n')
folder = runs.run(path)
plain = runs.run(path, "--set", "record.embeddings=false", "--set", "run.output=plain")
runs.assert_same(runs.metrics(folder), runs.metrics(plain))
assert folder.name == plain.name, "keeping embeddings is no other run"
assert not (plain / "run.embeddings.h5").exists()


def contents(folder):
    found = {}
    with h5py.File(pathlib.Path(folder) / "run.embeddings.h5") as file:
        file.visititems(lambda name, item: found.__setitem__(name, item[...]) if isinstance(item, h5py.Dataset)
                        else None)
        found["attributes"] = dict(file.attrs)
    return found


kept = contents(folder)
assert kept["attributes"]["byolab_embeddings_schema"] == 1
assert kept["attributes"]["run_id"].decode() == runs.attributes(folder)["run_id"]
assert kept["attributes"]["split"] == b"test" and len(kept["classes"]) == 10, kept["classes"]
assert list(kept["index"]) == [i * 64 // 48 for i in range(48)]
steps = ["step_000000000", "step_000000008", "step_000000016"]
assert sorted({name.split("/")[1] for name in kept if name.startswith("snapshots/")}) == steps
for step in steps:
    features = kept[f"snapshots/{step}/features"]
    assert features.shape == (48, 16) and features.dtype == numpy.float32 and numpy.isfinite(features).all()
    assert set(kept[f"snapshots/{step}/label"]) <= set(range(10)) and len(kept[f"snapshots/{step}/predicted"]) == 48
    numpy.testing.assert_array_equal(kept[f"snapshots/{step}/label"], kept[f"snapshots/{steps[0]}/label"])
assert (kept[f"snapshots/{steps[0]}/features"] != kept[f"snapshots/{steps[2]}/features"]).any()

# Over all held-out images, the predictions are right as often as the evaluator knn says.
whole = runs.run(path, "--set", "record.images=0", "--set", "run.output=whole")
everything = contents(whole)
for step, top1 in zip(steps, runs.metrics(whole, ["knn"])["knn/top1"], strict=True):
    right = everything[f"snapshots/{step}/predicted"] == everything[f"snapshots/{step}/label"]
    assert len(right) == 64 and abs(100 * right.mean() - top1) < 1e-4, (step, right.mean(), top1)

# Examples: 8-bit pictures, each view another one; the images are those that the rows name.
assert list(kept["examples/row"]) == [i * 48 // 6 for i in range(6)]
images = kept["examples/image"]
assert images.dtype == numpy.uint8 and images.shape[0] == 6 and images.shape[3] == 3
views = {name: data for name, data in kept.items() if name.startswith("examples/views/")}
assert set(views) == {"examples/views/view1", "examples/views/view2"}
for data in views.values():
    assert data.shape == images.shape and data.dtype == numpy.uint8
    assert all((data[i] != images[i]).any() and data[i].std() > 0 for i in range(6))

pictures = numpy.concatenate([images.ravel(), *(data.ravel() for data in views.values()),
                              kept["examples/nearest_image"].ravel()])
assert pictures.min() == 0 and pictures.max() == 255

# A finished run gets them afterwards, the same ones, and nothing else of it changes.
late = runs.run(path, "--resume", "--set", "record.every='0 epochs'", "--set", "run.output=plain")
assert late == plain
after = contents(plain)
numpy.testing.assert_array_equal(after[f"snapshots/{steps[2]}/features"], kept[f"snapshots/{steps[2]}/features"])
assert sum(name.endswith("features") for name in after) == 1
runs.assert_same(runs.metrics(folder), runs.metrics(plain))

# No images are kept if none are asked for.
bare = contents(runs.run(path, "--set", "record.examples=0", "--set", "run.output=bare"))
assert not any(name.startswith("examples") for name in bare)

# Whoever names classes is asked, under its own name; where nobody does, that is said, and nothing is made up.
with h5py.File(folder / "run.embeddings.h5") as file:
    assert "evaluator 'knn'" in file[f"snapshots/{steps[0]}/predicted"].attrs["long_name"].decode()
nobody = runs.byolab("run", path, "--set", "evaluate.knn.remove=true", "--set", "run.output=nobody")
assert "no evaluator names the classes of images" in nobody.stdout, nobody.stdout
assert not any(name.endswith("/predicted") for name in contents(runs.folder_of(nobody)))
assert "no evaluator names" not in runs.byolab("run", path, "--set", "run.output=named").stdout

# Mistakes are told as everywhere.
wrong = runs.byolab("run", path, "--set", "record.images=-1", check=False)
assert wrong.returncode == 2 and "'images' of [record]" in wrong.stderr, wrong.stderr
