"""Records for the tests of analysis: real files of the real program, with numbers that a test chooses."""

import hashlib
import pathlib
import shutil

import h5py
import numpy


def with_values(source, target, *, name=None, seed=None, status=None, values=None, replace=()):
    """A copy of a run's folder whose last values ("knn/top1") and description are others. `replace`: pairs of texts
    in the resolved experiment."""
    target = pathlib.Path(target)
    shutil.copytree(source, target)
    run_id = hashlib.sha256(str(target.absolute()).encode()).hexdigest()[:16]  # another run than the source
    with h5py.File(target / "run.h5", "r+") as record:
        for key, value in {"name": name, "status": status, "run_id": run_id}.items():
            if value is not None:
                record.attrs[key] = numpy.bytes_(value.encode())
        if seed is not None:
            record.attrs.modify("seed", numpy.uint64(seed))
        for metric, value in (values or {}).items():
            record[f"metrics/{metric}"][-1] = value
        text = record["config/resolved"].asstr()[()]
        for old, new in replace:
            assert old in text, old
            text = text.replace(old, new)
        del record["config/resolved"]
        record["config"].create_dataset("resolved", data=numpy.bytes_(text.encode()))
    return target


def sweep_index(path, runs, labels):
    """An index as a sweep writes it: a table `/trials`, external links `/runs/<id>` relative to it."""
    path = pathlib.Path(path)
    kind = numpy.dtype([("id", "S32"), ("label", "S32"), ("seed", "u8"), ("status", "S16"), ("top1", "f4"),
                        ("file", "S128")])
    rows = numpy.zeros(len(runs), kind)
    with h5py.File(path, "w") as index:
        links = index.create_group("runs")
        for row, run, label in zip(rows, runs, labels, strict=True):
            relative = pathlib.Path(run).resolve().relative_to(path.parent.resolve()) / "run.h5"
            with h5py.File(pathlib.Path(run) / "run.h5") as record:
                row["id"], row["seed"] = run.name.encode(), record.attrs["seed"]
            row["label"], row["file"] = label.encode(), str(relative).encode()
            links[run.name] = h5py.ExternalLink(str(relative), "/")
        index["trials"] = rows
        index.attrs.update({"byolab_schema": 1, "kind": "sweep", "name": path.stem, "baseline": "", "metric": "",
                            "axes": "", "metrics": "", "written": "2026-01-01T00:00:00Z"})
    return path
