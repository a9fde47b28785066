"""Runs the experiments of tests/reference/steps, and compares them with what the scripts there kept."""

import importlib
import json
import os
import pathlib
import sys

import byolab_runs as runs
import h5py
import numpy
import safetensors_file

HERE = runs.SOURCE / "tests" / "reference" / "steps"
sys.path.insert(0, str(HERE))
cases = importlib.import_module("cases")

LEAST = 1e-10  # a difference that is taken for rounding, however little the reference drifts from itself


def kept(name):
    return json.loads((HERE / name).read_text())


def weights_file(name, options):
    if name in cases.PEERS:
        return HERE / f"peer_{'simclr' if 'simclr' in name else 'byol'}.pt"
    return HERE / ("resnet.pt" if options.get("encoder.plugin") == "resnet" else "convnet.pt")


def run(name, dtype):
    """The finished run's folder."""
    options = {**cases.CASES, **cases.PEERS}[name] | {"run.dtype": dtype}
    sets = [word for key, value in options.items()
            for word in ("--set", f"{key}={str(value).lower() if isinstance(value, bool) else value}")]
    folder = pathlib.Path(f"{name}_{dtype}")
    runs.byolab("run", HERE / "base.toml", "--folder", folder, *sets,
                env={**os.environ, "STEPS_WEIGHTS": str(weights_file(name, options))})
    return folder


def losses_of(folder, values):
    """Each batch's loss; first, that the batches are those that the reference was fed."""
    with h5py.File(folder / "run.batches.h5") as file:
        views = [file["views/" + view][:].astype(float) for view in ("one", "two")]
        norm = numpy.sqrt(sum((view**2).sum() for view in views))
        assert abs(norm / values["batches"] - 1) < 1e-12, f"{folder}: other batches than the reference was fed"
        return file["loss"][:]


def apart(found, wanted):
    """The greatest difference of losses, as a share of the loss."""
    assert len(found) == len(wanted)
    return max(abs(a - b) / abs(b) for a, b in zip(found, wanted, strict=True))


def weights_of(folder, wanted):
    """{"online/encoder/conv1.weight": array} of the parts that the reference has."""
    found = {}
    for side, part in sorted({tuple(name.split("/")[:2]) for name in wanted}):
        path = folder / f"{side}.{part}.safetensors"
        runs.byolab("export", folder, "--to", "safetensors", "-o", path, "--part", f"{side}.{part}")
        found |= {f"{side}/{part}/{key}": value for key, value in safetensors_file.read(path).items()}
    return found


def weights_apart(found, wanted):
    """The greatest difference of a tensor's norm and samples, as a share of its norm, and which tensor's it is."""
    assert set(found) == set(wanted), set(found) ^ set(wanted)
    worst = (0.0, "")
    for name, row in wanted.items():
        flat = found[name].astype(float).ravel()
        mine = [numpy.linalg.norm(flat), flat[0], flat[len(flat) // 2], flat[-1]]
        worst = max(worst, (max(abs(a - b) for a, b in zip(mine, row, strict=True)) / max(row[0], 1e-30), name))
    return worst


def check_float64(name, values):
    """Ten times as far as the reference goes from itself when its first weights move by their last bit, at most."""
    folder = run(name, "float64")
    losses = apart(losses_of(folder, values), values["losses"])
    weights = weights_apart(weights_of(folder, values["weights"]), values["weights"]) if values["weights"] else (0, "")
    bound = {what: max(LEAST, 10 * drift) for what, drift in values["drift"].items()}
    print(f"{name:26} losses {losses:.1e} of {bound['losses']:.1e}   "
          f"weights {weights[0]:.1e} of {bound['weights']:.1e}")
    wrong = []
    if not losses <= bound["losses"]:
        wrong.append(f"{name}: losses are {losses:.1e} from the reference's")
    if not weights[0] <= bound["weights"]:
        wrong.append(f"{name}: weights are {weights[0]:.1e} from the reference's ({weights[1]})")
    return wrong


def check_float32(name, values):
    """The first loss to 1e-6, those of ten steps to 1e-4."""
    losses = losses_of(run(name, "float32"), values)
    each = cases.CASES.get(name, {}).get("run.accumulate", 1)
    first, ten = apart(losses[:1], values["losses"][:1]), apart(losses[:10 * each], values["losses"][:10 * each])
    print(f"{name:26} first loss {first:.1e}   ten steps {ten:.1e}")
    return [f"{name}: {what}" for what, bad in ((f"the first loss is {first:.1e} off", not first <= 1e-6),
                                                (f"losses of ten steps are {ten:.1e} off", not ten <= 1e-4)) if bad]


def check_all(file, check):
    wrong = [line for name, values in kept(file).items() for line in check(name, values)]
    assert not wrong, "\n".join(wrong)


def expect_power(values):
    """That each case would fail the comparison with any other one of its network, so that no switch is a dead one."""
    same = {frozenset(pair) for pair in (("byol", "channels_last"), ("byol_resnet", "channels_last_resnet"))}
    for name, mine in values.items():
        for other, theirs in values.items():
            if other <= name or frozenset((name, other)) in same or len(mine["losses"]) != len(theirs["losses"]):
                continue
            if set(mine["weights"]) != set(theirs["weights"]):
                continue
            far = max(apart(mine["losses"], theirs["losses"]), far_weights(mine["weights"], theirs["weights"]))
            assert far > 1e-4, f"{name} and {other} can hardly be told apart"


def far_weights(mine, theirs):
    return max(abs(x - y) / max(theirs[name][0], 1e-30)
               for name in mine for x, y in zip(mine[name], theirs[name], strict=True))
