# labels: slow
# ctest: TIMEOUT 600
"""Plugins that others hold, that fail in the backward pass, leave LibTorch's state switched, or have state of their
own: who is at fault is named, nobody else's numbers change, and a resumed run goes on where they were."""

import os
import pathlib
import re
import signal
import subprocess
import sys
import time

import h5py

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

HOLDERS, AGAIN = (runs.BUILD / "tests/fixtures" / name for name in ("holders", "holders_again"))
# In float32: under autocast a loss gets copies of the features, through which nothing can be differentiated.
path = runs.experiment(runs.TINY.replace("epochs = 2", "steps = 6\ncalibrate = 64\ndtype = 'float32'"))


def words(*settings, folder=HOLDERS):
    number = len(list(pathlib.Path().glob("out-*")))
    more = [word for key, value in settings for word in ("--set", f"{key}={value}")]
    return ["run", path, "--plugin-path", folder, "--set", f"run.output=out-{number}", *more]


def refused(*settings, part, code=1, env=None):
    done = runs.byolab(*words(*settings), check=False, env=env)
    assert done.returncode == code, (settings, done.returncode, done.stdout, done.stderr)
    assert re.search(part, done.stderr), (settings, part, done.stderr)
    return done


def trained(*settings):
    return runs.folder_of(runs.byolab(*words(*settings)))


def faulty(does):
    return f'{{plugin="faulty_head", does="{does}"}}'


def held(does):
    return f'{{plugin="holding_encoder", neck={faulty(does)}}}'


# What a plugin made fails in the backward pass: it is named, and not the loss with which the pass begins. So is what
# another plugin holds.
for key, value in (("predictor", faulty), ("projector", faulty), ("encoder", held)):
    refused((key, value("backward throws")),
            part=r"error: head 'faulty_head' \(libholders\.so\) failed in forward\(\)'s gradient at step 0: no "
                 r"gradient here")
    refused((key, value("backward crashes")), code=-signal.SIGSEGV,
            part=r"head 'faulty_head' \(\S*libholders\.so\) in forward\(\)'s gradient at step 0 crashed \(segmentation "
                 r"fault\)")

# A loss that goes back by itself remains the one that runs.
refused(("loss", '{plugin="looking_loss", crashes=true}'), code=-signal.SIGSEGV,
        part=r"loss 'looking_loss' \(\S*libholders\.so\) in forward\(\) at step 0 crashed")
trained(("loss", '{plugin="looking_loss"}'))

# What a held plugin gives, or does to its own parts, is put down to it.
refused(("encoder", held("one row")), part=r"error: head 'faulty_head' \(libholders\.so\) failed in forward\(\)( at "
                                           r"step 0)?: it gave a tensor of shape \[1, 3\]")
refused(("encoder", held("late layer")), part=r"error: head 'faulty_head' \(libholders\.so\) failed in forward\(\).*: "
                                              r"it added or dropped parameters")
refused(("loss", '{plugin="combined", losses=["byol", "shapeless_loss"]}'),
        part=r"error: loss 'shapeless_loss' \(libholders\.so\) failed in forward\(\) at step 0: it gave a tensor of "
             r"shape \[32\]")
# What is held and no module of the holder would not be trained; an encoder made twice is to be the same twice.
refused(("encoder", '{plugin="holding_encoder", registers=false, neck="faulty_head"}'),
        part=r"error: --set encoder=.*: encoder 'holding_encoder' \(libholders\.so\) failed in its constructor: it "
             r"holds head 'faulty_head' \(libholders\.so\) and did not register it")
refused(("encoder", '{plugin="growing_encoder"}'),
        part=r"error: encoder 'growing_encoder' \(libholders\.so\) failed in features\(\): it gave 5, and 4 when it "
             r"was asked first")
refused(("encoder", '{plugin="growing_encoder", within=true}'),
        part=r"error: encoder 'growing_encoder' \(libholders\.so\) failed in its constructor: made a second time, for "
             r"the target, it has other parameters and buffers: 'more' is Float \[2\], and was Float \[1\]")
refused(("views.view1.augment", '[{plugin="remembering_augmentation"}]'),
        part=r"error: augmentation 'remembering_augmentation' \(libholders\.so\) failed in state\(\): it declares "
             r"'seen', and nothing would save it")
for encoder in (held("nothing"), '{plugin="holding_encoder", registers=false}'):  # `identity` has nothing to be trained
    trained(("encoder", encoder))

# What a plugin leaves switched in LibTorch changes nothing for others.
plain = runs.metrics(trained(("evaluate", '[{plugin="counting_evaluator"}]')))
for left in ("gradient off", "double", "autocast"):
    same = runs.metrics(trained(("evaluate", f'[{{plugin="counting_evaluator", leaves="{left}"}}]')))
    runs.assert_same(plain, same)

# The range of an option holds at every step of its schedule; one that hangs is told of before anything else runs.
for does, number in (("leaps", "1.5"), ("is nan", "nan")):
    refused(("target", f'{{plugin="keeping_rule", keep={{schedule="leaping_schedule", at=3, does="{does}"}}}}'),
            part=r"error: target_update 'keeping_rule' \(libholders\.so\) failed in update\(\) at step 3: the "
                 rf"schedule of 'keep' gives {number} at step 3, and keep must be in \[0, 1\]")
refused(("optimizer.lr", '{schedule="leaping_schedule", does="hangs"}'), env={"BYOLAB_LOAD_WATCHDOG": "10"},
        part=r"error: schedule 'leaping_schedule' \(libholders\.so\) in at\(\).* did not come back within 10 s")

# An evaluator's state is kept: killed at some moment, it goes on counting.
counting = ("evaluate", '[{plugin="counting_evaluator", every="2 steps"}]')
long = [counting, ("run.steps", 60), ("checkpoint.every", '"1 steps"')]
out = pathlib.Path(words(*long)[words(*long).index("--set") + 1].split("=")[1])
process = subprocess.Popen([runs.BIN, *map(str, words(*long))], stdout=subprocess.DEVNULL)
while not list(out.glob("*/checkpoint.pt")):
    time.sleep(0.01)
time.sleep(0.2)
process.kill()
process.wait()
again = ["run", path, "--plugin-path", AGAIN, "--set", f"run.output={out}", "--resume"]
again += [word for key, value in long for word in ("--set", f"{key}={value}")]
done = runs.byolab(*again)
folder = runs.folder_of(done)
counts = runs.metrics(folder)["counting_evaluator/count"]
assert list(counts) == list(range(1, 32)), counts

# It went on with another build of the library, which is said, and recorded.
if int(re.search(r"resumed at step (\d+) of 60", done.stdout + done.stderr)[1]) < 60:
    said = "note: evaluator 'counting_evaluator' is another build than the one of the steps before"
    assert said in done.stdout + done.stderr, done
    with h5py.File(folder / "run.h5") as record:
        rows = [row for row in record["plugins"] if row["name"] == b"counting_evaluator"]
    libraries = [pathlib.Path(row["library"].decode()).name for row in rows]
    assert libraries == ["libholders.so", "libholders_again.so"], rows
    assert rows[0]["from_step"] == 0 < rows[1]["from_step"] and rows[0]["sha256"] != rows[1]["sha256"], rows

# A schedule's name is a schedule's: a head and an evaluator that are called `linear`, too, took no part.
with h5py.File(trained(counting, ("optimizer.lr", '{schedule="linear", from=1e-3, to=0}')) / "run.h5") as record:
    kinds = {row["kind"] for row in record["plugins"] if row["name"] == b"linear"}
assert kinds == {b"schedule"}, kinds
print("the one at fault is named, states are kept, builds recorded")
