"""Defaults of 0, "", "auto" and [] mean what they say: none stands for a value that something else settles later and
that the resolved experiment does not show. A new option with such a default has to be listed here, with its reason."""

import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

SETTLED = "the resolved experiment has what it came to (tests/framework/train/resolved_test.py)"
NONE = "nothing is meant: no such thing is done, read or named"
ITSELF = "the number itself is meant"
MEANT = {
    "device": SETTLED, "dtype": SETTLED, "memory_format": SETTLED, "threads": SETTLED, "workers": SETTLED,
    "split": SETTLED, "name": SETTLED,
    "steps": "`epochs` is said then, and `steps` is no key of the resolved experiment",
    "subset": NONE, "validation": NONE, "load": NONE, "stop_when": NONE, "path": NONE, "watchdog": NONE, "every": NONE,
    "best": NONE, "batches": NONE, "better": "what the name of the metric `best` says, which docs/results.md tells",
    "warmup": NONE, "label_smoothing": NONE, "lr_reference_batch": NONE,
    "seed": ITSELF, "to": ITSELF,
    "labels": "the data set's main labels, which have no name",
    "weights": "each counts once", "mean": "those of `stats`", "std": "those of `stats`",
    "l2": "chosen anew at each evaluation, whose metric `l2` says what was",
}
OPEN = (0, "", "auto", [], "0 steps", "0 epochs", "0 %")

found = {}


def look(node, name, path):
    """All defaults below, by the option's name."""
    if isinstance(node, list):
        for i, value in enumerate(node):
            look(value, name, f"{path}/{i}")
    if not isinstance(node, dict):
        return
    if not isinstance(node.get("default", True), bool) and node["default"] in OPEN:
        found.setdefault(name, path)
    for key, value in node.items():
        if key == "properties":
            for option, schema in value.items():
                look(schema, option, f"{path}/{option}")
        elif key != "default":
            look(value, name, f"{path}/{key}")


look(json.loads(runs.byolab("schema").stdout), "", "")
unknown = {name: path for name, path in found.items() if name not in MEANT}
assert not unknown, f"what do these defaults stand for? {unknown}"
assert len(found) > 20, found
print(f"{len(found)} defaults of nothing, each with its reason")
