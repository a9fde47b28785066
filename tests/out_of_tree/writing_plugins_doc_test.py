# labels: slow
# ctest: TIMEOUT 900
"""docs/writing-plugins.md does what it says: every command on the page is run, in order, and prints what stands
there."""

import os
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

page = (runs.SOURCE / "docs/writing-plugins.md").read_text()
sdk = pathlib.Path("sdk").absolute()
subprocess.run(["cmake", "--install", runs.BUILD, "--prefix", sdk], check=True, capture_output=True)
environment = {**os.environ, "SDK": str(sdk), "PATH": f"{sdk}/bin:{os.environ['PATH']}"}

# ```language … ```; a file's path stands in the line before its text: "…, `folder/name`:"
blocks = re.findall(r"([^\n]*)\n?\n```(\w+)\n(.*?)```\n", page, re.DOTALL)
assert {language for _, language, _ in blocks} == {"sh", "cpp", "cmake", "text"}, blocks
CHECK = "byolab plugin check periodic_copy/build/libperiodic_copy.so"


def call(line):
    done = subprocess.run(["bash", "-c", line], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{line}\ngave {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def words(text):
    """Each line that was printed, less what a clock said."""
    return [re.sub(r"[\d.]+ (ns|µs|ms|s)\b", "TIME", line).split() for line in text.splitlines()]


printed = ""
for before, language, text in blocks:
    if language == "cpp":
        path = pathlib.Path(re.search(r"`([^`]+)`:$", before).group(1))
        assert path.exists(), f"{path} is what `plugin new` makes"
        path.write_text(text)
        continue
    if language in ("text", "cmake"):
        continue
    for line in text.splitlines():
        printed += call(line)
for part in ("1 of 1 plugin passed", "finished: 3 steps", "with the address sanitizer:", "with the thread sanitizer:",
             "time between two copies"):
    assert part in printed, f"'{part}' is not in:\n{printed}"

# The two samples of `plugin check`: as it is, and with another law.
passing, failing = (text for _, language, text in blocks if language == "text")
assert words(call(CHECK)) == words(passing), call(CHECK)
source = pathlib.Path("periodic_copy/periodic_copy.cpp")
wrong = source.read_text().replace('"1 step"', '"2 steps"')
assert wrong != source.read_text()
source.write_text(wrong)
call("cmake --build periodic_copy/build")
done = call(f"! {CHECK}")
assert all(line in words(done) for line in words(failing)), done

# A project of one's own, of two files: the page's plugin is in the one with the block.
own = pathlib.Path("own")
own.mkdir()
[lists] = [text for _, language, text in blocks if language == "cmake"]
[plugin] = [text for _, language, text in blocks if language == "cpp"]
(own / "CMakeLists.txt").write_text(lists)
(own / "rules.cpp").write_text(plugin)
(own / "losses.cpp").write_text("#include <byolab/plugin.hpp>\n")
call('cmake -S own -B own/build -DCMAKE_PREFIX_PATH="$SDK" -DCMAKE_BUILD_TYPE=Release && cmake --build own/build')
assert "periodic_copy" in call("byolab plugin list --plugin-path own/build")

# The page's plugin does what its law says, and what the text names exists.
commands = "".join(text for _, language, text in blocks if language == "sh")
for command in set(re.findall(r"`(byolab [a-z]+(?: [a-z]+)?)", page)):
    words = command.split()[1:]
    assert (command in commands
            or subprocess.run([sdk / "bin/byolab", *words, "--help"], capture_output=True).returncode == 0), command
