"""Files as torch.save writes them, of nested dicts with arrays, without PyTorch."""

import io
import pickle
import sys
import types
import zipfile

import numpy

STORAGES = {"float32": "FloatStorage", "float16": "HalfStorage", "int64": "LongStorage", "int8": "CharStorage"}


def _names():
    """Stand-ins for what pickles of PyTorch name; the pickler looks them up in their modules."""
    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")

    def rebuild(*_):
        raise AssertionError("nothing is unpickled here")

    rebuild.__module__ = "torch._utils"
    rebuild.__name__ = rebuild.__qualname__ = "_rebuild_tensor_v2"
    utils._rebuild_tensor_v2, torch._utils = rebuild, utils
    for name in STORAGES.values():
        setattr(torch, name, type(name, (), {"__module__": "torch"}))
    return torch, utils


def save(path, value):
    torch, utils = _names()
    arrays = []

    class Storage:
        def __init__(self, array):
            self.array = array

    class Tensor:
        def __init__(self, array):
            self.array = array

        def __reduce__(self):
            strides = tuple(step // self.array.itemsize for step in self.array.strides)
            return utils._rebuild_tensor_v2, (Storage(self.array), 0, self.array.shape, strides, False, {})

    class Pickler(pickle.Pickler):
        def persistent_id(self, item):
            if not isinstance(item, Storage):
                return None
            arrays.append(item.array)
            kind = getattr(torch, STORAGES[item.array.dtype.name])
            return "storage", kind, str(len(arrays) - 1), "cpu", item.array.size

    def wrapped(item):
        if isinstance(item, dict):
            return {key: wrapped(inner) for key, inner in item.items()}
        return Tensor(numpy.array(item, order="C")) if isinstance(item, numpy.ndarray) else item

    stream = io.BytesIO()
    sys.modules.update({"torch": torch, "torch._utils": utils})
    try:
        Pickler(stream, protocol=2).dump(wrapped(value))
    finally:
        for name in ("torch", "torch._utils"):
            del sys.modules[name]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", stream.getvalue())
        for number, array in enumerate(arrays):
            archive.writestr(f"archive/data/{number}", array.tobytes())
        archive.writestr("archive/version", "3\n")
