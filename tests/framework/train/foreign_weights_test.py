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
import torch_file

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

# Several state_dicts in one file: which one is taken is said, as is what is left. What is taken at random is refused.
HOW = "to load another, save it by itself: torch.save(torch.load(\"FILE\")[\"{}\"], …)"
torch_file.save("ema.pt", {"epoch": 3, "state_dict": own, "state_dict_ema": zeros,
                           "optimizer": {"lr": 0.1, "state": {}}})
takes_file("ema.pt", "'state_dict' is taken there, and not 'state_dict_ema'; " + HOW.format("state_dict_ema"))
torch_file.save("ema.pt", {"model": prefixed("module."), "model_ema": zeros})
takes_file("ema.pt", "'model' is taken there, and not 'model_ema'; " + HOW.format("model_ema"),
           "names begin with 'module.' there")
torch_file.save("same.pt", {"model": own, "state_dict": own, "copy": own})
takes_file("same.pt")
torch_file.save("one.pt", {"network_of_mine": own, "epoch": 3})
takes_file("one.pt")
for keys in (("model", "state_dict"), ("student", "teacher")):
    torch_file.save("two.pt", {keys[0]: own, keys[1]: zeros})
    done, folder = start("two.pt", check=False)
    assert (done.returncode == 2 and f"holds several networks, under '{keys[0]}', '{keys[1]}'" in done.stderr.replace(
        "'state_dict', 'model'", "'model', 'state_dict'") and "save the one that is meant by itself: torch.save" in
            done.stderr), done.stderr
torch_file.save("none.pt", {"epoch": 3, "args": {"lr": 0.1}})
assert "holds no named tensors" in start("none.pt", check=False)[0].stderr

# Numbers that no training leaves are told with the file and the weight.
for change, part in ((numpy.nan, "values that are not finite"), (numpy.inf, "values that are not finite")):
    refuses({**own, "bn1.bias": numpy.full(4, change, "f4")}, "x.safetensors: 'bn1.bias' holds " + part)
refuses({**own, "bn1.running_var": -own["bn1.running_var"] - 1}, "'bn1.running_var' holds negative values")
torch_file.save("int8.pt", {**own, "conv1.weight": numpy.zeros((4, 3, 3, 3), "i1")})
done, folder = start("int8.pt", check=False)
assert done.returncode == 1 and "int8.pt: 'conv1.weight' holds whole numbers: a quantised network's" in done.stderr

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

# Another run's weights: options that its record has otherwise, and no shape tells, are said.
runs.experiment()
source = runs.run("tiny.toml", "--set", "run.steps=1", "--folder", "source")
for sets, told in (([], ""), (["--set", "encoder.strides=[1, 2]"],
                              "it was trained with encoder.strides = [2, 2]")):
    done = runs.byolab("run", "tiny.toml", "--set", "run.epochs=0", "--set", "encoder.load=source", "--folder",
                       f"strides{len(sets)}", *sets)
    said = [line for line in done.stdout.splitlines() if line.startswith("note: online encoder from ")]
    assert len(said) == bool(told) and told in "".join(said), done.stdout
    with h5py.File(f"strides{len(sets)}/run.h5") as record:
        assert ("starting_weights" in record["environment"].attrs) == bool(told)
    assert all("is used with [1, 2]" in line for line in said), said
print("weights of other programs are taken where their meaning is clear")
