# labels: slow
# ctest: TIMEOUT 1800
"""Whole steps of every switch, rule, optimizer and loss, in float64, against an independent loop in PyTorch."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import step_cases

assert set(step_cases.kept("values.json")) == set(step_cases.cases.CASES), "run tests/reference/steps/steps.py again"
step_cases.expect_power(step_cases.kept("values.json"))
step_cases.check_all("values.json", step_cases.check_float64)
