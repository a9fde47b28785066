# ctest: TIMEOUT 1800
"""--resume goes on with what is there, for longer or with more evaluators than before as a run of its own, and says
what it looked for where there is nothing."""

import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs
import h5py
import numpy
from images import image_folder

path = runs.experiment()


def byolab_run(*words, **options):
    return runs.byolab("run", path, *words, **options)


def environment(run):
    with h5py.File(pathlib.Path(run) / "run.h5") as record:
        return {name: value.decode() for name, value in record["environment"].attrs.items()}


def refused(*words):
    """The message of a --resume that finds nothing; it leaves nothing behind."""
    before = sorted(pathlib.Path(".").rglob("*"))
    done = byolab_run("--resume", *words, check=False)
    assert done.returncode == 1 and "--resume finds nothing to go on with" in done.stderr, (done.stdout, done.stderr)
    assert sorted(pathlib.Path(".").rglob("*")) == before
    return done.stderr


# Nothing there at all.
message = refused()
assert "there is no run " in message and "nor any other in" in message and "leave --resume out" in message, message

# Another seed, another key: the nearest run, and what differs.
first = runs.folder_of(byolab_run())
elsewhere = runs.folder_of(byolab_run("--set", "run.seed=5", "--set", "optimizer.lr=1e-3"))
message = refused("--set", "run.seed=1")
assert f"nearest  {first} (finished, of 16 steps)" in message, message
assert "\n    run.seed: 0 there, 1 here\n" in message, message
message = refused("--set", "run.seed=6", "--set", "optimizer.lr=1e-3")
assert f"nearest  {elsewhere}" in message and "run.seed: 5 there, 6 here" in message, message
message = refused("--set", "run.epochs=1")  # no run is made shorter
assert "run.epochs = 2 there, run.epochs = 1 here" in message, message
message = refused("--set", "evaluate.collapse.remove=true", "--set", "run.epochs=3")
assert "evaluate.collapse.plugin: collapse there, none here" in message, message
message = refused("--set", "run.name=renamed")
assert "run.name: tiny there, renamed here" in message, message
# In a folder of one's own.
other = byolab_run("--resume", "--folder", elsewhere, check=False)
assert other.returncode == 1 and f"another run is in {elsewhere}" in other.stderr, other.stderr
assert "optimizer.lr: " in other.stderr, other.stderr

# Data of other keys; then files that changed under the same keys, which a longer run does not hide.
message = refused("--set", "data.train=128", "--set", "run.batch_size=16")
assert "data.train: 256 there, 128 here" in message, message
image_folder("images", images=32)
path = runs.experiment(runs.TINY.replace('plugin = "shapes"\ntrain = 256\ntest = 64',
                                         'plugin = "image_folder"\nroot = "images"'), "files.toml")
kept_in = ["--set", "run.output=files", "--set", "run.batch_size=8"]
byolab_run(*kept_in, "--set", "run.steps=2")
one, other = sorted(pathlib.Path("images/train").rglob("*.png"))[:2]
before_it_changed = one.read_bytes()
one.write_bytes(other.read_bytes())
for words in (["--set", "run.steps=2"], ["--set", "run.steps=4"]):
    message = refused(*kept_in, *words)
    assert "\n    its images are others than those that are there now\n" in message, message
    assert ("run.steps = 2 there, run.steps = 4 here" in message) == (words[1] == "run.steps=4"), message
one.write_bytes(before_it_changed)
assert "at step 2 of 4" in byolab_run("--resume", *kept_in, "--set", "run.steps=4").stdout
path = runs.experiment()

# The order of views, or of a view's augmentations, is no key, but changes what is trained.
swapped = runs.TINY.replace('preset = "cifar"', 'preset = "?"').replace("cifar_prime", "cifar")
swapped = swapped.replace("?", "cifar_prime")
assert swapped != runs.TINY
named = [text.replace('preset = "cifar"', 'name = "one"\npreset = "cifar"')
         .replace('preset = "cifar_prime"', 'name = "two"\npreset = "cifar_prime"') for text in (runs.TINY, swapped)]
runs.experiment(named[0])
in_order = runs.folder_of(byolab_run("--set", "run.output=order"))
runs.experiment(named[1])
for words in ([], ["--set", "run.epochs=3"]):
    message = refused("--set", "run.output=order", *words)
    assert "\n    views: one, two there, two, one here\n" in message, message
runs.experiment()

# This very run is elsewhere than --folder says: nothing is written there, nor into its own folder.
message = refused("--folder", "nowhere")
assert "nothing: it is this very run, in another folder" in message and f"nearest  {first}" in message, message

# --go-on begins what is not there.
begun = runs.folder_of(byolab_run("--go-on", "--set", "run.seed=9"))
assert runs.attributes(begun)["status"] == "finished"

# Longer: a run of its own, with the rows of the first one and the rest, which says so.
kept = (first / "run.h5").read_bytes()
done = byolab_run("--resume", "--set", "run.epochs=4")
longer = runs.folder_of(done)
assert longer != first and (first / "run.h5").read_bytes() == kept
assert f"continues {first} at step 16 of 32, as a run of its own" in done.stdout, done.stdout
assert "schedules over the whole run change here: before step 16 those of a run of 16 steps" in done.stdout, done.stdout
found = environment(longer)
assert found["continues"] == runs.attributes(first)["run_id"] and found["continues_step"] == "16", found
assert found["continued"] == "begun for 16 steps; from step 16 on for 32 steps in all" and found["steps"] == "32", found
assert "those of a run of 16 steps, then those of one of 32" in found["schedules"], found
rows, before = runs.metrics(longer), runs.metrics(first)
assert list(rows["train/step"]) == list(range(32))
for name in ("train/loss", "knn/top1", "collapse/z_std"):
    numpy.testing.assert_array_equal(rows[name][:len(before[name])], before[name], err_msg=name)
