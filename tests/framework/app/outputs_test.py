# ctest: TIMEOUT 600
"""Where things are written: links, devices, pipes and standard output as -o; descriptors that are closed at the start;
output that does not arrive; a display that goes away; a terminal that hangs up."""

import os
import pathlib
import signal
import stat
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs
import h5py

tiny = runs.experiment()
folder = runs.run(tiny)
csv = runs.byolab("export", folder, "--to", "csv", "-o", "rows.csv").stdout
assert csv == "wrote rows.csv\n", csv
rows = pathlib.Path("rows.csv").read_bytes()


def refused(*words, part, **options):
    done = runs.byolab(*words, check=False, **options)
    assert done.returncode == 1 and part in done.stderr, (words, done.returncode, done.stdout, done.stderr)


# Standard output, under each of its names, holds the data alone.
for name in ("-", "/dev/stdout", "/dev/fd/1"):
    done = subprocess.run([runs.BIN, "export", folder, "--to", "csv", "-o", name], capture_output=True)
    assert done.returncode == 0 and done.stdout == rows, (name, done.stdout[-200:], done.stderr)
    with open("redirected", "wb") as file:
        assert subprocess.run([runs.BIN, "export", folder, "--to", "csv", "-o", name], stdout=file).returncode == 0
    assert pathlib.Path("redirected").read_bytes() == rows, name
page = subprocess.run([runs.BIN, "report", folder, "-o", "-"], capture_output=True).stdout
assert page.lstrip().lower().startswith(b"<!doctype html") and b"wrote" not in page[-200:]
for form in ("pt", "safetensors"):
    runs.byolab("export", folder, "--to", form, "-o", f"weights.{form}")
    done = subprocess.run([runs.BIN, "export", folder, "--to", form, "-o", "-"], capture_output=True)
    assert done.stdout == pathlib.Path(f"weights.{form}").read_bytes()
refused("export", folder, "--to", "tensorboard", "-o", "-", part="folders")

# A link is neither followed nor replaced.
pathlib.Path("kept.txt").write_text("kept")
pathlib.Path("link.csv").symlink_to("kept.txt")
pathlib.Path("nowhere.csv").symlink_to("not_there.txt")
for name in ("link.csv", "nowhere.csv"):
    refused("export", folder, "--to", "csv", "-o", name, part="is a link to")
    refused("report", folder, "-o", name, part="is a link to")
    assert pathlib.Path(name).is_symlink() and not pathlib.Path("not_there.txt").exists()
pathlib.Path("rows.csv.tmp").symlink_to("kept.txt")  # where the file is made before it is renamed
runs.byolab("export", folder, "--to", "csv", "-o", "rows.csv")
refused("run", tiny, "--replace", "--profile", "link.csv", part="no ordinary file")
assert pathlib.Path("kept.txt").read_text() == "kept" and not pathlib.Path("rows.csv").is_symlink()

# A pipe is written into, and stays a pipe; so does a device, if one may be made here.
os.mkfifo("pipe")
reader = subprocess.Popen(["cat", "pipe"], stdout=subprocess.PIPE)
runs.byolab("export", folder, "--to", "csv", "-o", "pipe")
assert reader.communicate()[0] == rows and stat.S_ISFIFO(os.stat("pipe").st_mode)
full = "/dev/full"
try:
    os.mknod("full", 0o666 | stat.S_IFCHR, os.makedev(1, 7))
    open("full", "rb").close()
    full = "full"
except OSError:
    pass  # not root, or devices mean nothing here
for words in (["export", folder, "--to", "csv"], ["report", folder]):
    refused(*words, "-o", full, part="No space left on device")
    assert stat.S_ISCHR(os.stat(full).st_mode), "the device was replaced"
refused("export", folder, "--to", "csv", "-o", ".", part="is a folder")

# `lock` is neither followed nor written over where it is none of byolab's.
for make in (lambda lock: lock.symlink_to("../kept.txt"), lambda lock: lock.write_text("my own"), os.mkfifo):
    own = pathlib.Path("own")
    own.mkdir()
    make(own / "lock")
    refused("run", tiny, "--folder", own, part="lock", timeout=60)
    if (own / "lock").is_file():
        assert (own / "lock").read_text() in ("kept", "my own")
    (own / "lock").unlink()
    own.rmdir()

# What was asked for and could not be written is no success.
for words in (["show", folder], ["compare", folder, "--format", "csv"], ["compare", folder, "--format", "json"],
              ["schema"], ["plugin", "list"], ["plugin", "list", "--json"], ["plugin", "describe", "byol"],
              ["run", tiny, "--print"], ["export", folder, "--to", "csv", "-o", "-"], ["--help"], ["--version"],
              ["export", folder, "--to", "csv", "-o", "rows.csv"]):
    with open("/dev/full", "wb") as device:
        done = subprocess.run([runs.BIN, *map(str, words)], stdout=device, stderr=subprocess.PIPE, text=True)
    assert done.returncode != 0 and "No space left on device" in done.stderr, (words, done.returncode, done.stderr)

# A run is its record: a display that nobody can see any more does not end it, nor make it a failure.
for number, sink in enumerate(("/dev/full", "closed pipe")):
    if sink == "/dev/full":
        output = open(sink, "wb")  # noqa: SIM115
    else:
        ends = os.pipe()
        os.close(ends[0])
        output = os.fdopen(ends[1], "wb")
    with output:
        done = subprocess.run([runs.BIN, "run", tiny, "--folder", f"unseen{number}"], stdout=output,
                              stderr=subprocess.PIPE, text=True)
    assert done.returncode == 0 and done.stderr.count("cannot be written any more") == 1, (done.returncode, done.stderr)
    assert h5py.File(f"unseen{number}/run.h5").attrs["status"] == b"finished"

# Closed descriptors: the record has none of them. The shell closes them, as a user would.
subprocess.run(f"'{runs.BIN}' run {tiny} --plain --folder closed <&- >&- 2>&-", shell=True, check=True)
with h5py.File("closed/run.h5") as record, h5py.File("unseen0/run.h5") as seen:
    assert record.attrs["status"] == b"finished"
    assert record["metrics/train/loss"][:].tolist() == seen["metrics/train/loss"][:].tolist()
assert runs.byolab("repair", "closed").stdout.endswith("nothing to repair\n")

# A terminal that hangs up stops a run as SIGTERM does; under nohup it does not.
LONG = runs.TINY.replace("epochs = 2", "epochs = 2000")
long = runs.experiment(LONG, "long.toml")


def hung_up(*before, folder):
    process = subprocess.Popen([*before, runs.BIN, "run", long, "--plain", "--folder", folder], stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True)
    for line in process.stdout:
        if "img/s" in line:  # a step was done
            break
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGHUP)  # the kernel and the shell both say so
    return process


process = hung_up(folder="hung_up")
text = process.communicate(timeout=300)[0]
assert process.returncode == 130 and "SIGHUP" in text, (process.returncode, text)
assert (pathlib.Path("hung_up") / "checkpoint.pt").exists()
assert h5py.File("hung_up/run.h5").attrs["status"] == b"stopped"
process = hung_up("nohup", folder="goes_on")
time.sleep(1)
assert process.poll() is None, "nohup was not honoured"
process.send_signal(signal.SIGTERM)
text = process.communicate(timeout=300)[0]
assert process.returncode == 130 and "SIGTERM" in text, (process.returncode, text)
