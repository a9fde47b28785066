"""Values that would become others than those that are written are refused, each by one error that is true."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

path = runs.experiment()


def printed(*sets, env=None, check=True):
    words = sum((["--set", one] for one in sets), [])
    return runs.byolab("run", path, "--print", *words, env=env, check=check)


def refused(*sets, env=None):
    done = printed(*sets, env=env, check=False)
    assert done.returncode == 2 and done.stderr.count("error:") == 1, done.stderr
    return done.stderr


# What is too small for a double is no 0.
for text in ("1e-400", "-0.001e-400", "+2_0.5E-4_00"):
    assert f"{text} is too small for a floating-point number" in refused(f"optimizer.lr={text}"), text
schedule = 'lr = { schedule = "cosine", from = 1e-400, to = 0e-400 } # é'
runs.experiment(runs.TINY.replace("lr = 2e-3", schedule))
said = runs.byolab("run", path, "--print", check=False).stderr
assert "error: tiny.toml:35:36: 1e-400 is too small" in said and "0e-400" not in said, said
runs.experiment()
for text in ("0.0", "-0.0", "0e-400", "0.00e5", "1e-300"):
    printed(f"optimizer.weight_decay={text}" if text[0] != "-" else f"optimizer.lr={text}", check=False)
    assert "too small" not in printed(f"optimizer.lr={text}", check=False).stderr, text

# What begins as a number and is none is no schedule's name.
for text in ("1,5", "1e400", "-inf_", ".5.5"):
    said = refused(f"optimizer.lr={text}")
    assert "must be a number or a schedule, found" in said and "named" not in said, said

# One mistake, one error.
said = refused("run.steps=2.5")
assert "must be an integer, found 2.5" in said, said
said = refused("evaluate.knn.every=150 %")
assert "'every' of [[evaluate]] must be at most 100 %, which is the whole run" in said, said
printed("evaluate.knn.every=100 %")

# An empty variable is no value; an empty text is one.
for key in ("encoder.load", "run.output"):
    said = refused(key + "=${BYOLAB_W}", env={"BYOLAB_W": ""})
    assert f"'{key}' is empty: the environment variable in ${{BYOLAB_W}} is set to nothing" in said, said
assert 'load = ""' in printed("encoder.load=").stdout
assert "/x/a" in printed("run.output=/x/${BYOLAB_W}a", env={"BYOLAB_W": ""}).stdout

# Of a key that is set twice, the later one counts, and this is said.
done = printed("optimizer.lr=0.1", "optimizer.lr=0.2")
assert "lr = 0.2" in done.stdout, done.stdout
assert done.stderr == "note: --set optimizer.lr=0.2 counts, and not --set optimizer.lr=0.1\n", done.stderr
assert printed("optimizer.lr=0.1", "optimizer.weight_decay=0.2").stderr == ""

# Which value is best is known of some metrics by their names; of others it must be written.
for metric in ("collapse/alignment", "collapse/z_std"):
    said = refused(f"checkpoint.best={metric}")
    assert (f'\'best\' of [checkpoint] is "{metric}", of which it is not known which values are better' in said
            and 'write better = "less" or better = "greater"' in said), said
    printed(f"checkpoint.best={metric}", "checkpoint.better=less")
for metric in ("knn/top1", "collapse/some_loss", "knn/accuracy"):
    printed(f"checkpoint.best={metric}")
print("values are what is written, or an error")
