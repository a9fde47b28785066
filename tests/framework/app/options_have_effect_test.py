# ctest: TIMEOUT 900
"""Every option that the host itself declares changes something that a user can see, or stands here with its reason.

The options come from the program's own schema, so that a new one fails this test until it has a row."""

import json
import os
import pathlib
import re
import sys

import h5py
import numpy

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

# Options that no run here can show, each with who shows it.
ELSEWHERE = {
    "run.device": "auto and cpu are both the CPU, for now; cuda is refused (config/experiment_errors_test.cpp)",
    "run.watchdog": "acts on a plugin that does not come back (train/watchdog_test.py)",
    "views.name": "names elements, for inheritance and draws (config/merge_test.cpp, augment/pipeline_test.cpp)",
    "views.augment.name": "as views.name",
    "observe.name": "names observers, in messages and columns (out_of_tree/observers_test.py)",
}

STEPS = "steps = 4"
FILE = runs.TINY.replace("epochs = 2", STEPS).replace("train = 256\ntest = 64", "train = 128\ntest = 40")
COLLAPSING = ["run.stop_when=['collapsed']", "run.collapsed_below=1.0", "run.collapsed_for='2 steps'"]
KEPT = ["record.embeddings=true"]

# option: what is set beside, what is set in one of two runs, what must differ between them. A row that begins with `=`
# replaces text of the file.
ROWS = {
    "run.name": ([], ["run.name=other"], "folder"),
    "run.seed": ([], ["run.seed=1"], "train/loss"),
    "run.epochs": ([], ["=epochs = 2"], "train/step"),
    "run.steps": ([], ["=steps = 3"], "train/step"),
    "run.batch_size": ([], ["run.batch_size=16"], "train/loss"),
    "run.accumulate": ([], ["run.accumulate=2"], "train/loss"),
    "run.batch_statistics": ([], ["run.batch_statistics=joint"], "train/loss"),
    "run.dtype": ([], ["run.dtype=bfloat16"], "train/loss"),
    "run.memory_format": ([], ["run.memory_format=contiguous"], "environment/memory_format"),
    "run.threads": ([], ["run.threads=2"], "environment/threads"),
    "run.workers": ([], ["run.workers=3"], "environment/workers"),
    "run.calibrate": ([], ["run.calibrate=0"], "collapse"),
    "run.output": ([], ["run.output=elsewhere"], "place"),
    "run.stop_when": (COLLAPSING[1:], COLLAPSING[:1], "status"),
    "run.collapsed_below": (COLLAPSING, ["run.collapsed_below=1e-9"], "status"),
    "run.collapsed_for": (COLLAPSING, ["run.collapsed_for='3 steps'"], "train/step"),
    "data.subset": ([], ["data.subset=64"], "train/loss"),
    "data.validation": ([], ["data.validation=0.25"], "train/loss"),
    "encoder.load": ([], ["encoder.load=first"], "train/loss"),
    "encoder.freeze": ([], ["encoder.freeze=true"], "train/loss"),
    "encoder.lr_factor": ([], ["encoder.lr_factor=0.1"], "train/loss"),
    "projector.load": ([], ["projector.load=first"], "train/loss"),
    "projector.freeze": ([], ["projector.freeze=true"], "train/loss"),
    "projector.lr_factor": ([], ["projector.lr_factor=0.1"], "train/loss"),
    "predictor.load": ([], ["predictor.load=first"], "train/loss"),
    "predictor.freeze": ([], ["predictor.freeze=true"], "train/loss"),
    "predictor.lr_factor": ([], ["predictor.lr_factor=0.1"], "train/loss"),
    "target.load": ([], ["target.load=first"], "train/loss"),
    "target.gradient": (["target.plugin=online"], ["target.gradient=true"], "train/loss"),
    "target.init": ([], ["target.init=online"], "train/loss"),
    "target.when": (["target.tau=0.5"], ["target.when=before_forward"], "train/loss"),
    "evaluate.name": ([], ["=name = \"spread\"\nplugin = \"collapse\""], "groups"),
    "evaluate.every": ([], ["evaluate.collapse.every='1 step'"], "collapse/step"),
    "evaluate.split": (["data.validation=0.25"], ["evaluate.collapse.split=test"], "collapse"),
    "checkpoint.every": (["checkpoint.keep=9"], ["checkpoint.every='1 step'"], "files"),
    "checkpoint.keep": (["checkpoint.every='1 step'"], ["checkpoint.keep=2"], "files"),
    "checkpoint.best": ([], ["checkpoint.best=knn/top1"], "files"),
    "checkpoint.better": (["checkpoint.best=collapse/z_std", "checkpoint.every=never",
                           "evaluate.collapse.every='1 step'"], ["checkpoint.better=less"], "best"),
    "record.batches": ([], ["record.batches=2"], "files"),
    "record.embeddings": ([], KEPT, "files"),
    "record.every": (KEPT, ["record.every='2 steps'"], "embeddings"),
    "record.images": (KEPT, ["record.images=7"], "embeddings"),
    "record.examples": (KEPT, ["record.examples=3"], "embeddings"),
    "plugins.path": (["target.plugin=sound_rule"],
                     [f"plugins.path=['{runs.BUILD / 'tests/fixtures/sound'}']"], "code"),
}
REPLACED = {"epochs": STEPS, "steps": STEPS, "name": 'plugin = "collapse"'}


