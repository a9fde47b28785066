#!/usr/bin/env python3
"""Image files of many kinds as bytes, and the pixels that Pillow (JPEG) or the format's own rules (PNG) give them.

Writes images.pt: "<name>.file" (bytes) and "<name>.pixels" ([height, width, 3], uint8). Needs torch, numpy, Pillow.
"""
import io
import pathlib
import struct
import zlib

import numpy as np
import torch
from PIL import Image

random = np.random.default_rng(5)
HEIGHT, WIDTH = 13, 18
smooth = np.stack([np.add.outer(a * np.arange(HEIGHT), b * np.arange(WIDTH)) + c
                   for a, b, c in ((9, 3, 20), (-5, 8, 90), (4, -6, 150))], -1)
RGB = np.clip(smooth + random.integers(-9, 10, smooth.shape), 0, 255).astype(np.uint8)
out = {}


def add(name, data, pixels):
    out[name + ".file"] = torch.tensor(list(data), dtype=torch.uint8)
    out[name + ".pixels"] = torch.from_numpy(np.ascontiguousarray(pixels).astype(np.uint8))


def jpeg(name, image, **options):
    stream = io.BytesIO()
    image.save(stream, "JPEG", **options)
    add("jpeg_" + name, stream.getvalue(), np.asarray(Image.open(io.BytesIO(stream.getvalue())).convert("RGB")))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(name, rows, bits, colour, pixels, *more):
    """`rows`: [height, bytes of a row]; written without filters, so that no encoder's choices matter."""
    raw = b"".join(b"\0" + row.tobytes() for row in rows)
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, bits, colour, 0, 0, 0)
    chunks = [chunk(b"IHDR", head), *more, chunk(b"IDAT", zlib.compress(raw)), chunk(b"IEND", b"")]
    data = b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
    add("png_" + name, data, pixels)


def grey(x):
    return np.repeat(x[..., None], 3, -1)


colour = Image.fromarray(RGB)
jpeg("420", colour, quality=90, subsampling=2)
jpeg("422", colour, quality=90, subsampling=1)
jpeg("444", colour, quality=90, subsampling=0)
jpeg("progressive", colour, quality=80, progressive=True)
jpeg("grey", colour.convert("L"), quality=90)
jpeg("cmyk", colour.convert("CMYK"), quality=95)

luma = RGB[..., 1]
alpha = random.integers(0, 256, (HEIGHT, WIDTH, 1), dtype=np.uint8)
wide = random.integers(0, 65536, (HEIGHT, WIDTH, 3))
rounded = (wide * 255 + 32767) // 65535
palette = random.integers(0, 256, (16, 3), dtype=np.uint8)
index = random.integers(0, 16, (HEIGHT, WIDTH), dtype=np.uint8)
bit = random.integers(0, 2, (HEIGHT, WIDTH), dtype=np.uint8)
png("rgb", RGB, 8, 2, RGB)
png("rgba", np.concatenate([RGB, alpha], -1), 8, 6, RGB)
png("grey", luma, 8, 0, grey(luma))
png("grey_alpha", np.concatenate([luma[..., None], alpha], -1), 8, 4, grey(luma))
png("rgb16", wide.astype(">u2"), 16, 2, rounded)
png("grey16", wide[..., 0].astype(">u2"), 16, 0, grey(rounded[..., 0]))
png("palette", index, 8, 3, palette[index], chunk(b"PLTE", palette.tobytes()))
png("palette_clear", index, 8, 3, palette[index], chunk(b"PLTE", palette.tobytes()),
    chunk(b"tRNS", bytes(range(0, 256, 16))))
png("one_bit", np.packbits(bit, axis=-1), 1, 0, grey(255 * bit))
png("gamma", RGB, 8, 2, RGB, chunk(b"gAMA", struct.pack(">I", 100000)))

torch.save(out, pathlib.Path(__file__).with_suffix(".pt"))
