# labels: slow
# ctest: TIMEOUT 300
"""The ladder: its first stage is the fixed random target's run; then the online network begins anew."""

import json
import os
import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

STAGED = runs.TINY.replace('lr = 2e-3', 'lr = { schedule = "step", from = 2e-3, factor = 0.0, milestones = [1], unit = '
                                        '"epochs" }')


def run(name, *settings, text=STAGED):
    sets = [word for setting in (f"run.name={name}", *settings) for word in ("--set", setting)]
    return runs.run(runs.experiment(text, name + ".toml"), *sets)


def weights(folder, part, parameters_only=True):
    path = pathlib.Path("weights.safetensors")
    path.unlink(missing_ok=True)
    runs.byolab("export", folder, "--to", "safetensors", "-o", path, "--part", part)
    raw = path.read_bytes()
    (size,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8:8 + size])
    chosen = {}
    for name, entry in header.items():
        if name == "__metadata__" or (parameters_only and ("running" in name or "tracked" in name)):
            continue
        begin, end = entry["data_offsets"]
        chosen[name] = raw[8 + size + begin:8 + size + end]
    assert chosen
    return chosen


ladder = ('target.plugin=ladder', 'target.interval=1 epoch')
two_stages = run("two_stages", *ladder)
fixed = run("fixed", 'target.plugin=fixed_random', 'run.epochs=1')
unlike = run("unlike", 'target.plugin=fixed_random')

# Stage 0 is the fixed random target's run, bit for bit; stage 1 is not.
mine, theirs, others = (runs.metrics(folder) for folder in (two_stages, fixed, unlike))
assert (mine["train/loss"][:8] == theirs["train/loss"]).all() and (mine["train/stage"][:8] == 0).all()
assert (mine["train/stage"][8:] == 1).all()
assert not (mine["train/loss"][8:] == others["train/loss"][8:]).any()
# What was evaluated at the end of stage 0 is that stage's network, not the one that comes after.
assert mine["knn/top1"][1] == theirs["knn/top1"][-1]

# Stage 1's target is stage 0's network, statistics aside: those go on in its own forward passes.
for part in ("encoder", "projector"):
    assert weights(two_stages, "target." + part) == weights(fixed, "online." + part), part
# Its online network is new (the learning rate was 0 there), neither the first random one nor the trained one.
untrained = run("untrained", 'target.plugin=fixed_random', 'run.epochs=1', 'optimizer.lr=0.0')
for part in ("encoder", "projector", "predictor"):
    now = weights(two_stages, "online." + part)
    assert now != weights(fixed, "online." + part), part
    assert now != weights(untrained, "online." + part), part

# With `load` each stage begins at the loaded weights.
source = fixed
loads = [f"{part}.load={source}" for part in ("encoder", "projector", "predictor")]
loaded = run("loaded", *ladder, *loads)
for part in ("encoder", "projector", "predictor"):
    assert weights(loaded, "online." + part) == weights(source, "online." + part), part

# A run that is resumed goes the same way: at the end of a stage, and within the next one.
whole = runs.metrics(run("whole", *ladder, text=runs.TINY))
for stop in (8, 11):
    path = runs.experiment(runs.TINY, f"cut_{stop}.toml")
    settings = [word for s in (f"run.name=cut_{stop}", *ladder, f"checkpoint.every={stop} steps")
                for word in ("--set", s)]
    folder = runs.run(path, *settings, "--set", "checkpoint.keep=9")
    (folder / f"checkpoint-{stop}.pt").replace(folder / "checkpoint.pt")
    (folder / "run.h5").unlink()
    done = runs.byolab("run", path, "--resume", *settings)
    assert f"resumed at step {stop} of 16" in done.stdout + done.stderr, done.stdout
    runs.assert_same(whole, runs.metrics(folder))
print("the ladder's stages are what they say")
