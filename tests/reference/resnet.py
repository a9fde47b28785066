"""torchvision's ResNet-18 and -50 at width 2: outputs and gradients for both stems, and the names at full width.

    python resnet.py        writes resnet18.pt and resnet50.pt beside itself

Each file holds {"names": [...], "shapes": [...]} of the full-width model without `fc`, and for each stem of the
narrow one: features in training and then in evaluation, and all gradients and running statistics, each laid flat
one after the other. Images and weights are given by formulas, not stored.

What runs is torchvision 0.26.0: models/resnet.py:59-104 (basic block), 107-161 (bottleneck), 164-286 (stem, layers,
forward). The cifar stem is lightly's (lightly-ai/lightly at e8d317f, lightly/models/resnet.py:192-194).
"""

import math
import pathlib

import torch
import torchvision

WIDTH = 2
HERE = pathlib.Path(__file__).parent


def narrow(depth, stem):
    """torchvision's own blocks and forward, at another width."""
    model = getattr(torchvision.models, f"resnet{depth}")()
    block, counts = type(model.layer1[0]), [len(getattr(model, f"layer{i}")) for i in range(1, 5)]
    model.inplanes = WIDTH
    kernel, stride = (7, 2) if stem == "imagenet" else (3, 1)
    model.conv1 = torch.nn.Conv2d(3, WIDTH, kernel, stride, kernel // 2, bias=False)
    model.bn1 = torch.nn.BatchNorm2d(WIDTH)
    for i, count in enumerate(counts):
        layer = model._make_layer(block, WIDTH * 2**i, count, stride=1 if i == 0 else 2)
        setattr(model, f"layer{i + 1}", layer)
    if stem == "cifar":
        model.maxpool = torch.nn.Identity()
    model.fc = torch.nn.Identity()
    return model


def images():
    return torch.sin(torch.arange(8 * 3 * 32 * 32, dtype=torch.float64) * 0.37).view(8, 3, 32, 32)


def weight(i, shape):
    """Of the i-th parameter: He's scale for convolutions; scales and shifts that a mix-up of norms would show."""
    count = math.prod(shape)
    wave = torch.sin(torch.arange(count, dtype=torch.float64) * 1.3 + i).view(shape)
    return wave * 2 / math.sqrt(count / shape[1]) if len(shape) > 1 else 1 + 0.3 * wave


def case(depth, stem):
    model = narrow(depth, stem).double()
    with torch.no_grad():
        for i, value in enumerate(model.parameters()):
            value.copy_(weight(i, value.shape))
    features = model(images())
    weighting = torch.cos(torch.arange(features.numel(), dtype=torch.float64)).view_as(features)
    (features * weighting).sum().backward()
    model.eval()
    result = {
        "features": features.detach(),
        "evaluated": model(images()).detach(),
        "gradients": torch.cat([value.grad.flatten() for value in model.parameters()]).float(),
        "running": torch.cat([value.flatten() for name, value in model.named_buffers() if "running" in name]).float(),
    }
    return {stem + "." + name: value for name, value in result.items()}


for depth in (18, 50):
    whole = getattr(torchvision.models, f"resnet{depth}")()
    state = [(name, list(value.shape)) for name, value in whole.state_dict().items() if not name.startswith("fc.")]
    stored = {"names": [name for name, _ in state], "shapes": [shape for _, shape in state]}
    stored |= case(depth, "imagenet") | case(depth, "cifar")
    torch.save(stored, HERE / f"resnet{depth}.pt")
