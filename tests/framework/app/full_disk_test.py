# ctest: TIMEOUT 300
"""A full disk: one message, nothing lost, and exact resumption once there is room."""

import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

disk = pathlib.Path("disk").absolute()
disk.mkdir()
if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1200k", "tmpfs", str(disk)],
                  stderr=subprocess.DEVNULL).returncode != 0:
    print("no file system of a small size can be mounted here")
    sys.exit(77)
try:
    calm = runs.metrics(runs.run(runs.experiment(), "--set", "run.output=calm"))
    (disk / "filler").write_bytes(b"x" * 900_000)
    done = runs.byolab("run", runs.experiment(), "--set", f"run.output={disk}", check=False)
    assert done.returncode == 1 and "space" in done.stderr, (done.returncode, done.stdout, done.stderr)
    (disk / "filler").unlink()
    subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
    folder = runs.run(runs.experiment(), "--set", f"run.output={disk}", "--go-on")
    runs.assert_same(calm, runs.metrics(folder))
finally:
    subprocess.run(["umount", str(disk)], check=True)