assert list(rows["knn/step"]) == [0, 8, 16, 24, 32] and runs.attributes(longer)["status"] == "finished"

# It is no plain run of that length, neither by its identity nor to whoever compares.
plain = runs.folder_of(byolab_run("--set", "run.epochs=4"))
assert plain != longer and runs.attributes(plain)["run_id"] != runs.attributes(longer)["run_id"]
table = runs.byolab("compare", plain, longer, "--metric", "knn/top1").stdout
assert "begun for 16 steps; from step 16 on for 32 steps in all" in table, table
# Now that the plain one is there, --resume means that one.
assert runs.folder_of(byolab_run("--resume", "--set", "run.epochs=4")) == plain

# A continued run is resumed and continued as any other, and keeps saying what it is.
third = runs.folder_of(byolab_run("--resume", "--set", "run.steps=40"))
assert third not in (first, plain, longer) and environment(third)["continues"] == runs.attributes(plain)["run_id"]
fourth = runs.folder_of(byolab_run("--resume", "--set", "run.epochs=6"))
assert runs.folder_of(byolab_run("--resume", "--set", "run.epochs=6")) == fourth
assert environment(fourth)["continues"] == runs.attributes(third)["run_id"]
assert (environment(fourth)["continued"] ==
        "begun for 32 steps; from step 32 on for 40 steps in all; from step 40 on for 48 steps in all")

# The same twice gives the same: identity, rows, bits.
runs.byolab("run", path, "--set", "run.seed=3", "--set", "run.output=a", "--set", "run.epochs=1")
runs.byolab("run", path, "--set", "run.seed=3", "--set", "run.output=b", "--set", "run.epochs=1")
both = [runs.folder_of(byolab_run("--resume", "--set", "run.seed=3", "--set", f"run.output={out}", "--set",
                                  "run.epochs=3")) for out in ("a", "b")]
runs.assert_same(*map(runs.metrics, both))
assert runs.attributes(both[0])["run_id"] == runs.attributes(both[1])["run_id"]

# Killed at any moment, it is resumed from where it began, or later, and never from step 0.
words = ["--set", "run.seed=4", "--set", "checkpoint.keep=2", "--set", "checkpoint.best=knn/top1"]
longer_words = [*words, "--set", "run.epochs=12", "--resume"]
for out in ("killed", "calm"):
    short = runs.folder_of(byolab_run(*words, "--set", "run.epochs=1", "--set", f"run.output={out}"))
process = subprocess.Popen([runs.BIN, "run", path, *longer_words, "--set", "run.output=killed"],
                           stdout=subprocess.DEVNULL)
while len(list(pathlib.Path("killed").glob("*/checkpoint.pt"))) < 2:
    assert process.poll() is None
    time.sleep(0.001)
process.kill()
process.wait()
done = byolab_run(*longer_words, "--set", "run.output=killed")
assert "resumed at step " in done.stdout and "resumed at step 0 " not in done.stdout, done.stdout
calm = runs.folder_of(byolab_run(*longer_words, "--set", "run.output=calm"))
runs.assert_same(runs.metrics(calm), runs.metrics(runs.folder_of(done)))
assert environment(runs.folder_of(done))["continues_step"] == "8"
assert (calm / "checkpoint-96.pt").exists() and len(list(calm.glob("checkpoint*.pt"))) >= 3, sorted(calm.iterdir())

# Evaluators may be added: they look at the network where it is, and the rest is as it was.
path = runs.experiment(runs.TINY + '\n[[evaluate]]\nplugin = "linear"\n', "tiny.toml")
done = byolab_run("--resume")
added = runs.folder_of(done)
assert "another build" not in done.stdout, done.stdout
assert added not in (first, longer, plain)
rows = runs.metrics(added)
assert list(rows["linear/step"]) == [16] and 0 <= rows["linear/top1"][0] <= 100, rows["linear/step"]
for name in ("train/loss", "knn/top1"):
    numpy.testing.assert_array_equal(rows[name], before[name], err_msg=name)
assert "evaluators added at step 16" in environment(added)["continued"], environment(added)
again = runs.folder_of(byolab_run("--resume"))
assert again == added and list(runs.metrics(added)["linear/step"]) == [16]
path = runs.experiment()

# What the machine settles by itself is taken from the run that is resumed.
automatic = runs.TINY.replace("threads = 1\n", "")
path = runs.experiment(automatic, "free.toml")
here = runs.byolab("run", path, "--set", "run.name=free").stdout
free = next(pathlib.Path("runs").glob("free-*"))
with h5py.File(free / "run.h5", "r+") as record:
    threads = record["environment"].attrs["threads"].decode()
assert threads.isdigit()
path = runs.experiment(automatic + "\n", "free.toml")
explicit = runs.byolab("run", path, "--set", "run.name=free", "--set", "run.output=two", "--set",
                       f"run.threads={int(threads) + 1}", "--set", "run.epochs=1")
two = runs.folder_of(explicit)
with h5py.File(two / "run.h5", "r+") as record:  # as if a machine with one core more had settled it by itself
    text = record["config/resolved"].asstr()[()].replace(f"threads = {int(threads) + 1}\n", "threads = 0\n")
    del record["config/resolved"]
    record["config"].create_dataset("resolved", data=numpy.bytes_(text.encode()))
done = runs.byolab("run", path, "--set", "run.name=free", "--set", "run.output=two", "--set", "run.epochs=1",
                   "--resume")
assert runs.folder_of(done) == two and "computes as the run that is resumed: " in done.stdout, done.stdout
assert f"{int(threads) + 1} threads" in done.stdout, done.stdout
print("resumed, continued, or told why not")
