"""BYOL on CIFAR-10 as a user of lightly writes it: its transforms, heads, loss and momentum update, around a ResNet-18.

    python byol_rival.py FOLDER [--width 16] [--batch 256] [--steps 30] [--warm-up 5] [--tuned] [--workers 2]
                         [--data-ready]

FOLDER holds train/<class>/*. Prints one line of JSON: images/s of the steps after the warm-up, and peak memory in MB.
--tuned adds what an expert adds by hand: channels-last, and bfloat16 autocast where the processor multiplies it faster
(and the line says "bfloat16"). --data-ready trains on one batch that is in memory, without transforms."""

import argparse
import copy
import json
import multiprocessing
import pathlib
import re
import time

import torch
from lightly.loss import NegativeCosineSimilarity
from lightly.models.modules import BYOLPredictionHead, BYOLProjectionHead
from lightly.models.utils import deactivate_requires_grad, update_momentum
from lightly.transforms.byol_transform import BYOLTransform, BYOLView1Transform, BYOLView2Transform
from torch import nn
from torchvision.datasets import ImageFolder
from torchvision.models.resnet import BasicBlock, ResNet


def encoder(width):
    """torchvision's ResNet-18 with the stem for small images and another width."""
    network = ResNet(BasicBlock, [2, 2, 2, 2])
    network.inplanes = width
    network.conv1 = nn.Conv2d(3, width, 3, 1, 1, bias=False)
    network.bn1 = nn.BatchNorm2d(width)
    network.maxpool = nn.Identity()
    for i in range(4):
        setattr(network, f"layer{i + 1}", network._make_layer(BasicBlock, width << i, 2, stride=1 if i == 0 else 2))
    network.fc = nn.Identity()
    return network


class Byol(nn.Module):
    def __init__(self, width):
        super().__init__()
        features = width * 8
        self.backbone = encoder(width)
        self.projection_head = BYOLProjectionHead(features, 4096, 256)
        self.prediction_head = BYOLPredictionHead(256, 4096, 256)
        self.backbone_momentum = copy.deepcopy(self.backbone)
        self.projection_head_momentum = copy.deepcopy(self.projection_head)
        deactivate_requires_grad(self.backbone_momentum)
        deactivate_requires_grad(self.projection_head_momentum)

    def forward(self, x):
        return self.prediction_head(self.projection_head(self.backbone(x).flatten(start_dim=1)))

    def forward_momentum(self, x):
        return self.projection_head_momentum(self.backbone_momentum(x).flatten(start_dim=1)).detach()


def loader(options):
    views = BYOLTransform(BYOLView1Transform(input_size=32, gaussian_blur=0.0),
                          BYOLView2Transform(input_size=32, gaussian_blur=0.0, solarization_prob=0.2))
    data = ImageFolder(options.folder + "/train", views)
    return torch.utils.data.DataLoader(data, batch_size=options.batch, shuffle=True, drop_last=True,
                                       num_workers=options.workers)


def batches(options):
    if options.data_ready:
        view = torch.randn(options.batch, 3, 32, 32)
        while True:
            yield [view, view]
    while True:
        for views, _ in loader(options):
            yield views


def bfloat16_is_faster():
    """Whether its products are faster than float32's here, by trying."""
    def seconds(dtype):
        a, times = torch.randn(1024, 1024).to(dtype), []
        for _ in range(5):
            start = time.perf_counter()
            a @ a
            times.append(time.perf_counter() - start)
        return min(times)
    return seconds(torch.bfloat16) < seconds(torch.float32)


def peak_of_processes():
    """MB, of this process and of its largest worker, which is still alive."""
    def peak(process):
        return int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{process}/status").read_text())[1]) / 1024
    return peak("self") + max([peak(worker.pid) for worker in multiprocessing.active_children()], default=0)


def main():
    parse = argparse.ArgumentParser()
    parse.add_argument("folder")
    for name, default in (("width", 16), ("batch", 256), ("steps", 30), ("warm-up", 5), ("workers", 2), ("threads", 0)):
        parse.add_argument("--" + name, type=int, default=default)
    parse.add_argument("--tuned", action="store_true")
    parse.add_argument("--data-ready", action="store_true")
    options = parse.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)

    model, criterion = Byol(options.width), NegativeCosineSimilarity()
    if options.tuned:
        model = model.to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.06, momentum=0.9)
    bfloat16 = options.tuned and bfloat16_is_faster()
    stream = batches(options)
    for step in range(options.warm_up + options.steps):
        if step == options.warm_up:
            start = time.perf_counter()
        x0, x1 = next(stream)
        if options.tuned:
            x0, x1 = (x.contiguous(memory_format=torch.channels_last) for x in (x0, x1))
        update_momentum(model.backbone, model.backbone_momentum, m=0.99)
        update_momentum(model.projection_head, model.projection_head_momentum, m=0.99)
        with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
            p0, z0 = model(x0), model.forward_momentum(x0)
            p1, z1 = model(x1), model.forward_momentum(x1)
            loss = 0.5 * (criterion(p0, z1) + criterion(p1, z0))
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    seconds = time.perf_counter() - start
    print(json.dumps({"images_per_second": options.steps * options.batch / seconds, "peak_mb": peak_of_processes(),
                      "bfloat16": bfloat16}))


if __name__ == "__main__":
    main()
