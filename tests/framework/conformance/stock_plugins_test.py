# labels: slow
# ctest: TIMEOUT 900
"""Every stock library passes `byolab plugin check` as it is: each plugin says itself what it is to be tried with."""

import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

TEMPORARY = pathlib.Path("temporary").absolute()  # other tests leave things in the usual one
TEMPORARY.mkdir()
os.environ["TMPDIR"] = str(TEMPORARY)

LIBRARIES = sorted((runs.BUILD / "lib/byolab/plugins").glob("*.so"))
done = runs.byolab("plugin", "check", *LIBRARIES, "--json", check=False)
assert done.stdout, done.stderr
reports = json.loads(done.stdout)
wrong = [f"{report['kind']} {report['name']}: {result['check']}: {result['outcome']}: {result['sentence']}"
         for report in reports for result in report["checks"] if result["outcome"] in ("failed", "not tried")]
assert not wrong and done.returncode == 0, "\n".join(wrong)

# None was left out, and each was tried: no kind's checks are all passed over.
listed = {(plugin["kind"], plugin["name"]) for plugin in json.loads(runs.byolab("plugin", "list", "--json").stdout)}
assert {(report["kind"], report["name"]) for report in reports} == listed
laws = {report["name"]: {result["check"]: result["outcome"] for result in report["checks"]}.get("laws")
        for report in reports if report["kind"] == "target_update"}
assert set(laws.values()) == {"passed"}, laws
for report in reports:
    assert sum(result["outcome"] == "passed" for result in report["checks"]) >= 3, report

# What each was tried with is said; files that were written for it are gone.
options = {report["name"]: report["options"] for report in reports}
assert options["combined"] == 'losses = ["byol", "supervised"]' and options["byol"] == "", options
assert options["image_folder"] == 'root = "FOLDER"', options
assert not list(TEMPORARY.iterdir()), "files were left behind"
done = runs.byolab("plugin", "check", "random_apply")
assert '  tried with augment = "color_jitter"\n' in done.stdout, done.stdout

# Options that a user gives are the user's: only what is required and missing is added.
for words, options in ((["convnet", "--set", "channels=[3]", "--set", "strides=[1]"], "channels = [3], strides = [1]"),
                       (["random_apply", "--set", "p=0.25"], 'p = 0.25, augment = "color_jitter"')):
    done = runs.byolab("plugin", "check", *words, "--json")
    assert json.loads(done.stdout)[0]["options"] == options, done.stdout
