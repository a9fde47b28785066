# labels: slow
# ctest: TIMEOUT 900
"""Bad input gives one clear message, a non-zero exit, and never a crash; what was logged stays."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs
from images import image_folder


def refused(*words, code=1, **options):
    done = runs.byolab(*words, check=False, **options)
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    for bad in ("terminate called", "Segmentation", "frame #", "what():"):
        assert bad not in done.stderr, done.stderr
    return done.stderr


def says(text, *parts):
    for part in parts:
        assert part in text, f"'{part}' is not in:\n{text}"


FOLDER = runs.TINY.replace('plugin = "shapes"\ntrain = 256\ntest = 64', 'plugin = "image_folder"\nroot = "images"')
path = runs.experiment(FOLDER, "folder.toml")

# A sound folder works: what follows fails for its own reason alone.
image_folder("images")
runs.run(path)

# An unreadable image, a truncated one, an empty folder, a missing folder.
victim = pathlib.Path("images/train/cat/0003.png")
whole = victim.read_bytes()
victim.write_bytes(b"not an image at all")
says(refused("run", path, "--replace"), "error: dataset 'image_folder'", "0003.png")
victim.write_bytes(whole[: len(whole) // 2])
says(refused("run", path, "--replace"), "error: dataset 'image_folder'", "0003.png")
victim.write_bytes(b"")
says(refused("run", path, "--replace"), "0003.png")
victim.write_bytes(whole)
pathlib.Path("empty/train").mkdir(parents=True)
pathlib.Path("empty/test").mkdir(parents=True)
says(refused("run", path, "--set", "data.root=empty"), "empty")
says(refused("run", path, "--set", "data.root=nowhere"), "nowhere")

# A missing plugin: which, where was looked, what was found. The host starts without any plugin.
says(refused("run", path, "--no-installed-plugins", code=2), "image_folder", "convnet")
says(refused("run", path, "--set", "target.plugin=emma", code=2), "emma", "ema")

# What a plugin has against its options as a whole comes when it is made, with their place; nothing is moved aside for
# it.
record = next(pathlib.Path("runs").glob("*/run.h5"))
bare = runs.experiment(FOLDER + '[[evaluate]]\nname = "probe"\nplugin = "linear"\ngrid = []\n', "bare.toml")
line = pathlib.Path(bare).read_text().splitlines().index('name = "probe"') + 2
for folder in (record.parent, pathlib.Path("made_for_nothing")):
    says(refused("run", bare, "--replace", "--folder", folder), f"bare.toml:{line}:10: evaluator 'linear'", "l2",
         "fix: ")
assert record.exists() and not pathlib.Path("made_for_nothing").exists()

# Several mistakes at once, each with its place.
slips = runs.TINY.replace("epochs = 2", "epochs = -2\nbatchsize = 3")
wrong = runs.experiment(slips.replace('plugin = "convnet"', 'plugin = "convnett"'), "wrong.toml")
text = refused("run", wrong, code=2)
says(text, "wrong.toml:4:10", "wrong.toml:5:1", "batchsize", "batch_size", "convnett", "convnet")
assert text.count("error: ") >= 3, text
says(refused("run", runs.experiment("[run\n", "syntax.toml"), code=2), "error: ", "syntax.toml:1:")
says(refused("run", "no_such_file.toml", code=2), "no_such_file.toml")

# Positions and brackets are no names, infinity is no learning rate, one image is no validation split.
for setting, part in (("views.0.augment.solarize.p=0", "has names, not positions"),
                      ("views[0].augment.solarize.p=0", "has a bracket"),
                      ("optimizer.lr=inf", "found inf"),
                      ("data.validation=1.0", "a share below 1 or a whole number of images from 2 on")):
    says(refused("run", runs.experiment(), "--set", setting, code=2), part)

# Views of different sizes: both are named.
says(refused("run", runs.experiment(), "--set", "views.view2.augment.random_resized_crop.size=24"),
     "view 'view2' gives 24x24 pixels, view 'view1' gives 32x32")

# Weights are looked for in a file that holds none.
says(refused("run", runs.experiment(), "--set", f"encoder.load={pathlib.Path('wrong.toml').resolve()}", code=2),
     "cannot be read", "torch.save(model.state_dict(), path)")

# More memory than there is.
says(refused("run", runs.experiment(), "--set", "projector.hidden=900000000"), "memory is exhausted", "batch_size")

# A file that stands where the output should go.
pathlib.Path("occupied").write_text("x")
says(refused("run", runs.experiment(), "--set", "run.output=occupied"), "occupied")

# A plugin that fails: plugin, call and step are named, what was logged before stays.
misbehaves = runs.BUILD / "tests/fixtures/misbehaves"
for way, text_part in (("throws", "the rule has had enough"), ("throws_int", "no std::exception")):
    text = refused("run", runs.experiment(), "--plugin-path", misbehaves, "--set", f"run.output=bad-{way}",
                   "--set", 'target={plugin="misbehaves"}', "--set", f"target.way={way}")
    says(text, "target_update 'misbehaves' (libmisbehaves.so) failed in update() at step 3", text_part)
    folder = next(pathlib.Path(f"bad-{way}").iterdir())
    assert runs.attributes(folder)["status"] == "failed"
    assert len(runs.metrics(folder)["train/loss"]) == 3

# One that crashes is named too, even when the stack overflows.
for way in ("crashes", "overflows_the_stack"):
    done = runs.byolab("run", runs.experiment(), "--plugin-path", misbehaves, "--set", f"run.output=bad-{way}",
                       "--set", 'target={plugin="misbehaves"}', "--set", f"target.way={way}", check=False)
    assert done.returncode < 0, done.returncode
    says(done.stderr, "target_update 'misbehaves'", "in update() at step 3 crashed (segmentation fault)")
    folder = next(pathlib.Path(f"bad-{way}").iterdir())
    runs.byolab("repair", folder)
    assert runs.attributes(folder)["status"] == "running"

# So is what could have no effect, or be no network: weights for a target that there is not, a head that nobody solves
# for.
runs.run(runs.experiment(), "--folder", "trained")
for rule, loss in (("online", "byol"), ("ema", "simclr")):
    says(refused("run", runs.experiment(), "--set", "run.name=no_second", "--set", f"target.plugin={rule}",
                 "--set", f"loss.plugin={loss}", "--set", "target.load=trained"),
         "[target] load: there is no second network", f"target_update '{rule}' and loss '{loss}'")
says(refused("run", runs.experiment(), "--set", "run.name=unsolved", "--set", 'projector={plugin="optimal_linear"}'),
     "only the predictor gets", "use it under [predictor]")

# Weights that the last step broke: no loss shows it any more.
done = runs.byolab("run", runs.experiment(), "--set", "run.name=broken", "--set", "run.steps=1",
                   "--set", 'optimizer={plugin="sgd", lr=1e38, weight_decay=1e10}', check=False)
assert done.returncode != 0 and "a weight was not finite after step 1" in done.stdout + done.stderr, done
assert [runs.attributes(folder)["status"] for folder in pathlib.Path("runs").glob("broken-*")] == ["diverged"]

# NaN ends the run as diverged.
done = runs.byolab("run", runs.experiment(), "--plugin-path", misbehaves, "--set", "run.output=bad-nan",
                   "--set", 'target={plugin="misbehaves"}', "--set", "target.way=makes_nan", check=False)
assert done.returncode == 3, (done.returncode, done.stdout, done.stderr)
folder = next(pathlib.Path("bad-nan").iterdir())
assert runs.attributes(folder)["status"] == "diverged"
assert len(runs.metrics(folder)["train/loss"]) == 4
