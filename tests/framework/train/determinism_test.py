# labels: slow
# ctest: TIMEOUT 900
"""Same TOML, seed and threads: same bits; whatever the number of workers. Another seed: other bits."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

path = runs.experiment()


def with_(output, *sets):
    return runs.metrics(runs.run(path, "--set", f"run.output={output}",
                                 *(word for each in sets for word in ("--set", each))))


once = with_("a")
runs.assert_same(once, with_("b"))
for workers in (2, 5):
    runs.assert_same(once, with_(f"workers-{workers}", f"run.workers={workers}"))
other = with_("seed", "run.seed=1")
assert (once["train/loss"] != other["train/loss"]).any()

# Leaving one augmentation out leaves all other draws as they were: the crop without jitter is the same crop, so
# that removing it and putting one that never acts in its place give the same bits.
never = with_("never", "views.*.augment.color_jitter.p=0")
gone = with_("gone", "views.*.augment.color_jitter.remove=true")
runs.assert_same(never, gone)
assert (never["train/loss"] != once["train/loss"]).any()
