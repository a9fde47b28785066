# labels: long
# ctest: TIMEOUT 3600
"""The demo's BYOL with clipped gradients and a logger, built out of tree, ends above random init in three of three
seeds."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs
import out_of_tree

plugins = out_of_tree.build(out_of_tree.install(), "observers")
path = pathlib.Path("observed.toml")
path.write_text(f"""extends = "{runs.SOURCE / 'experiments/demo/byol.toml'}"
[run]
output = "runs"
[[observe]]
plugin = "clip_gradients"
max_norm = 1.0
[[observe]]
plugin = "json_lines"
""")
for seed in range(3):
    found = runs.metrics(runs.run(path, "--set", f"run.seed={seed}", "--plugin-path", plugins), ["knn", "train"])
    top1, norms = found["knn/top1"], found["train/gradient_norm"]
    print(f"seed {seed}: kNN {top1[0]:.2f} before, {top1[-1]:.2f} after; {(norms > 1).mean():.0%} of steps clipped")
    assert top1[-1] > top1[0], (seed, top1)
