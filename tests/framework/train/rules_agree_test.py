# labels: slow
# ctest: TIMEOUT 900
"""Target rules that must agree do so, bit for bit, in every mode of the buffers."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__import__("os").environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

BASE = runs.TINY.replace("epochs = 2", "epochs = 1")
# A rule's own metrics are its own; with another rule they have other names. The distance between the two
# networks is no question for `online`, which has one.
OWN = {"tau", "target_age", "cosine", "optimal_cosine", "predictor_gap", "target_distance"}


def with_target(name, table):
    text = BASE + "\n[target]\ninit = \"online\"\n" + table + "\n"
    return runs.metrics(runs.run(runs.experiment(text, name + ".toml"), "--set", f"run.name={name}"))


def own_metrics(*results):
    """Names that are not in all of them."""
    common = set.intersection(*(set(result) for result in results))
    return {key.split("/")[-1] for result in results for key in result if key not in common} | OWN


def assert_agree(what, *results):
    assert len(results[0]["train/loss"]) == 8
    for other in results[1:]:
        runs.assert_same(results[0], other, ignore=own_metrics(*results))
    print("agree:", what)


online = with_target("online", 'plugin = "online"')
for buffers in ("own", "copy"):
    every_step = with_target("every_step_" + buffers,
                             f'plugin = "periodic_checkpoint"\ninterval = "1 step"\nbuffers = "{buffers}"')
    tau_0 = with_target("tau_0_" + buffers, f'plugin = "ema"\ntau = 0.0\nbuffers = "{buffers}"')
    assert_agree(f"online, checkpoint every step, tau 0; buffers {buffers}", online, every_step, tau_0)
tau_0 = with_target("tau_0_ema", 'plugin = "ema"\ntau = 0.0\nbuffers = "ema"')
assert_agree("online, tau 0; buffers ema", online, tau_0)

fixed = with_target("fixed", 'plugin = "fixed_random"')
for buffers in ("own", "ema"):
    assert_agree(f"fixed random, tau 1; buffers {buffers}", fixed,
                 with_target("tau_1_" + buffers, f'plugin = "ema"\ntau = 1.0\nbuffers = "{buffers}"'))

# And the comparison can fail: another tau gives other numbers.
other = with_target("tau_half", 'plugin = "ema"\ntau = 0.5')
assert (other["train/loss"] != fixed["train/loss"]).any()
