"""The commit that a record names is that of the experiment's own folder, as git itself tells it, with what was
changed."""

import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs
import byolab_sweeps as sweeps
import h5py

if not shutil.which("git"):
    print("there is no git program here")
    sys.exit(77)
IDENTITY = ["-c", "user.name=someone", "-c", "user.email=someone@example.org", "-c", "protocol.file.allow=always"]


def git(folder, *words):
    return subprocess.run(["git", "-C", folder, *IDENTITY, *words], check=True, capture_output=True,
                          text=True).stdout.strip()


def repository(folder):
    """With one commit, which holds an experiment."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True)
    runs.experiment(name=folder / "tiny.toml")
    git(folder, "init", "--quiet", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "first")
    return folder


def environment(run):
    with h5py.File(pathlib.Path(run) / "run.h5") as record:
        return {name: value.decode() for name, value in record["environment"].attrs.items()}


count = 0


def recorded(folder, *words, **options):
    """What the record of a run of the folder's experiment says: commit, changes."""
    global count
    count += 1
    found = environment(runs.run(pathlib.Path(folder) / "tiny.toml", "--set", "run.steps=1", "--set",
                                 f"run.output={pathlib.Path(f'out-{count}').absolute()}", *words, **options))
    assert found["byolab_commit"]
    return found["git"], found["git_changes"]


# The experiment's repository, wherever the program was started; in another one, say.
mine, other = repository("mine"), repository("other")
runs.experiment(runs.TINY + "\n# another commit\n", other / "tiny.toml")
git(other, "commit", "--quiet", "-am", "second")
head = git(mine, "rev-parse", "HEAD")
assert head != git(other, "rev-parse", "HEAD")
assert recorded(mine.absolute(), cwd=other) == (f"{head} (main)", "none")

# What was changed, and what git does not know.
with open(mine / "tiny.toml", "a") as file:
    file.write("# changed\n")
assert recorded(mine) == (f"{head} (main)", "1 file changed")
(mine / "new.txt").write_text("new")
assert recorded(mine) == (f"{head} (main)", "1 file changed, 1 not tracked")
(mine / "new.txt").unlink()
git(mine, "checkout", "--quiet", "tiny.toml")

# References that were packed; a commit without a branch; a folder below.
git(mine, "gc", "--quiet")
assert not (mine / ".git/refs/heads/main").exists()
assert recorded(mine) == (f"{head} (main)", "none")
git(mine, "checkout", "--quiet", "--detach")
assert recorded(mine) == (head, "none")
git(mine, "checkout", "--quiet", "main")
(mine / "below").mkdir()
shutil.copy(mine / "tiny.toml", mine / "below")
git(mine, "add", ".")
git(mine, "commit", "--quiet", "-m", "below")
assert recorded(mine / "below") == (git(mine, "rev-parse", "HEAD") + " (main)", "none")

# A worktree and a submodule have commits of their own, though they lie in another repository's folder.
git(mine, "worktree", "add", "--quiet", "-b", "side", "tree", head)
assert recorded(mine / "tree") == (f"{head} (side)", "none")
git(mine, "submodule", "--quiet", "add", str(other.absolute()), "module")
assert recorded(mine / "module") == (git(other, "rev-parse", "HEAD") + " (main)", "none")

# A hook's git names a repository in variables: it is not the experiment's.
assert recorded(other, env={"GIT_DIR": str((mine / ".git").absolute())})[0].startswith(git(other, "rev-parse", "HEAD"))

# What cannot be known is said.
plain = pathlib.Path("plain").absolute()
plain.mkdir()
runs.experiment(name=plain / "tiny.toml")
assert recorded(plain) == (f"unknown: {plain} is in no git repository",) * 2, recorded(plain)
commit, changes = recorded(mine, env={"PATH": str(plain)})
assert commit == changes == "unknown: the git program cannot be asked: No such file or directory", commit
empty = pathlib.Path("empty")
empty.mkdir()
runs.experiment(name=empty / "tiny.toml")
git(empty, "init", "--quiet")
nothing_yet = f"unknown: the repository of {empty.absolute()} has no commit yet"
assert recorded(empty) == (nothing_yet, nothing_yet), recorded(empty)
if os.geteuid() == 0:  # somebody else's repository, which git does not trust
    strange = repository("strange")
    for entry in (strange, *strange.rglob("*")):
        os.chown(entry, 65534, 65534)
    commit, changes = recorded(strange, env={"GIT_CONFIG_GLOBAL": "/dev/null", "HOME": str(plain)})
    assert commit == changes and commit.startswith("unknown: git says: fatal: detected dubious ownership"), commit

# A link is not the experiment: its file lies elsewhere.
(plain / "link").mkdir()
(plain / "link/tiny.toml").symlink_to((other / "tiny.toml").absolute())
assert recorded(plain / "link")[0] == git(other, "rev-parse", "HEAD") + " (main)"

# The trials of a sweep lie elsewhere; what they record is the sweep's.
(other / "sweep.toml").write_text(sweeps.SWEEP)
git(other, "add", ".")
git(other, "commit", "--quiet", "-m", "a sweep")
sweeps.sweep(other / "sweep.toml", "--output", plain / "trials", "--set", "sweep.seeds=[0]")
trials = list(plain.glob("trials/trials/*"))
assert trials and {environment(trial)["git"] for trial in trials} == {git(other, "rev-parse", "HEAD") + " (main)"}
print("the commit is the experiment's")
