"""`byolab run --locked RUN` runs with just the plugin libraries that RUN used, or says what differs."""

import os
import pathlib
import re
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

FIXTURES = runs.BUILD / "tests/fixtures"
path = runs.experiment(runs.TINY.replace("epochs = 2", "steps = 2"))
rule = ["--set", 'target={plugin="sound_rule"}']
first = runs.run(path, "--plugin-path", FIXTURES / "sound", *rule)

# The same libraries, another seed: runs. A run's folder and its record both do.
runs.run(path, "--plugin-path", FIXTURES / "sound", *rule, "--locked", first, "--set", "run.seed=1")
runs.byolab("run", path, "--plugin-path", FIXTURES / "sound", *rule, "--locked", first / "run.h5", "--print")


def refused(*words, code=1):
    done = runs.byolab("run", path, *words, check=False)
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    return done.stderr


# The same plugin from another library, and a plugin that was not there: each named with both sides, nothing is run.
before = sorted(pathlib.Path("runs").iterdir())
text = refused("--plugin-path", FIXTURES / "sound_again", *rule, "--locked", first, "--set", "run.seed=2")
for part in ("target_update 'sound_rule'", "there: version 1.0, sha256", "libsound.so", "libsound_again.so",
             "--plugin-path"):
    assert part in text, text
assert "encoder" not in text, text
text = refused("--locked", first, "--set", "run.seed=2")
assert "target_update 'ema'" in text and "there: none" in text, text
assert sorted(pathlib.Path("runs").iterdir()) == before

# A library that has gone since is named, where the experiment cannot be read without it.
pathlib.Path("gone").mkdir()
shutil.copy(FIXTURES / "sound/libsound.so", "gone")
other = runs.run(path, "--plugin-path", "gone", *rule, "--set", "run.seed=3")
shutil.rmtree("gone")
text = refused(*rule, "--locked", other, code=2)
assert re.search(r"used target_update 'sound_rule' \(version 1.0, sha256 [0-9a-f]{16}\) of \S*gone/libsound.so, where "
                 r"no file is now", text), text

# What is no record says so.
assert "nowhere" in refused("--locked", "nowhere")
pathlib.Path("text.h5").write_text("no record")
assert "text.h5" in refused("--locked", "text.h5")
