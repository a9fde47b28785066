"""The networks of steps.py in PyTorch, with the names that byolab's parts have in a checkpoint."""

import torch
import torchvision
from torch import nn


class ConvNet(nn.Module):
    """3 x 3 convolutions, each with BatchNorm and ReLU, and the mean over the picture."""

    def __init__(self, channels, strides):
        super().__init__()
        self.depth = len(channels)
        for i, (inputs, outputs, stride) in enumerate(zip([3, *channels], channels, strides, strict=False), 1):
            self.add_module(f"conv{i}", nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False))
            self.add_module(f"bn{i}", nn.BatchNorm2d(outputs))
        self.features = channels[-1]

    def forward(self, x):
        for i in range(1, self.depth + 1):
            x = torch.relu(getattr(self, f"bn{i}")(getattr(self, f"conv{i}")(x)))
        return x.mean(dim=(2, 3))


class Mlp(nn.Module):
    """Grill et al. 2020, section 3.2: a linear layer, BatchNorm, ReLU, and a linear layer without bias."""

    def __init__(self, inputs, hidden, outputs):
        super().__init__()
        self.linear1 = nn.Linear(inputs, hidden)
        self.norm1 = nn.BatchNorm1d(hidden)
        self.linear2 = nn.Linear(hidden, outputs, bias=False)

    def forward(self, x):
        return self.linear2(torch.relu(self.norm1(self.linear1(x))))


def resnet18(width):
    """torchvision's ResNet-18 of another width, with a 3 x 3 stem and no pooling after it."""
    model = torchvision.models.resnet18()
    block = type(model.layer1[0])
    model.inplanes = width
    model.conv1 = nn.Conv2d(3, width, 3, padding=1, bias=False)
    model.bn1 = nn.BatchNorm2d(width)
    model.maxpool = nn.Identity()
    for i in range(4):
        setattr(model, f"layer{i + 1}", model._make_layer(block, width * 2**i, 2, stride=1 if i == 0 else 2))
    model.fc = nn.Identity()
    model.features = 8 * width
    return model


def parts(options):
    """Encoder, projector and predictor of base.toml, with what a case changes."""
    resnet = options.get("encoder.plugin") == "resnet"
    encoder = resnet18(options["encoder.width"]) if resnet else ConvNet([8, 16], [2, 1])
    plain = options.get("predictor.plugin") == "identity"
    return nn.ModuleDict({"encoder": encoder, "projector": Mlp(encoder.features, 32, 16),
                          "predictor": nn.Identity() if plain else Mlp(16, 32, 16)}).double()