def declared():
    """section.key of all that the host reads, whatever plugin stands beside."""
    found = set()

    def look(path, schema):
        schema = schema.get("items", schema)
        branches = [branch for branch in schema.get("anyOf", [schema]) if branch.get("properties")]
        named = [branch for branch in branches if "plugin" in branch["properties"]] or branches
        common = set.intersection(*(set(branch["properties"]) for branch in named))
        plugins = [branch["title"] for branch in named if "title" in branch and "plugin" in branch["properties"]]
        own = set.intersection(*map(options_of, plugins)) if plugins else set()
        found.update(f"{path}.{key}" for key in common - own - {"plugin", "preset", "remove", "augment"})
        if "augment" in common:
            look(path + ".augment", branches[0]["properties"]["augment"])

    properties = json.loads(runs.byolab("schema").stdout)["properties"]
    for section, schema in properties.items():
        if section not in ("sweep", "claim", "extends", "loss", "optimizer"):
            look(section, schema)
    return found


def options_of(plugin):
    """Names that a plugin describes itself, which two plugins may share."""
    return set(re.findall(r"^  (\w+) \(", runs.byolab("plugin", "describe", plugin).stdout, re.MULTILINE))


def shapes(path):
    found = {}
    if path.exists():
        with h5py.File(path) as file:
            file.visititems(lambda name, item: found.update({name: getattr(item, "shape", None)}))
    return found


def seen(settings, place):
    text = FILE
    for setting in settings:
        if setting.startswith("="):
            word = setting[1:].split(" ")[0]
            text = text.replace(REPLACED[word], setting[1:])
    path = runs.experiment(text, "one.toml")
    words = [word for setting in settings if not setting.startswith("=") for word in ("--set", setting)]
    done = runs.byolab("run", path, "--set", "run.dtype=float32", "--set", f"run.output={place}", *words, check=False)
    folders = [line[7:] for line in done.stdout.splitlines() if line.startswith("writes ")]
    what = {"code": done.returncode}
    if not folders:
        return what, done
    folder = pathlib.Path(folders[0])
    with h5py.File(folder / "run.h5") as record:
        what["groups"] = sorted(record["metrics"])
        what |= {f"environment/{name}": value.decode() for name, value in record["environment"].attrs.items()}
    what |= runs.metrics(folder)
    what |= {"folder": folder.name.rsplit("-", 1)[0], "place": folder.parent.name,
             "status": runs.attributes(folder)["status"], "files": sorted(file.name for file in folder.iterdir()),
             "embeddings": shapes(folder / "run.embeddings.h5")}
    best = folder / "checkpoint-best.pt"
    what["best"] = best.read_bytes() if best.exists() else b""
    return what, done


def of(what, key):
    """One thing, or all columns of a group of metrics."""
    return [what[key]] if key in what else [what[name] for name in sorted(what) if name.startswith(key + "/")]


def same(first, second):
    return len(first) == len(second) and all(numpy.array_equal(a, b) for a, b in zip(first, second, strict=True))


missing = declared() - ROWS.keys() - ELSEWHERE.keys()
assert not missing, f"options without a row in this test: {sorted(missing)}"
assert declared() >= ROWS.keys() | ELSEWHERE.keys(), (ROWS.keys() | ELSEWHERE.keys()) - declared()

runs.run(runs.experiment(FILE), "--set", "run.seed=5", "--folder", "first")
known, idle = {}, []
for number, (option, (beside, setting, key)) in enumerate(ROWS.items()):
    if tuple(beside) not in known:
        known[tuple(beside)] = seen(beside, f"base{number}")
    without, base = known[tuple(beside)]
    place = [] if option == "run.output" else [f"run.output=with{number}"]
    with_it, done = seen([*beside, *place, *setting], f"with{number}")
    if not of(with_it, key) and not of(without, key) or same(of(without, key), of(with_it, key)):
        idle.append(f"{option}: {key} is the same\n{base.stderr}{done.stderr}")
assert not idle, "\n".join(idle)
print(f"{len(ROWS)} options change what is seen; {len(ELSEWHERE)} are shown elsewhere")
