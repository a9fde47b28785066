# ctest: TIMEOUT 900 PROCESSORS 2
# shares: 6
"""Each command over each damaged file that it reads (corpus.tar.xz, which make_corpus.py makes): it ends soon, with an
exit code that byolab has, takes little memory, and speaks in sentences."""

import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import time

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

SOUND = runs.SOURCE / "tests/fixtures/schema_1"
MOST_MEMORY = 700e6  # bytes; LibTorch alone takes half of that
MOST_SECONDS = 120  # on a machine that does much else
BAD_WORDS = ("frame #", "std::", "map::at", "Exception raised from", "terminate called", "basic_string", "vector::",
             "json.exception", "H5", "stoll", "stoi")
IMAGES = """[run]
steps = 1
batch_size = 4
threads = 1
output = "runs"
[data]
plugin = "image_folder"
root = "images"
[[views]]
preset = "cifar"
[[views]]
preset = "cifar_prime"
[encoder]
plugin = "convnet"
channels = [4]
strides = [4]
"""
CORPUS = pathlib.Path("corpus").resolve()
with tarfile.open(runs.SOURCE / "tests/damaged/corpus.tar.xz") as archive:
    archive.extractall(CORPUS, filter="data") if hasattr(tarfile, "data_filter") else archive.extractall(CORPUS)


def place(file):
    """A folder of the file's own, in which it stands where byolab looks for it: (folder, commands)."""
    folder = pathlib.Path("tried") / file.parent.name / file.name
    folder.mkdir(parents=True)
    kind, run = file.parent.name, folder / "run"
    sources = {"record": "run.h5", "embeddings": "run.embeddings.h5", "checkpoint": "checkpoint.pt"}
    if kind in sources:
        run.mkdir()
        for name in sources.values():
            shutil.copy(SOUND / name, run)
        shutil.copy(file, run / sources[kind])
    if kind == "record":
        return folder, [["show", "run"], ["show", ".", "run"], ["compare", "run"], ["report", "run", "-o", "page.html"],
                        ["export", "run", "--to", "csv", "-o", "rows.csv"],
                        ["export", "run", "--to", "tensorboard", "-o", "events"],
                        ["run", SOUND / "experiment.toml", "--locked", "run", "--set", "run.output=locked"],
                        ["repair", "run"]]
    if kind == "embeddings":
        return folder, [["export", "run", "--to", "npy", "-o", "features.npy"], ["report", "run", "-o", "page.html"]]
    if kind == "checkpoint":
        return folder, [["export", "run", "--to", "safetensors", "-o", "weights.safetensors"],
                        ["export", "run", "--to", "pt", "-o", "weights.pt"],
                        ["run", SOUND / "experiment.toml", "--set", "encoder.load=run", "--folder", "loaded"]]
    if kind == "index":
        shutil.copy(file, folder / "sweep.h5")
        return folder, [["show", "sweep.h5"], ["compare", "sweep.h5"], ["claims", "."], ["claims", "sweep.h5"],
                        ["report", "sweep.h5", "-o", "page.html"]]
    if kind == "weights":
        return folder, [["run", SOUND / "experiment.toml", "--set", f"encoder.load={file}", "--folder", "loaded"],
                        ["export", file, "--to", "pt", "-o", "weights.pt"]]
    if kind == "toml":
        return folder, [["run", file, "--print"], ["sweep", file, "--dry-run", "--no-calibrate"]]
    assert kind == "image", kind
    for split in ("train", "test"):
        (folder / "images" / split / "class").mkdir(parents=True)
    for i in range(4):
        shutil.copy(CORPUS / "sound.png", folder / "images/train/class" / f"{i}.png")
        shutil.copy(CORPUS / "sound.png", folder / "images/test/class" / f"{i}.png")
    shutil.copy(file, folder / "images/train/class" / f"z{file.suffix}")
    (folder / "images.toml").write_text(IMAGES)
    return folder, [["run", "images.toml"]]


def tried(folder, words):
    """(exit code, what was printed, bytes of memory at most, seconds)"""
    out = folder / "printed.txt"
    began = time.monotonic()
    with open(out, "wb") as printed:
        process = subprocess.Popen([runs.BIN, *map(str, words)], cwd=folder, stdout=printed, stderr=printed,
                                   stdin=subprocess.DEVNULL)
        killed = None
        try:
            while True:
                pid, status, usage = os.wait4(process.pid, os.WNOHANG)
                if pid:
                    break
                if time.monotonic() - began > MOST_SECONDS:
                    process.kill()
                    killed = "does not come back"
                time.sleep(0.01)
        finally:
            process.returncode = 0  # waited for above
    code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)
    return killed or code, out.read_bytes().decode("utf-8", "replace"), usage.ru_maxrss * 1024


def troubles(file):
    folder, commands = place(file)
    found = []
    for words in commands:
        code, text, memory = tried(folder, words)
        bad = [word for word in BAD_WORDS if word in re.sub(r"\S*\.h5\S*|'[^']*'", "", text)]
        if code not in range(5) or memory > MOST_MEMORY or bad or (code != 0 and not text.strip()):
            found.append(f"{file.relative_to(CORPUS)}: byolab {' '.join(map(str, words))}: exit {code}, "
                         f"{memory / 1e6:.0f} MB{', says ' + repr(bad) if bad else ''}\n{text[:1500]}")
        for page in folder.glob("page.html"):
            content = page.read_text()
            if any(word in content[content.rfind('id="data"'):] for word in ("frame #", "Exception raised from")):
                found.append(f"{file.relative_to(CORPUS)}: a backtrace in the report")
    shutil.rmtree(folder)
    return len(commands), found


if __name__ == "__main__":
    wanted = sys.argv[1:] or [""]
    files = sorted(path for path in CORPUS.glob("*/*") if any(word in str(path) for word in wanted))
    share, shares = map(int, os.environ.get("BYOLAB_SHARE", "1/1").split("/"))
    files = files[share - 1::shares]
    assert files
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(troubles, files))
    wrong = [text for _, found in results for text in found]
    print("\n\n".join(wrong))
    print(f"{sum(count for count, _ in results)} commands over {len(files)} files, {len(wrong)} went wrong")
    sys.exit(1 if wrong else 0)
