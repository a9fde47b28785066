"""t-tests and Holm's adjustment by SciPy and by hand: writes t_tests.pt."""

import math
import pathlib

import numpy
import scipy.stats
import torch

random = numpy.random.default_rng(11)
stored = {}
for case, (n, m) in enumerate([(2, 2), (3, 3), (5, 5), (12, 12), (3, 7)]):
    x, y = random.normal(1.0, 1.0, n), random.normal(0.3, 2.5, m)
    table = {"x": torch.tensor(x), "y": torch.tensor(y)}
    for alternative in ["two-sided", "greater", "less"]:
        kinds = {"welch": scipy.stats.ttest_ind(x, y, equal_var=False, alternative=alternative)}
        if n == m:
            kinds["paired"] = scipy.stats.ttest_rel(x, y, alternative=alternative)
        for kind, test in kinds.items():
            interval = test.confidence_interval(0.95)
            values = [x.mean() - y.mean(), interval.low, interval.high, test.statistic, test.df, test.pvalue]
            table[f"{kind} {alternative}"] = torch.tensor([float(value) for value in values], dtype=torch.float64)
    stored[f"case {case}"] = table


def holm(p):
    """Holm 1979, step by step: reject p(k) while it is at most α / (m − k + 1); the least such α."""
    order = sorted(range(len(p)), key=lambda i: p[i])
    adjusted = [0.0] * len(p)
    for rank, i in enumerate(order):
        adjusted[i] = min(1.0, max((len(p) - r) * p[j] for r, j in enumerate(order[:rank + 1])))
    return adjusted


p = [0.01, 0.04, 0.03, 0.005, 0.6, 0.04]
stored["p"] = torch.tensor(p, dtype=torch.float64)
stored["holm"] = torch.tensor(holm(p), dtype=torch.float64)
assert math.isclose(stored["holm"][3], 0.03)
torch.save(stored, pathlib.Path(__file__).parent / "t_tests.pt")
