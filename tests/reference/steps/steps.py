"""What byolab's training step should do in cases.py, by an independent loop in PyTorch: writes values.json.

    python steps.py BYOLAB [CASE...]       in an environment with torch, torchvision and h5py

The loop was written from the papers and docs/, not from byolab's code. byolab gives the batches alone, through
`[record] batches`. First weights are PyTorch's own, with norms that are not all 1; they are kept beside this file.

For each case: the losses of all batches; norm and three elements of each tensor at the end, of both networks; and how
far all that moves if the first weights move by one unit in the last place: so much of a difference is chaos.
"""

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import cases
import h5py
import loop
import networks
import numpy
import torch

HERE = pathlib.Path(__file__).parent


def first_weights(options, seed=3):
    """Drawn in float32, which float64 holds exactly; the target's are others, their running statistics too."""
    torch.manual_seed(seed)
    found = {}
    for side in ("online", "target"):
        for name, value in networks.parts(options).state_dict().items():
            if side == "target" and name.startswith("predictor"):
                continue
            if value.is_floating_point() and value.dim() == 1:
                value = value + 0.1 * torch.rand(value.shape)
            if value.is_floating_point():
                value = value.float()
            found[f"{side}/{name.replace('.', '/', 1)}"] = value
    return found


def weights_file(options):
    """The first weights of a network, made once and kept."""
    name = "resnet" if options.get("encoder.plugin") == "resnet" else "convnet"
    path = HERE / f"{name}.pt"
    if not path.exists():
        base = cases.RESNET if name == "resnet" else {}
        torch.save(first_weights(base), path)
    return path


def settings(options):
    for key, value in options.items():
        text = str(value).lower() if isinstance(value, bool) else str(value)
        yield from ("--set", f"{key}={text}")


def batches(byolab, options, folder, weights):
    """What byolab feeds its networks, [batch, view, n, 3, h, w]."""
    subprocess.run([byolab, "run", str(HERE / "base.toml"), "--folder", str(folder), *settings(options)], check=True,
                   stdout=subprocess.DEVNULL, env={**os.environ, "STEPS_WEIGHTS": str(weights)})
    with h5py.File(folder / "run.batches.h5") as file:
        return torch.from_numpy(numpy.stack([file["views/one"][:], file["views/two"][:]], axis=1)).double()


def digest(weights):
    """{name: [norm, first, middle and last element]}."""
    found = {}
    for name, value in weights.items():
        flat = value.double().flatten()
        found[name] = [flat.norm().item(), flat[0].item(), flat[len(flat) // 2].item(), flat[-1].item()]
    return found


def one_ulp_away(first):
    def move(value):
        if not value.is_floating_point():
            return value
        return torch.nextafter(value.double(), torch.tensor(float("inf"), dtype=torch.float64))
    return {name: move(value) for name, value in first.items()}


def apart(mine, theirs):
    """The greatest difference of losses, as a share of the loss, and of a tensor's numbers, as a share of its norm."""
    losses = max(abs(a - b) / abs(b) for a, b in zip(mine["losses"], theirs["losses"], strict=True))
    weights = max(max(abs(x - y) for x, y in zip(mine["weights"][name], row, strict=True)) / max(row[0], 1e-30)
                  for name, row in theirs["weights"].items())
    return {"losses": losses, "weights": weights}


def run(options, first, fed):
    trained = loop.Loop(options, first)
    return {"losses": trained.run(fed), "weights": digest(trained.weights())}


def case(byolab, options):
    with tempfile.TemporaryDirectory() as folder:
        fed = batches(byolab, options, pathlib.Path(folder) / "run", weights_file(options))
    first = torch.load(weights_file(options), weights_only=True)
    values = run(options, first, fed)
    return {**values, "batches": float(fed.norm()), "drift": apart(run(options, one_ulp_away(first), fed), values)}


if __name__ == "__main__":
    torch.set_num_threads(1)
    path = HERE / "values.json"
    values = {}
    with contextlib.suppress(FileNotFoundError):
        values = json.loads(path.read_text())
    for name in sys.argv[2:] or cases.CASES:
        values[name] = case(sys.argv[1], cases.CASES[name])
        print(name, values[name]["losses"][0], values[name]["losses"][-1], values[name]["drift"], flush=True)
    kept = {name: values[name] for name in cases.CASES if name in values}
    path.write_text(json.dumps(kept, separators=(",", ":")).replace('"losses"', '\n"losses"') + "\n")
