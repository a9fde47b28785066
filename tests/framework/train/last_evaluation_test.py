"""A run whose last evaluation fails has its network: --resume evaluates it, and ends as one that nothing disturbed."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

FAILING = str(runs.BUILD / "tests/fixtures/harms")
path = runs.experiment(runs.TINY + '\n[[evaluate]]\nplugin = "harmful_evaluator"\ndoes = "fails at the end"\n')
calm = runs.run(path, "--plugin-path", FAILING, "--set", "run.output=calm")
done = runs.byolab("run", path, "--plugin-path", FAILING, "--set", "run.output=failed", check=False,
                   env={"BYOLAB_TEST_FAIL_AT_THE_END": "1"})
assert done.returncode == 1 and "evaluator 'harmful_evaluator'" in done.stderr, done.stderr
(folder,) = pathlib.Path("failed").iterdir()
assert runs.attributes(folder)["status"] == "failed" and (folder / "checkpoint.pt").exists()
again = runs.byolab("run", path, "--plugin-path", FAILING, "--set", "run.output=failed", "--resume")
assert "resumed at step 16 of 16" in again.stdout, again.stdout
assert runs.attributes(folder)["status"] == "finished"
runs.assert_same(runs.metrics(calm), runs.metrics(folder))
print("a network outlives its last evaluation")
