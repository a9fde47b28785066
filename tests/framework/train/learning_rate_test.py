# labels: slow
"""A run's first lines say its learning rate: as it is written, or times batch / lr_reference_batch where that is asked
for. What they say is what the record then has."""

import os
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

path = runs.experiment()  # 8 steps of 32 an epoch, two epochs


def said_and_recorded(name, optimizer):
    done = runs.byolab("run", path, "--set", f'run.name="{name}"', "--set", f"optimizer={optimizer}")
    lines = [line for line in done.stdout.splitlines() if line.startswith("learning rate ")]
    assert len(lines) == 1, done.stdout
    assert done.stdout.splitlines().index(lines[0]) < 7, done.stdout
    return lines[0], runs.metrics(runs.folder_of(done), ["train"])["train/lr"]


for plugin in ("sgd", "lars", "adamw"):
    line, rates = said_and_recorded(plugin, f'{{plugin="{plugin}", lr=0.003}}')
    assert line == "learning rate 0.003; lr: 0.003", line
    assert set(rates) == {rates[0]} and abs(rates[0] - 0.003) < 1e-9, rates

cosine = '{schedule="cosine", from=0.2, to=0.0, warmup="1 epoch"}'
for asked, factor in (("", 1.0), (", lr_reference_batch=256", 32 / 256)):
    for plugin in ("sgd", "lars", "adamw"):
        name = f"{plugin}_{'asked' if asked else 'plain'}"
        line, rates = said_and_recorded(name, f'{{plugin="{plugin}", lr={cosine}{asked}}}')
        found = re.match(r"learning rate (\S+) at its highest \(step (\d+) of 16\), (\S+) at first, (\S+) at last; "
                         r"lr: cosine, from 0.2, to 0, .*warmup 1 epoch(; × 32/256)?$", line)
        assert found and bool(found[5]) == bool(asked), line
        highest, step, first, last = float(found[1]), int(found[2]), float(found[3]), float(found[4])
        assert abs(highest - 0.2 * factor) < 1e-6 and step == 8 and first == 0, line
        assert rates.argmax() == 8 and abs(rates.max() - highest) < 1e-4 * highest, (line, rates)
        assert rates[0] == 0 and abs(rates[-1] - last) < 1e-3 * last, (line, rates)

# A run without a step has no rate.
done = runs.byolab("run", path, "--set", "run.epochs=0", "--set", 'run.name="none"')
assert "learning rate" not in done.stdout, done.stdout
