"""Weights that `byolab export --to safetensors` wrote, as numpy arrays."""

import json
import pathlib
import struct

import numpy

TYPES = {"F64": "<f8", "F32": "<f4", "I64": "<i8"}


def read(path):
    raw = pathlib.Path(path).read_bytes()
    (size,) = struct.unpack("<Q", raw[:8])
    found = {}
    for name, entry in json.loads(raw[8:8 + size]).items():
        if name != "__metadata__":
            begin, end = (8 + size + offset for offset in entry["data_offsets"])
            found[name] = numpy.frombuffer(raw[begin:end], TYPES[entry["dtype"]]).reshape(entry["shape"])
    return found
