"""Weights of other programs: prefixes, classifiers, missing counters, numbered layers and safetensors are taken where
the meaning is clear, and what was done is said and recorded; all else shows what is there beside what is wanted."""

import json
import os
import pathlib
import struct
import sys

import h5py
import numpy

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

DTYPES = {"F32": "<f4", "I64": "<i8", "F16": "<f2"}


def read(path):
    """{name: array} of a safetensors file."""
    data = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header, data = json.loads(data[8:8 + length]), data[8 + length:]
    return {name: numpy.frombuffer(data[entry["data_offsets"][0]:entry["data_offsets"][1]],
                                   DTYPES[entry["dtype"]]).reshape(entry["shape"])
            for name, entry in header.items() if name != "__metadata__"}


def write(path, tensors):
    names = {numpy.dtype(kind): name for name, kind in DTYPES.items()}
    header, data = {}, b""
    for name, array in tensors.items():
        array = numpy.ascontiguousarray(array)
        header[name] = {"dtype": names[array.dtype], "shape": list(numpy.shape(tensors[name])),
                        "data_offsets": [len(data), len(data) + array.nbytes]}
        data += array.tobytes()
    text = json.dumps(header).encode()
    pathlib.Path(path).write_bytes(struct.pack("<Q", len(text)) + text + data)


SETTINGS = ["--set", "run.steps=1", "--set", "encoder.plugin=resnet", "--set", "encoder.depth=18", "--set",
            "encoder.width=4", "--set", "encoder.stem=cifar", "--set", "run.dtype=float32"]
runs.experiment()
first = runs.run("tiny.toml", *SETTINGS, "--folder", "first")
runs.byolab("export", first, "--to", "safetensors", "-o", "own.safetensors")
runs.byolab("export", first, "--to", "pt", "-o", "own.pt")
learned = runs.metrics(first)["knn/top1"][-1]
own = read("own.safetensors")
number = 0


def start(path, *words, check=True):
    """A run that only looks at the weights it starts from: its process, and its folder."""
    global number
    number += 1
    folder = pathlib.Path(f"run{number}")
    done = runs.byolab("run", "tiny.toml", *SETTINGS[2:], "--set", "run.epochs=0", "--set", f"encoder.load={path}",
                       "--folder", folder, *words, check=check)
    return done, folder


def takes(tensors, *notes):
    """The encoder is where the first run left it, and just these things are said."""
    write("x.safetensors", tensors)
    takes_file("x.safetensors", *notes)


def takes_file(path, *notes):
    done, folder = start(path)
    assert runs.metrics(folder)["knn/top1"][0] == learned, path
    said = [line.split(": ", 2)[2] for line in done.stdout.splitlines() if line.startswith("note: online encoder")]
    assert said == list(notes), (said, notes)
    with h5py.File(folder / "run.h5") as record:
        recorded = record["environment"].attrs.get("starting_weights", b"").decode()
    assert [line.split(": ", 1)[1] for line in recorded.splitlines()] == list(notes), recorded


def prefixed(prefix, tensors=own):
    return {prefix + name: array for name, array in tensors.items()}


def refuses(tensors, *parts):
    write("x.safetensors", tensors)
    done, folder = start("x.safetensors", check=False)
    assert done.returncode == 1 and not folder.exists(), (done.returncode, done.stdout, done.stderr)
    for part in parts:
        assert part in done.stderr, (part, done.stderr)


takes_file("own.safetensors")
takes_file("own.pt")

# torchvision's: a classifier beside it. Prefixes, whatever they are called. Files without counters.
fc = {"fc.weight": numpy.zeros((10, 32), "f4"), "fc.bias": numpy.zeros(10, "f4")}
takes({**own, **fc}, "ignored: 'fc.bias', 'fc.weight'")
for prefix in ("module.", "backbone.", "encoder.", "model.", "_orig_mod.", "base_encoder.", "online_encoder.",
               "module.encoder.net."):
    takes(prefixed(prefix), f"names begin with '{prefix}' there")
no_counters = {name: array for name, array in own.items() if "num_batches" not in name}
takes({**prefixed("backbone.", no_counters), "projection_head.0.weight": numpy.zeros((2, 2), "f4")},
      "names begin with 'backbone.' there", "ignored: 'projection_head.0.weight'",
      "num_batches_tracked is missing there, and stays 0")

# Sequential(*resnet.children()), as lightly's users have it.
NUMBERS = {"conv1": "0", "bn1": "1", "layer1": "4", "layer2": "5", "layer3": "6", "layer4": "7"}
numbered = {".".join([NUMBERS[name.split(".")[0]], *name.split(".")[1:]]): array for name, array in own.items()}
takes(prefixed("backbone.", numbered), "names begin with 'backbone.' there",
      "layers are numbered there: 0 is conv1, 1 bn1, 4 to 7 layer1 to layer4")

# Two networks: the encoder gets the one that learns.
zeros = {name: numpy.zeros_like(array) for name, array in own.items()}
both = {**prefixed("module.base_encoder."), **prefixed("module.momentum_encoder.", zeros)}
write("both.safetensors", both)
done, folder = start("both.safetensors")
assert runs.metrics(folder)["knn/top1"][0] == learned
assert "names begin with 'module.base_encoder.' there" in done.stdout, done.stdout
refuses({**prefixed("a."), **prefixed("b.", zeros)}, "holds several networks that fit, under 'a.', 'b.'",
        "save the one that is meant by itself")

# A deeper network has all that a shallower one wants, and is another one. Shapes, and names, side by side.
refuses({**own, "layer1.2.conv1.weight": own["layer1.1.conv1.weight"]}, "wanted", "there",
        "layer1.2.conv1.weight [4, 4, 3, 3]")
wide = {**own, "conv1.weight": numpy.zeros((4, 3, 7, 7), "f4")}
refuses(wide, "\n  conv1.weight [4, 3, 3, 3]                    conv1.weight [4, 3, 7, 7]\n")
refuses({"stem.weight": numpy.zeros((4, 3, 3, 3), "f4")},
        "\n  bn1.bias [4]                                 stem.weight [4, 3, 3, 3]\n", "\n  and 84 lines more\n")
done, folder = start(runs.SOURCE / "tests/reference/weights.pt", check=False)
assert done.returncode == 1 and "tied.weight [2, 4]" in done.stderr, done.stderr

# Half precision is converted, and said.
half = {name: array.astype("<f2") if array.dtype == numpy.float32 else array for name, array in own.items()}
write("half.safetensors", half)
done, folder = start("half.safetensors")
assert "converted: Half becomes Float" in done.stdout, done.stdout
print("weights of other programs are taken where their meaning is clear")
