"""A folder of links to the images that both programs see: 1,000 a class to train on, and 500 a class to test on.

    python images.py CIFAR10 FOLDER [--train N] [--test N]      CIFAR10 holds train/<class>/* and test/<class>/*

The first of each class by name, so that every copy of this folder holds the same images.
"""

import argparse
import pathlib


def link(source, folder, most):
    classes = sorted(path for path in source.iterdir() if path.is_dir())
    if not classes:
        raise SystemExit(f"error: {source} holds no folders of classes")
    for each in classes:
        images = sorted(path for path in each.iterdir() if path.is_file())[:most]
        if len(images) < most:
            raise SystemExit(f"error: {each} holds {len(images)} images, {most} are wanted")
        (folder / each.name).mkdir(parents=True)
        for image in images:
            (folder / each.name / image.name).symlink_to(image.resolve())
    return most * len(classes)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("cifar10", type=pathlib.Path)
    options.add_argument("folder", type=pathlib.Path)
    options.add_argument("--train", type=int, default=1000, help="images a class")
    options.add_argument("--test", type=int, default=500, help="images a class")
    given = options.parse_args()
    for split, most in (("train", given.train), ("test", given.test)):
        print(f"{split}: {link(given.cifar10 / split, given.folder / split, most)} images")
