"""Small real image files, made without a library."""

import pathlib
import struct
import zlib


def png(path, seed=0, size=32):
    """An 8-bit RGB PNG with a pattern that depends on the seed."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes((x * 7 + y * 3 + (x * y * seed) // 5 + 31 * seed) % 256 for x in range(size * 3))
                    for y in range(size))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)) +
                     chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def image_folder(root, images=40, size=32):
    """root/<train|test>/<cat|dog>/NNNN.png, `images` in each split."""
    for split in ("train", "test"):
        for number, kind in enumerate(("cat", "dog")):
            folder = pathlib.Path(root) / split / kind
            folder.mkdir(parents=True)
            for i in range(images // 2):
                png(folder / f"{i:04}.png", seed=2 * i + number, size=size)
    return pathlib.Path(root)
