# ctest: TIMEOUT 900
"""Whole steps against lightly's own classes: the same batches and weights give the same losses."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import step_cases

assert set(step_cases.kept("peers.json")) == set(step_cases.cases.PEERS), "run tests/reference/steps/peers.py again"
step_cases.check_all("peers.json", step_cases.check_float64)
step_cases.check_all("peers.json", step_cases.check_float32)
