"""Peak memory of runs on data sets that memory holds, that it holds no more, and that are larger than the machine's.

    ./dev bench streaming

The images are names (hard links) of one PNG of 1024 x 1024 pixels, 3 MB decoded: byolab does not know that they are the
same. Each run sees as many of them, whatever there are."""

import os
import pathlib
import re
import statistics
import struct
import subprocess
import tempfile
import zlib

import h5py
import numpy

BIN = os.environ["BYOLAB_BIN"]
SIDE, STEPS, BATCH = 1024, 30, 64
TEXT = f"""
[run]
steps = {STEPS}
batch_size = {BATCH}
calibrate = 0
threads = 1
[data]
plugin = "image_folder"
root = "images"
[[views]]
preset = "cifar"
[[views]]
preset = "cifar"
[encoder]
plugin = "convnet"
"""


def png(path):
    """A gradient with noise: what compresses as photographs do."""
    draw = numpy.random.default_rng(0)
    pixels = (numpy.add.outer(numpy.arange(SIDE), numpy.arange(SIDE))[..., None] // 8
              + draw.integers(0, 16, (SIDE, SIDE, 3))).astype(numpy.uint8)
    rows = numpy.concatenate([numpy.zeros((SIDE, 1), numpy.uint8), pixels.reshape(SIDE, -1)], axis=1)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress(rows.tobytes(), 1)) + chunk(b"IEND", b""))


def link(folder, split, one, images):
    for name in ("a", "b"):
        (folder / "images" / split / name).mkdir(parents=True, exist_ok=True)
    for i in range(images):
        path = folder / "images" / split / "ab"[i % 2] / f"{i}.png"
        if not path.exists():
            os.link(one, path)


def main():
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    size = 3 * SIDE * SIDE
    counts = [min(memory // 8, 1 << 30) // size, memory // 3 // size, int(memory * 1.2) // size]
    print(f"the machine's memory: {memory / 1e9:.1f} GB; each run: {STEPS * BATCH:,} images seen")
    print("  images   decoded GB   peak MB   images/s   of the steps' time spent waiting for data")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "run.toml").write_text(TEXT)
        png(folder / "one.png")
        link(folder, "test", folder / "one.png", 4)
        for count in counts:
            link(folder, "train", folder / "one.png", count)
            said = subprocess.run(["/usr/bin/time", "-f", "peak %M", BIN, "run", "run.toml", "--plain", "--replace",
                                   "--folder", "out"], cwd=folder, check=True,
                                  capture_output=True, text=True).stderr
            with h5py.File(folder / "out" / "run.h5") as record:
                rate = statistics.median(record["metrics/train/images_per_second"][...])
                timing = {name: float(record[f"timing/{name}"][...].sum())
                          for name in ("data_wait", "forward", "backward", "update")}
            peak = int(re.search(r"peak (\d+)", said).group(1)) / 1024
            print(f"{count:8,} {count * size / 1e9:12.1f} {peak:9.0f} {rate:10.0f}   "
                  f"{timing['data_wait'] / sum(timing.values()):.1%}", flush=True)


if __name__ == "__main__":
    main()
