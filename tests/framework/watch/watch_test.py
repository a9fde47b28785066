# labels: slow
"""`byolab watch`: follows live runs, on a terminal and without one, ends with them, and leaves the terminal as it
was."""

import os
import pathlib
import pty
import select
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import analysis
import byolab_runs as runs

path = runs.experiment()
done = runs.run(path)
folder = pathlib.Path("some")
analysis.with_values(done, folder / "one-00000000", name="one", seed=0)
analysis.with_values(done, folder / "two-00000001", name="two", seed=1, status="failed")

# Ended runs: how they stand, and the end.
shown = runs.byolab("watch", folder).stdout
lines = shown.splitlines()
assert (len(lines) == 2 and lines[0].startswith("one-00000000  finished")
        and lines[1].startswith("two-00000001  failed")), shown
assert "step 16/16" in lines[0] and "images/s" in lines[0] and "loss " in lines[0] and "knn/top1 " in lines[0], shown


def start_long(output):
    """A run that goes on until it is killed; its folder, once the record is there."""
    process = subprocess.Popen([runs.BIN, "run", path, "--set", f"run.output={output}", "--set", "run.epochs=100000"],
                               stdout=subprocess.DEVNULL)
    while not (found := list(pathlib.Path(output).glob("*/run.h5"))):
        assert process.poll() is None
        time.sleep(0.05)
    return process, found[0].parent


def in_terminal(*words, until, then):
    """Runs byolab in a terminal of its own, waits until its output is as wanted, does `then(process)`: exit code and
    all output."""
    process, terminal = pty.fork()
    if process == 0:
        os.environ["COLUMNS"], os.environ["LINES"] = "120", "40"
        os.execv(runs.BIN, [runs.BIN, *map(str, words)])
    output, done = b"", False
    while True:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                output += os.read(terminal, 65536)
            except OSError:
                break
        if not done and until(output.decode(errors="replace")):
            then(process)
            done = True
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), output.decode(errors="replace")


# Live, on a terminal: curves; Ctrl-C gives the terminal back as it was.
run, live = start_long("live")
code, output = in_terminal("watch", live, "--every", "0.2", then=lambda p: os.kill(p, signal.SIGINT),
                           until=lambda text: "▁" in text and text.count("\x1b[H") >= 3 and "left" in text)
assert code == 130 and output.startswith("\x1b[?1049h\x1b[?25l"), (code, output[:300])
frames, last = output.split("\x1b[?25h\x1b[?1049l")
assert ("running" in frames and any(block in frames for block in "▁▂▃▄▅▆▇█") and "left" in frames
        and "░" in frames), frames
assert frames.count("\x1b[H") >= 3 and "running" in last and live.name in last, last

# A run whose process was killed is told as such, and waited for no longer.
run.kill()
run.wait()
gone = runs.byolab("watch", live)
assert f"{live.name}  killed" in gone.stdout, gone.stdout

# Without a terminal: a line whenever something changed; the end comes with the run's.
run, live = start_long("piped")
watch = subprocess.Popen([runs.BIN, "watch", live.parent, "--every", "0.2"], stdout=subprocess.PIPE, text=True)
lines = [watch.stdout.readline(), watch.stdout.readline()]  # something changed
run.send_signal(signal.SIGTERM)
out = "".join(lines) + watch.communicate()[0]
run.wait()
lines = out.splitlines()
assert watch.returncode == 0 and len(lines) >= 2 and "\x1b" not in out, out
assert "running" in lines[0] and "  stopped" in lines[-1], out

wrong = runs.byolab("watch", "nowhere", check=False)
assert wrong.returncode == 1 and "nowhere: no such file or folder" in wrong.stderr
