"""What lightly makes of byolab's batches, from the same weights: writes peers.json.

    python peers.py BYOLAB       in an environment with lightly 1.6.0, torch, torchvision and h5py

BYOL and SimCLR are put together of lightly's own classes as its examples do (examples/pytorch/byol.py, simclr.py):
lightly's BYOL moves the target before the forward pass, and its loss is the mean of two negative cosines, which is
byolab's at scale 0.25 less 1.
"""

import copy
import json
import pathlib
import sys
import tempfile

import cases
import networks
import steps
import torch
from lightly.loss import NegativeCosineSimilarity, NTXentLoss
from lightly.models.modules import BYOLPredictionHead, BYOLProjectionHead, SimCLRProjectionHead
from lightly.models.utils import deactivate_requires_grad, update_momentum

HERE = pathlib.Path(__file__).parent
TAU = 0.9
# A head's layers, as lightly numbers them and as byolab names them.
NAMES = {"layers.0": "linear1", "layers.1": "norm1", "layers.3": "linear2", "layers.4": "norm2"}


class Byol(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = networks.resnet18(4)
        self.projector = BYOLProjectionHead(32, 32, 16)
        self.predictor = BYOLPredictionHead(16, 32, 16)
        self.criterion = NegativeCosineSimilarity()

    def start(self):
        self.target = torch.nn.ModuleDict({"encoder": copy.deepcopy(self.encoder),
                                           "projector": copy.deepcopy(self.projector)})
        deactivate_requires_grad(self.target)

    def loss(self, views):
        update_momentum(self.encoder, self.target["encoder"], TAU)
        update_momentum(self.projector, self.target["projector"], TAU)
        predictions = [self.predictor(self.projector(self.encoder(x))) for x in views]
        targets = [self.target["projector"](self.target["encoder"](x)).detach() for x in views]
        return (self.criterion(predictions[0], targets[1]) + self.criterion(predictions[1], targets[0])) / 2 + 1


class SimClr(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = networks.resnet18(4)
        self.projector = SimCLRProjectionHead(32, 32, 16)
        self.criterion = NTXentLoss(temperature=0.5)

    def start(self):
        self.target = None

    def loss(self, views):
        return self.criterion(*[self.projector(self.encoder(x)) for x in views])


def byolabs_name(name):
    part, rest = name.split(".", 1)
    for theirs, ours in NAMES.items() if part != "encoder" else ():
        rest = rest.replace(theirs + ".", ours + ".") if rest.startswith(theirs + ".") else rest
    return f"online/{part}/{rest}"


def make(name):
    torch.manual_seed(5)
    return (SimClr if "simclr" in name else Byol)()


def weights_file(name):
    """lightly's first weights under byolab's names; the target starts as a copy, as lightly's does."""
    path = HERE / f"peer_{'simclr' if 'simclr' in name else 'byol'}.pt"
    if not path.exists():
        weights = {byolabs_name(key): value for key, value in make(name).state_dict().items()}
        copied = {key.replace("online/", "target/"): value for key, value in weights.items() if "predictor" not in key}
        torch.save({**weights, **copied}, path)
    return path


def train(name, options, first, fed):
    model = make(name).double()
    model.load_state_dict({key: first[byolabs_name(key)] for key in model.state_dict()})
    model.start()
    trained = [p for p in model.parameters() if p.requires_grad]
    if options.get("optimizer.plugin") == "adamw":
        optimizer = torch.optim.AdamW(trained, lr=options["optimizer.lr"],
                                      weight_decay=options["optimizer.weight_decay"])
    else:
        optimizer = torch.optim.SGD(trained, lr=options["optimizer.lr"], momentum=0.9, weight_decay=1e-3)
    losses = []
    for views in fed:
        loss = model.loss(views)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def case(byolab, name, options):
    path = weights_file(name)
    with tempfile.TemporaryDirectory() as folder:
        fed = steps.batches(byolab, options, pathlib.Path(folder) / "run", path)
    first = torch.load(path, weights_only=True)
    losses = train(name, options, first, fed)
    moved = train(name, options, steps.one_ulp_away(first), fed)
    drift = max(abs(a - b) / abs(b) for a, b in zip(moved, losses, strict=True))
    return {"losses": losses, "weights": {}, "batches": float(fed.norm()), "drift": {"losses": drift, "weights": 0.0}}


if __name__ == "__main__":
    torch.set_num_threads(1)
    values = {}
    for name, options in cases.PEERS.items():
        values[name] = case(sys.argv[1], name, options)
        print(name, values[name]["losses"][0], values[name]["losses"][-1], values[name]["drift"], flush=True)
    (HERE / "peers.json").write_text(json.dumps(values, indent=0) + "\n")
