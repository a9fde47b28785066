# labels: slow
"""`byolab plugin check` finds what is wrong with each wrong plugin, and nothing else; a crash or a hang names its
call."""

import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

LIBRARY = runs.BUILD / "tests/fixtures/wrong_plugins/libwrong_plugins.so"
# plugin: the one check that it fails, and a part of the sentence that says why.
WRONG = {
    "wrong_shape": ("shapes", "gave [4, 3, 1, 1], where [4, 3] was expected"),
    "wrong_mode": ("shapes", "in evaluation mode: forward() of an input of shape [4, 3, 32, 32] gave [4, 6], where [4, "
                             "3] was expected"),
    "wrong_noise": ("determinism", "gave different numbers"),
    "wrong_layout": ("layouts", "channels-last input gave other numbers"),
    "wrong_at_zero": ("extremes", "holds NaN or infinity on zeros"),
    "wrong_queue": ("gradients", "the slope along a direction of the projection of view 1"),
    "wrong_recall": (("gradients", "state"), "called twice with the same input and the same declared state"),
    "wrong_example": ("shapes", "unknown key 'colour' for loss 'wrong_example'"),
    "wrong_gradient": ("gradients", "the slope along a direction of the prediction of view 1"),
    "wrong_target": ("target", "the target asks for gradients"),
    "wrong_range": ("options", "temperature = 0.0 lies in its declared range"),
    "wrong_law": ("laws", "with any options the target's parameters stay as they are"),
    "wrong_state": ("state", "saved after 3 steps and restored"),
    "wrong_memory": ("target", "shares its memory with the online network's"),
    "wrong_metrics": ("metrics", "values() gives 1 numbers for 2 declared metrics"),
    "wrong_direction": ("direction", "the first step goes uphill"),
    "wrong_clip": ("lent", "it changed the gradient of a parameter, which it is only lent: work on a copy, or declare "
                           "scales_gradients()"),
    "wrong_scale": ("lent", "otherwise than by one number ≥ 0, which is what scales_gradients() allows"),
    "wrong_thread": ("threads", "gave other numbers on 4 threads"),
    "wrong_curve": ("threads", "gave other numbers on 4 threads"),
    "wrong_guest": ("lent", "it changed the held-out features"),
    "wrong_label": ("shapes", "gave 2, and there are 2 classes"),
    "crashes": ("shapes", "libwrong_plugins.so) in forward() at step 0 crashed (segmentation fault)"),
    "wrong_name": ("metrics", "'age/steps' is no name for a column of the record"),
    "exits": ("shapes", "libwrong_plugins.so) in update() at step 0 ended the process with exit(0)"),
    "leaves": ("shapes", "the process ended with exit code 0 in the midst"),
    "hangs": ("determinism", "it did not come back within 20 s, in update() at step 3"),
}
BASIC = ("shapes", "determinism")  # what comes after them is not tried

done = runs.byolab("plugin", "check", LIBRARY, "--json", "--timeout", 20, check=False)
assert done.returncode == 1, (done.returncode, done.stderr)
reports = {report["name"]: report for report in json.loads(done.stdout)}
assert reports.keys() == WRONG.keys(), reports.keys() ^ WRONG.keys()
for name, (check, part) in WRONG.items():
    results = {result["check"]: result for result in reports[name]["checks"]}
    failed = [each for each, result in results.items() if result["outcome"] == "failed"]
    sentences = [results[each]["sentence"] for each in failed]
    checks = [check] if isinstance(check, str) else [*check]
    assert failed == checks, f"{name} failed {failed}, not {check} alone: {sentences}"
    assert part in sentences[0], f"{name}: {sentences}"
    untried = [each for each, result in results.items() if result["outcome"] == "not tried"]
    assert bool(untried) == (check in BASIC), f"{name}: not tried were {untried}"
    assert not reports[name]["passed"]

# The table says the same, and one plugin can be picked.
done = runs.byolab("plugin", "check", LIBRARY, "--kind", "optimizer", check=False)
assert done.returncode == 1 and "0 of 3 plugins passed" in done.stdout, done.stdout
assert any(line.split()[:2] == ["direction", "FAILED"] for line in done.stdout.splitlines()), done.stdout

# Those that are right pass as they are: queues that move at each call, a clip of the gradients' norm, demands.
right = runs.BUILD / "tests/fixtures/right_plugins/libright_plugins.so"
for report in json.loads(runs.byolab("plugin", "check", right, "--json").stdout):
    assert report["passed"], report
    tried = {check["check"]: check["outcome"] for check in report["checks"]}
    assert tried.get("gradients", "passed") == "passed" and tried.get("lent", "passed") == "passed", report

# What cannot be checked says why.
os.mkfifo("libpipe.so")
for words, part in (
    (["no_such_plugin"], "there is no plugin 'no_such_plugin'"),
    (["nowhere/libx.so"], "there is no file"),
    ([runs.BUILD / "lib/libbyolab.so"], "cannot be used"),
    ([LIBRARY, "--set", "depth=3"], "which of the 27 plugins is meant?"),
    ([LIBRARY, "--kind", "ruler"], "is no kind of plugin"),
    (["ema", "--set", "tua=0.9", "--set", 'when="x"'], "unknown key 'tua' for target_update 'ema'"),
    (["ema", "--set", "tau=2"], "'tau' of target_update 'ema' must be in [0, 1], found 2"),
    (["./libpipe.so"], "it is not a regular file"),
    (["ema", "--timeout", "0"], "'0' is no number of seconds greater than 0"),
):
    done = runs.byolab("plugin", "check", *words, check=False)
    assert done.returncode in (1, 2, 105) and part in done.stderr, (words, done.returncode, done.stderr)
