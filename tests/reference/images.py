#!/usr/bin/env python3
"""Image files of many kinds as bytes, and the pixels that Pillow or the format's own rules (PNG, 16 bits) give them.

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



def other(name, image, format, **options):
    stream = io.BytesIO()
    image.save(stream, format, **options)
    add(name, stream.getvalue(), np.asarray(Image.open(io.BytesIO(stream.getvalue())).convert("RGB")))


def tiff(name, data, bits, photometric, pixels, *more):
    """One uncompressed strip, which Pillow cannot write so; `more`: further (tag, type, count, value)."""
    samples = data.shape[-1] if data.ndim == 3 else 1
    fields = sorted([(256, 3, 1, WIDTH), (257, 3, 1, HEIGHT), (259, 3, 1, 1), (262, 3, 1, photometric),
                     (277, 3, 1, samples), (278, 3, 1, HEIGHT), (279, 4, 1, data.nbytes), *more])
    start = 8 + 2 + 12 * (len(fields) + 2) + 4
    depths = struct.pack("<" + "H" * samples, *[bits] * samples)
    at_depths = struct.pack("<I", start) if samples > 2 else depths.ljust(4, b"\0")
    fields = sorted([*fields, (258, 3, samples, at_depths), (273, 4, 1, start + len(depths))])
    body = b"".join(struct.pack("<HHI", *field[:3]) + (field[3] if isinstance(field[3], bytes) else struct.pack(
        "<I", field[3])) for field in fields)
    add("tiff_" + name, b"II*\0" + struct.pack("<IH", 8, len(fields)) + body + b"\0" * 4 + depths + data.tobytes(),
        pixels)


clear = Image.fromarray(np.concatenate([RGB, alpha], -1))
few = Image.fromarray(index, "P")
few.putpalette(palette.tobytes())
other("webp_lossy", colour, "WEBP", quality=80)
other("webp_lossless", colour, "WEBP", lossless=True)
other("webp_clear", clear, "WEBP", lossless=True, exact=True)
other("bmp_24", colour, "BMP")
other("bmp_32", clear, "BMP")
other("bmp_grey", Image.fromarray(luma), "BMP")
other("bmp_palette", few, "BMP")
other("ppm", colour, "PPM")
other("pgm", Image.fromarray(luma), "PPM")
for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"):
    other("tiff_" + compression, colour, "TIFF", compression=compression)
other("tiff_rgba", clear, "TIFF")
other("tiff_grey", Image.fromarray(luma), "TIFF")
other("tiff_palette", few, "TIFF")
other("tiff_one_bit", Image.fromarray(255 * bit).convert("1"), "TIFF")
other("tiff_pages", colour, "TIFF", save_all=True, append_images=[Image.fromarray(255 - RGB)])
tiff("rgb16", wide.astype("<u2"), 16, 2, rounded)
tiff("grey16", wide[..., 0].astype("<u2"), 16, 1, grey(rounded[..., 0]))
add("ppm16", b"P6 %d %d 65535\n" % (WIDTH, HEIGHT) + wide.astype(">u2").tobytes(), rounded)
text = " ".join(str(value) for value in RGB.flatten())
add("ppm_text", f"P3 # drawn\n{WIDTH} {HEIGHT}\n255\n{text}\n".encode(), RGB)

# Pillow turns a TIFF upright as it opens it, and leaves EXIF's orientation of the other formats alone.
for orientation in range(2, 9):
    other(f"tiff_turned_{orientation}", colour, "TIFF", tiffinfo={274: orientation})
turn = Image.Exif()
turn[274] = 6
jpeg("exif", colour, quality=90, exif=turn)
other("webp_exif", colour, "WEBP", lossless=True, exif=turn)
other("png_exif", colour, "PNG", exif=turn)

torch.save(out, pathlib.Path(__file__).with_suffix(".pt"))
