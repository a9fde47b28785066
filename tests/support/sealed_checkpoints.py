"""Takes a checkpoint apart and puts it together again with a digest that fits, without PyTorch: what a test changes in
it is then all that is wrong."""

import collections
import hashlib
import io
import pickle
import sys
import types
import zipfile


class _Storage:
    """("storage", class, key, device, elements), which stands for the part data/KEY."""

    def __init__(self, words):
        self.words = words


def _fake_torch():
    """Modules that give a pickle the names that it asks for; nothing in them does anything."""
    modules = {name: types.ModuleType(name) for name in ("torch", "torch._utils")}

    class Tensor:
        def __init__(self, arguments):
            self.arguments = arguments

        def __reduce__(self):
            return modules["torch._utils"]._rebuild_tensor_v2, tuple(self.arguments)

    def rebuild(*arguments):
        return Tensor(list(arguments))

    rebuild.__module__, rebuild.__qualname__, rebuild.__name__ = "torch._utils", *["_rebuild_tensor_v2"] * 2
    modules["torch._utils"]._rebuild_tensor_v2 = rebuild
    for name in ("Float", "Long", "BFloat16", "Double", "Bool", "Int", "Byte"):
        modules["torch"].__dict__[f"{name}Storage"] = type(f"{name}Storage", (), {"__module__": "torch"})
    return modules, Tensor


MODULES, Tensor = _fake_torch()


class _with_modules:
    def __enter__(self):
        self.before = {name: sys.modules.get(name) for name in MODULES}
        sys.modules.update(MODULES)

    def __exit__(self, *_):
        for name, module in self.before.items():
            sys.modules.pop(name)
            if module:
                sys.modules[name] = module


class _Reader(pickle.Unpickler):
    def persistent_load(self, words):
        return _Storage(words)


class _Writer(pickle.Pickler):
    def persistent_id(self, thing):
        return thing.words if isinstance(thing, _Storage) else None


def tensor(kind, key, elements, sizes, strides, offset=0):
    """A tensor over the part data/KEY, which holds so many elements. `kind`: "Float"."""
    storage = _Storage(("storage", MODULES["torch"].__dict__[f"{kind}Storage"], key, "cpu", elements))
    return Tensor([storage, offset, tuple(sizes), tuple(strides), False, collections.OrderedDict()])


def read(path):
    """(the dictionary, the parts of the zip by name)"""
    with zipfile.ZipFile(path) as archive:
        parts = {name.split("/", 1)[1]: archive.read(name) for name in archive.namelist()}
    with _with_modules():
        return _Reader(io.BytesIO(parts.pop("data.pkl"))).load(), parts


def write(path, contents, parts, seal=True, comment="byolab checkpoint 1"):
    """As torch.save does; sealed as byolab does."""
    text = io.BytesIO()
    with _with_modules():
        _Writer(text, protocol=2).dump(contents)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, data in {"data.pkl": text.getvalue(), **parts}.items():
            archive.writestr(zipfile.ZipInfo(f"archive/{name}"), data)
    data = made.getvalue()
    if seal:
        length = len(comment) + len("\nsha256 \n") + 64
        data = data[:-2] + length.to_bytes(2, "little")
        data += f"{comment}\nsha256 {hashlib.sha256(data).hexdigest()}\n".encode()
    path.write_bytes(data)
