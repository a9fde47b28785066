# labels: slow
# ctest: TIMEOUT 900
"""A dense evaluator, built out of tree against the installed SDK: it sees images, boxes and feature maps; on planted
maps it scores 1, on random ones chance, and on those of a real encoder what NumPy makes of the same in float64."""

import os
import pathlib
import shutil
import sys

import numpy

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs
import out_of_tree

sdk = out_of_tree.install()
DENSE_FOLDER, PLANTED_FOLDER = (out_of_tree.build(sdk, project) for project in ("dense", "dense/planted"))
out_of_tree.expect_short("dense", 150)
out_of_tree.check(sdk, DENSE_FOLDER / "libdense.so", 1)
assert "maps         passed" in out_of_tree.check(sdk, PLANTED_FOLDER / "libplanted.so", 3)

# Pictures of 40 × 40 are cut to their middle 35 × 35 and shown as 32 × 32: boxes and masks with them.
IMAGES, CELLS, SIDE = {"train": 400, "test": 300}, 8, 32
text = runs.TINY.replace("epochs = 2", 'steps = 2\ndtype = "float32"\ncalibrate = 64')
text = text.replace("train = 256\ntest = 64", "size = 40\noutlines = 6\nclutter = 0\ntrain = 400\ntest = 300")
text = text[:text.index("[[evaluate]]")]
DENSE = '\n[[evaluate]]\nplugin = "localise"\nbatch = 77\n\n[[evaluate]]\nplugin = "dump"\nfile = "dump"\n'
path = runs.experiment(text + DENSE)
PLUGINS = ("--plugin-path", DENSE_FOLDER, "--plugin-path", PLANTED_FOLDER)


def trained(name, *settings, file=path):
    words = [word for setting in settings for word in ("--set", setting)]
    return runs.metrics(runs.run(file, *PLUGINS, "--set", f"run.output={name}", *words))


def dumped(split, what, shape):
    return numpy.fromfile(f"dump.{split}.{what}", dtype=numpy.float32).astype(numpy.float64).reshape(shape)


def dumped_boxes(split):
    rows = dumped(split, "boxes", (-1, 5))
    assert (rows[:, 0] == numpy.arange(IMAGES[split])).all(), "one object a picture"
    return rows[:, 1:]


def within(split):
    """Which cells' centres lie in the picture's box: [images, cells]."""
    left, top, right, bottom = dumped_boxes(split).T[:, :, None, None]
    y, x = numpy.meshgrid(numpy.arange(CELLS) + 0.5, numpy.arange(CELLS) + 0.5, indexing="ij")
    y, x = y * SIDE / CELLS, x * SIDE / CELLS
    return ((x >= left) & (x < right) & (y >= top) & (y < bottom)).reshape(len(left), -1)


def cells(split):
    maps = dumped(split, "maps", (IMAGES[split], -1, CELLS * CELLS)).transpose(0, 2, 1)
    return maps, numpy.concatenate([maps, numpy.ones_like(maps[..., :1])], 2)


def expected():
    """What the evaluator is to find at the moment that was dumped."""
    (_, x), y = cells("train"), within("train").ravel()
    x = x.reshape(len(y), -1)
    # min Σ (x·w − y)² + ridge · cells · w², by stacking the penalty under the cells.
    penalty = numpy.sqrt(1e-3 * len(y)) * numpy.eye(x.shape[1])
    w = numpy.linalg.lstsq(numpy.vstack([x, penalty]), numpy.concatenate([y, numpy.zeros(len(penalty))]), rcond=None)[0]
    (vectors, ones), inside = cells("test"), within("test")
    rows = numpy.arange(len(inside))
    return {"hit": inside[rows, numpy.linalg.norm(vectors, axis=2).argmax(1)].mean(),
            "readout_hit": inside[rows, (ones @ w).argmax(1)].mean(), "chance": inside.mean()}


def compare(found):
    for name, value in expected().items():
        numpy.testing.assert_allclose(found[f"localise/{name}"][-1], value, rtol=1e-6, err_msg=name)


# Planted: the maps are what they are meant to be, and point to the object in every picture, trained or not.
planted = trained("planted", 'encoder={plugin="planted"}')
images = dumped("test", "images", (IMAGES["test"], 3, SIDE, SIDE))
along = numpy.linspace(-1, 1, SIDE)
y, x = numpy.meshgrid(along, along, indexing="ij")
place = numpy.stack([numpy.ones_like(y), y, x], 2).reshape(-1, 3)
border = numpy.abs(place[:, 1:]).max(1) > 0.9
for i in range(0, IMAGES["test"], 25):
    colour = images[i].reshape(3, -1).T
    a, b, weight = place[border], colour[border], numpy.ones((border.sum(), 1))
    for _ in range(30):
        plane = numpy.linalg.lstsq(a * numpy.sqrt(weight), b * numpy.sqrt(weight), rcond=None)[0]
        weight = 1 / (numpy.linalg.norm(b - a @ plane, axis=1, keepdims=True) + 1e-3)
    distance = numpy.sqrt(((colour - place @ plane) ** 2).sum(1) + 1e-6).reshape(CELLS, 4, CELLS, 4).mean((1, 3))
    numpy.testing.assert_allclose(dumped("test", "maps", (-1, CELLS, CELLS))[i], distance, rtol=0.02, atol=0.02)
compare(planted)
assert (planted["localise/hit"] == 1).all() and (planted["localise/readout_hit"] == 1).all(), planted

# Boxes and masks tell of the same place: the mask's own box, of what it covers half at least, is the box but for tips.
boxes, masks = dumped_boxes("test"), dumped("test", "masks", (IMAGES["test"], SIDE, SIDE))
assert (boxes >= 0).all() and (boxes <= SIDE).all() and (boxes[:, :2] < boxes[:, 2:]).all()
assert (boxes == 0).any() and (boxes == SIDE).any(), "some are cut at the border"
for box, mask in zip(boxes, masks, strict=True):
    rows, columns = numpy.nonzero((mask >= 128).any(1))[0], numpy.nonzero((mask >= 128).any(0))[0]
    own = numpy.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1])
    assert numpy.abs(own - box).max() <= 2, (own, box)

# Random maps point anywhere.
noise = trained("noise", 'encoder={plugin="noise"}')
compare(noise)
for name in ("hit", "readout_hit"):
    for found, chance in zip(noise[f"localise/{name}"], noise["localise/chance"], strict=True):
        assert abs(found - chance) < 4 * (chance * (1 - chance) / IMAGES["test"]) ** 0.5, (name, found, chance)

# A real encoder, online, at the end of a run; looking on changes nothing of it.
CONVNET = 'encoder={plugin="convnet", channels=[8, 16], strides=[2, 2]}'
real = trained("real", CONVNET)
compare(real)
assert real["localise/readout_hit"][-1] > real["localise/chance"][-1], real
plain = trained("plain", CONVNET, file=runs.experiment(text, "plain.toml"))
numpy.testing.assert_array_equal(plain["train/loss"], real["train/loss"])

shutil.rmtree("built")
shutil.rmtree(sdk)
print(f"planted 1, noise {noise['localise/hit'][-1]:.2f} of {noise['localise/chance'][-1]:.2f}, "
      f"convnet {real['localise/readout_hit'][-1]:.2f}")
