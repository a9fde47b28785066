"""Golden runs: 20 steps of each target rule, loss, optimizer and switch, kept for changes that must change nothing.

    python golden.py BYOLAB [FILE]     runs all cases, and writes FILE (golden.json beside this one)

Kept of each: the run's identity, its losses, and a SHA-256 of weights. golden_test.py wants the identities exactly
and the losses to 1e-6, since processors round differently; compare.sh wants equal bits of two builds on one machine.
"""

import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

import h5py

HERE = pathlib.Path(__file__).parent
SHARED = {"target.plugin": "online", "target.gradient": True, "predictor.plugin": "identity"}
CASES = {
    "ema": {},
    "ema_cosine": {"target.tau": '{ schedule = "cosine", from = 0.5, to = 1.0 }'},
    "periodic_checkpoint": {"target.plugin": "periodic_checkpoint", "target.interval": "3 steps"},
    "fixed_random": {"target.plugin": "fixed_random"},
    "online": {"target.plugin": "online"},
    "hybrid": {"target.plugin": "hybrid", "target.projector": '{ plugin = "ema", tau = 0.8 }'},
    "ladder": {"target.plugin": "ladder", "target.interval": "7 steps"},
    "before_forward": {"target.when": "before_forward"},
    "init_online": {"target.init": "online"},
    "accumulate": {"run.accumulate": 2},
    "joint": {"run.batch_statistics": "joint"},
    "joint_accumulate": {"run.batch_statistics": "joint", "run.accumulate": 2},
    "contiguous": {"run.memory_format": "contiguous"},
    "freeze": {"predictor.freeze": True},
    "lr_factor": {"predictor.lr_factor": 5.0},
    "resnet": {"encoder.plugin": "resnet", "encoder.depth": 18, "encoder.width": 4, "encoder.stem": "cifar",
               "optimizer.lr": 0.0002},
    "simclr": {**SHARED, "loss.plugin": "simclr"},
    "info_nce": {"loss.plugin": "info_nce", "loss.beta": 0.5},
    "supervised": {**SHARED, "loss.plugin": "supervised"},
    "combined": {"loss.plugin": "combined", "loss.losses": '["byol", "supervised"]', "loss.weights": "[1.0, 0.5]"},
    "adamw": {"optimizer.plugin": "adamw", "optimizer.lr": 1e-5},
    "lars": {"optimizer.plugin": "lars", "optimizer.lr": 0.02, "optimizer.trust_coefficient": 0.02},
    # The views of the paper, whose colours other processors round otherwise, beyond what 20 steps forgive.
    "cifar_views": {"views.one.preset": "cifar", "views.two.preset": "cifar_prime"},
    "bfloat16": {"run.dtype": "bfloat16"},
}
HERE_ALONE = {"cifar_views", "bfloat16", "resnet"}  # bits of one machine; golden_test.py compares identities alone
PARTS = ("online.encoder", "online.predictor", "target.projector")  # the others show in them


def words(options):
    for key, value in options.items():
        yield from ("--set", f"{key}={str(value).lower() if isinstance(value, bool) else value}")


def weights_of(byolab, folder):
    digest = hashlib.sha256()
    for part in PARTS:
        path = folder / f"{part}.safetensors"
        done = subprocess.run([byolab, "export", str(folder), "--to", "safetensors", "-o", str(path), "--part", part],
                              capture_output=True)
        digest.update(part.encode() + (path.read_bytes() if done.returncode == 0 else b" is not there"))
    return digest.hexdigest()


def run(byolab, name, folder):
    done = subprocess.run([byolab, "run", str(HERE / "golden.toml"), "--folder", str(folder), *words(CASES[name])],
                          capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{name}: {done.stdout}{done.stderr}")
    with h5py.File(folder / "run.h5") as record:
        return {"identity": record.attrs["run_id"].decode(),
                "losses": [float(loss) for loss in record["metrics/train/loss"][:]],
                "weights": weights_of(byolab, folder)}


def run_all(byolab):
    with tempfile.TemporaryDirectory() as folder:
        return {name: run(byolab, name, pathlib.Path(folder) / name) for name in CASES}


if __name__ == "__main__":
    file = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else HERE / "golden.json"
    file.write_text(json.dumps(run_all(sys.argv[1]), indent=0) + "\n")
