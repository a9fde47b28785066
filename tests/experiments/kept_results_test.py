"""The indexes of the sweeps that were run are kept, `byolab claims` judges them, and the README says what they say."""

import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

PAPER = runs.SOURCE / "experiments" / "paper"
claims = json.loads(runs.byolab("claims", PAPER, "--json").stdout)
kept = {pathlib.Path(claim["sweep"]).stem for claim in claims}
assert kept >= {"target", "byol_to_simclr", "collapse"}, kept
text = (PAPER / "README.md").read_text()
for claim in claims:
    statement = f"| {claim['text']} | **{claim['verdict']}** |"
    assert claim["seeds"] >= 5 or claim["verdict"] == "not judged", claim
    if claim["seeds"] >= 5:
        assert statement in text, f"the README does not say: {statement}"
table = runs.byolab("claims", PAPER).stdout
assert table.count("p < 0.001") >= 3 and "not judged" in table, table
# The text of the sweep's TOML, as it was run, makes these claims still.
for name in kept:
    toml = (PAPER / f"{name}.toml").read_text()
    for claim in claims:
        assert pathlib.Path(claim["sweep"]).stem != name or json.dumps(claim["text"]) in toml, (name, claim["text"])
print(f"{len(claims)} claims of {len(kept)} sweeps")
