# labels: slow
# ctest: TIMEOUT 900 PROCESSORS 2
"""`byolab plugin check --source`: sanitizers find what is wrong under plugins that seem to work."""

import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

EXPECTED = {
    "address": {"overflows": "heap-buffer-overflow", "undefined": "signed integer overflow", "leaks": "leaked",
                "races": None},
    # It may see "overflows", too: what stands behind an array is another's memory.
    "thread": {"overflows": ..., "undefined": None, "leaks": None, "races": "data race"},
}
sdk = pathlib.Path("sdk").absolute()
subprocess.run(["cmake", "--install", runs.BUILD, "--prefix", sdk], check=True, capture_output=True)
shutil.copytree(runs.SOURCE / "tests/fixtures/unsanitary", "unsanitary")


def check(sanitizer):
    done = subprocess.run([sdk / "bin/byolab", "plugin", "check", "--source", "unsanitary", "--sanitizer", sanitizer,
                           "--json"],
                          capture_output=True, text=True)
    assert done.returncode == 1, (sanitizer, done.returncode, done.stdout, done.stderr)
    reports = json.loads(done.stdout)
    assert {report["name"] for report in reports} == EXPECTED[sanitizer].keys()
    for report in reports:
        failed = [result["sentence"] for result in report["checks"] if result["outcome"] == "failed"]
        part = EXPECTED[sanitizer][report["name"]]
        if part is ...:
            continue
        if part is None:
            assert report["passed"], (sanitizer, report)
        else:
            assert failed and part in failed[0], (sanitizer, report["name"], failed)
            assert sanitizer == "thread" or report["name"] == "leaks" or "unsanitary.cpp:" in failed[0], failed


with concurrent.futures.ThreadPoolExecutor(2) as pool:
    list(pool.map(check, EXPECTED))

# Such a library is refused where nobody asked for it; what is no project says so.
library = next(pathlib.Path("unsanitary/build-address").rglob("*.so"))
done = subprocess.run([sdk / "bin/byolab", "plugin", "check", library], capture_output=True, text=True)
assert done.returncode == 1 and "sanitizer" in done.stderr and "<- differs" in done.stderr, done.stderr
done = subprocess.run([sdk / "bin/byolab", "plugin", "check", "--source", "sdk"], capture_output=True, text=True)
assert done.returncode == 1 and "is no plugin project" in done.stderr, done.stderr
