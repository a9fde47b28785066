"""lightly's half of the comparison: its classes, put together as its CIFAR-10 benchmark does, at this size.

    python lightly_loop.py byol|simclr --images FOLDER --seed N -o ROWS.jsonl      in an environment with lightly 1.6

Written from lightly's docs/source/getting_started/benchmarks/cifar10_benchmark.py, which it does not copy; README.md
lists what differs. A row for each epoch: epoch, mean loss, kNN in % (each second epoch), seconds since the start.
"""

import argparse
import copy
import json
import math
import pathlib
import time

import knn
import numpy
import torch
import torchvision
from lightly.loss import NegativeCosineSimilarity, NTXentLoss
from lightly.models import ResNetGenerator
from lightly.models.modules import BYOLPredictionHead, BYOLProjectionHead, SimCLRProjectionHead
from lightly.models.utils import deactivate_requires_grad, update_momentum
from lightly.transforms import BYOLTransform, BYOLView1Transform, BYOLView2Transform, SimCLRTransform
from torch import nn
from torch.utils.data import DataLoader

BATCH, TAU, WORKERS = 128, 0.99, 2


def encoder(stem_relu):
    """ResNet-18 of width 16 as the benchmark cuts it; its cut has no ReLU after the stem, byolab's network has one."""
    parts = list(ResNetGenerator("resnet-18", width=0.25).children())[:-1]
    parts[2:2] = [nn.ReLU()] if stem_relu else []
    return nn.Sequential(*parts, nn.AdaptiveAvgPool2d(1), nn.Flatten())


class Byol(nn.Module):
    def __init__(self, stem_relu):
        super().__init__()
        self.encoder = encoder(stem_relu)
        self.projector, self.predictor = BYOLProjectionHead(128, 512, 128), BYOLPredictionHead(128, 512, 128)
        self.target_encoder, self.target_projector = copy.deepcopy(self.encoder), copy.deepcopy(self.projector)
        deactivate_requires_grad(self.target_encoder)
        deactivate_requires_grad(self.target_projector)
        self.criterion = NegativeCosineSimilarity()

    def loss(self, views):
        update_momentum(self.encoder, self.target_encoder, TAU)
        update_momentum(self.projector, self.target_projector, TAU)
        predictions = [self.predictor(self.projector(self.encoder(x))) for x in views]
        with torch.no_grad():
            targets = [self.target_projector(self.target_encoder(x)) for x in views]
        # 1 more than lightly's number: what byolab's loss is at scale 0.25.
        return (self.criterion(predictions[0], targets[1]) + self.criterion(predictions[1], targets[0])) / 2 + 1


class SimClr(nn.Module):
    def __init__(self, stem_relu):
        super().__init__()
        self.encoder, self.projector = encoder(stem_relu), SimCLRProjectionHead(128, 512, 128)
        self.criterion = NTXentLoss()

    def loss(self, views):
        return self.criterion(*[self.projector(self.encoder(x)) for x in views])


def views(method):
    shared = {"input_size": 32, "gaussian_blur": 0.0, "normalize": knn.CIFAR10}
    if method == "simclr":
        return SimCLRTransform(cj_strength=0.5, **shared)
    return BYOLTransform(BYOLView1Transform(**shared), BYOLView2Transform(**shared))


def seed_worker(_):
    numpy.random.seed(torch.initial_seed() % 2**32)  # lightly's solarization draws from NumPy


def batches(images, method, seed):
    data = torchvision.datasets.ImageFolder(images / "train", views(method))
    return DataLoader(data, BATCH, shuffle=True, drop_last=True, num_workers=WORKERS, persistent_workers=True,
                      worker_init_fn=seed_worker, generator=torch.Generator().manual_seed(seed))


def train(given, out):
    torch.manual_seed(given.seed)
    # Channels-last is another order in memory: narrow layers are computed two to three times as fast.
    layout = torch.channels_last if given.channels_last else torch.contiguous_format
    model = (Byol if given.method == "byol" else SimClr)(given.stem_relu).to(memory_format=layout)
    loader = batches(given.images, given.method, given.seed)
    steps = given.epochs * len(loader)
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.SGD(trained, lr=0.06, momentum=0.9, weight_decay=5e-4)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda i: (1 + math.cos(math.pi * i / steps)) / 2)
    started = time.monotonic()
    for epoch in range(1, given.epochs + 1):
        model.train()
        losses = []
        for pair, _ in loader:
            loss = model.loss([x.to(memory_format=layout) for x in pair])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        row = {"epoch": epoch, "loss": sum(losses) / len(losses)}
        if epoch % 2 == 0 or epoch == given.epochs:
            row["knn"] = knn.top1(model.encoder, given.images)
        row["seconds"] = round(time.monotonic() - started, 1)
        print(json.dumps(row), flush=True)
        print(json.dumps(row), file=out, flush=True)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("method", choices=["byol", "simclr"])
    options.add_argument("--images", type=pathlib.Path, required=True)
    options.add_argument("--seed", type=int, required=True)
    options.add_argument("--epochs", type=int, default=10)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--stem-relu", action=argparse.BooleanOptionalAction, default=True,
                         help="--no-stem-relu: lightly's own cut")
    options.add_argument("--channels-last", action=argparse.BooleanOptionalAction, default=True,
                         help="the order of an image batch in memory")
    options.add_argument("-o", "--output", type=pathlib.Path, required=True)
    given = options.parse_args()
    torch.set_num_threads(given.threads)
    with given.output.open("w") as out:
        train(given, out)
