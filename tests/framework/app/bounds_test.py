"""Numbers that no machine can serve are refused with their range, before anything is made."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

path = runs.experiment()
for setting in ("run.epochs=9223372036854775807", "run.workers=100000", "run.threads=1000000"):
    done = runs.byolab("run", path, "--set", setting, check=False)
    key = setting.split("=")[0].split(".")[1]
    assert (done.returncode == 2
            and f"'{key}' of [run] must be" in done.stderr), (setting, done.returncode, done.stdout, done.stderr)
assert not pathlib.Path("runs").exists()
