# labels: slow
# ctest: TIMEOUT 900
"""Every stock plugin passes `byolab plugin check`, each with options that make it small, or that it demands."""

import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs
import images

LIBRARIES = sorted((runs.BUILD / "lib/byolab/plugins").glob("*.so"))
OPTIONS = [
    "resnet.depth=18",
    "resnet.width=4",
    "resnet.stem=cifar",
    "convnet.channels=[4, 6]",
    "convnet.strides=[2, 2]",
    "mlp.hidden=12",
    "mlp.output=10",
    'combined.losses=["byol", "supervised"]',
    "combined.weights=[1.0, 0.5]",
    'one_of.choices=["solarize", "gaussian_blur"]',
    "random_apply.augment=color_jitter",
    "shapes.train=50",
    "shapes.test=20",
    "image_folder.root=pictures",
    "cifar.root=records",
]


def cifar(root):
    """The binary version of CIFAR-10, with four images a file."""
    root = pathlib.Path(root)
    root.mkdir()
    (root / "batches.meta.txt").write_text("".join(f"class{i}\n" for i in range(10)))
    for number, name in enumerate([*(f"data_batch_{i}.bin" for i in range(1, 6)), "test_batch.bin"]):
        (root / name).write_bytes(b"".join(bytes([(number + i) % 10])
                                           + bytes((number * 31 + i * 7 + p) % 256 for p in range(3072))
                                           for i in range(4)))


images.image_folder("pictures", images=8)
cifar("records")
words = [word for option in OPTIONS for word in ("--set", option)]
done = runs.byolab("plugin", "check", *LIBRARIES, *words, "--json", check=False)
assert done.stdout, done.stderr
reports = json.loads(done.stdout)
wrong = [f"{report['kind']} {report['name']}: {result['check']}: {result['outcome']}: {result['sentence']}"
         for report in reports for result in report["checks"] if result["outcome"] in ("failed", "not tried")]
assert not wrong and done.returncode == 0, "\n".join(wrong)

# None was left out, and each was tried: no kind's checks are all passed over.
listed = {(plugin["kind"], plugin["name"]) for plugin in json.loads(runs.byolab("plugin", "list", "--json").stdout)}
assert {(report["kind"], report["name"]) for report in reports} == listed
laws = {report["name"]: {result["check"]: result["outcome"] for result in report["checks"]}.get("laws")
        for report in reports if report["kind"] == "target_update"}
assert set(laws.values()) == {"passed"}, laws
for report in reports:
    assert sum(result["outcome"] == "passed" for result in report["checks"]) >= 3, report
