"""kNN of an encoder's features, by byolab's rule: k = 20 training images vote for their class, exp(cosine / 0.1) each.

    python knn.py WEIGHTS.pt --images FOLDER       of `byolab export RUN --to pt -o WEIGHTS.pt`

The bank is all training images, without augmentation; the queries are all test images.
"""

import argparse
import pathlib

import torch
import torchvision
from torchvision import transforms

CIFAR10 = {"mean": [0.4914, 0.4822, 0.4465], "std": [0.2470, 0.2435, 0.2616]}
K, TEMPERATURE = 20, 0.1


@torch.no_grad()
def features(encoder, folder):
    as_it_is = transforms.Compose([transforms.ToTensor(), transforms.Normalize(**CIFAR10)])
    data = torchvision.datasets.ImageFolder(folder, as_it_is)
    found = [(encoder(images), labels) for images, labels in torch.utils.data.DataLoader(data, 500)]
    values, labels = (torch.cat(each) for each in zip(*found, strict=True))
    return torch.nn.functional.normalize(values), labels


def predict(bank, labels, queries):
    cosine, neighbours = (queries @ bank.T).topk(min(K, len(bank)))
    votes = torch.zeros(len(queries), int(labels.max()) + 1, dtype=torch.float64)
    votes.scatter_add_(1, labels[neighbours], (cosine.double() / TEMPERATURE).exp())
    return votes.argmax(1)


def top1(encoder, images):
    encoder.eval()
    (bank, labels), (queries, truth) = features(encoder, images / "train"), features(encoder, images / "test")
    return 100 * (predict(bank, labels, queries) == truth).double().mean().item()


def resnet18(width):
    """torchvision's ResNet-18 of another width with a 3 x 3 stem: byolab's network, with its names."""
    model = torchvision.models.resnet18()
    block, model.inplanes = type(model.layer1[0]), width
    model.conv1, model.bn1 = torch.nn.Conv2d(3, width, 3, padding=1, bias=False), torch.nn.BatchNorm2d(width)
    model.maxpool = model.fc = torch.nn.Identity()
    for i in range(4):
        setattr(model, f"layer{i + 1}", model._make_layer(block, width * 2**i, 2, stride=1 if i == 0 else 2))
    return model


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("weights", type=pathlib.Path)
    options.add_argument("--images", type=pathlib.Path, required=True)
    given = options.parse_args()
    network = resnet18(16)
    network.load_state_dict(torch.load(given.weights, weights_only=True))
    print(f"{top1(network, given.images):.2f}")
