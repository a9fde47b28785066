# ctest: TIMEOUT 900
"""The golden runs are what they were: identities exactly, losses to 1e-6."""

import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "golden"))
import golden

kept = json.loads((golden.HERE / "golden.json").read_text())
assert set(kept) == set(golden.CASES), "run tests/golden/golden.py again"
found = golden.run_all(os.environ["BYOLAB_BIN"])

wrong = []
for name, run in found.items():
    was = kept[name]
    if run["identity"] != was["identity"]:
        wrong.append(f"{name}: its identity was {was['identity']}, and is {run['identity']}")
    off = max(abs(a - b) / abs(b) for a, b in zip(run["losses"], was["losses"], strict=True))
    print(f"{name:20} losses {off:.1e} off, weights {'equal' if run['weights'] == was['weights'] else 'others'}")
    if name not in golden.HERE_ALONE and not off <= 1e-6:
        wrong.append(f"{name}: losses are {off:.1e} off")
assert not wrong, "\n".join(wrong) + "\nWhere that is meant: python3 tests/golden/golden.py build/bin/byolab"
