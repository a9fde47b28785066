"""What BYOL's reference code makes of an image, written from it: writes byol_augmentations.pt.

google-deepmind/deepmind-research at f5de0ed, byol/utils/augmentations.py ("A") and dataset.py ("D"), and what D calls:
tensorflow/core/kernels/image/resize_bicubic_op.cc of TensorFlow at 023ab92 ("T"). Both were run once (JAX 0.4.20,
TensorFlow 2.15.1) on the pictures here: the values below differ by less than 1e-6, bilinear ones by 5e-6, bicubic
ones by 6e-4, since T rounds the filter's places to 1/1024. Pictures are those of augmentations.pt; results are
float16, as there.
"""

import math
import pathlib

import torch
import torch.nn.functional as F

HERE = pathlib.Path(__file__).parent
pictures = torch.load(HERE / "augmentations.pt")
large, small = pictures["large"] / 255, pictures["small"] / 255
result = {}


def to_hsv(image):
    """A:172-202."""
    r, g, b = image
    value, spread = image.amax(0), image.amax(0) - image.amin(0)
    saturation = torch.where(value > 0, spread / value.clamp(min=1e-30), 0.0)
    norm = torch.where(spread > 0, 1 / (6 * spread.clamp(min=1e-30)), 0.0)
    hue = torch.where(r == value, norm * (g - b),
                      torch.where(g == value, norm * (b - r) + 2 / 6, norm * (r - g) + 4 / 6))
    hue = hue * (spread > 0)
    return hue + (hue < 0), saturation, value


def to_rgb(hue, saturation, value):
    """A:205-236, as sectors of a sixth of the circle."""
    chroma = saturation * value
    sixths = (hue % 1) * 6
    between = chroma * (1 - (sixths % 2 - 1).abs())
    sector = sixths.floor().long()
    nothing = torch.zeros_like(chroma)
    red = torch.stack([chroma, between, nothing, nothing, between, chroma])
    green = torch.stack([between, chroma, chroma, between, nothing, nothing])
    blue = torch.stack([nothing, nothing, between, chroma, chroma, between])
    return torch.stack([c.gather(0, sector[None])[0] for c in (red, green, blue)]) + (value - chroma)


def brightness(image, amount):  # A:239-240, clipped as in A:311-318
    return (image + amount).clamp(0, 1)


def contrast(image, factor):  # A:243-247: a mean for each channel
    mean = image.mean(dim=(1, 2), keepdim=True)
    return (factor * (image - mean) + mean).clamp(0, 1)


def saturation(image, factor):  # A:250-251
    hue, s, value = to_hsv(image)
    return to_rgb(hue, (s * factor).clamp(0, 1), value).clamp(0, 1)


def hue(image, turns):  # A:254-258
    h, s, value = to_hsv(image)
    return to_rgb((h + turns) % 1, s, value).clamp(0, 1)


def blur(image, sigma, size):
    """A:133-151 and 422-431: size is the height over ten, the padding black; rows first, as there."""
    radius = int(size / 2)
    x = torch.arange(-radius, radius + 1, dtype=torch.float32)
    weights = torch.exp(-(x**2) / (2 * sigma**2))
    weights = weights / weights.sum()
    wide = F.conv2d(image[:, None], weights.view(1, 1, 1, -1), padding=(0, radius))
    return F.conv2d(wide, weights.view(1, 1, -1, 1), padding=(radius, 0))[:, 0]


def keys_cubic(x):
    """T:39-52 with a = -0.5 (T:61)."""
    x, a = abs(x), -0.5
    if x <= 1:
        return ((a + 2) * x - (a + 3)) * x * x + 1
    return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a if x < 2 else 0.0


def places(inputs, outputs, filtered, reach):
    """[outputs, inputs] weights; T:87-128: half-pixel centres, four pixels, those beyond the edge left out."""
    weights = torch.zeros(outputs, inputs, dtype=torch.float64)
    for i in range(outputs):
        at = (i + 0.5) * inputs / outputs - 0.5
        for pixel in range(math.floor(at) - reach + 1, math.floor(at) + reach + 1):
            if 0 <= pixel < inputs:
                weights[i, pixel] = filtered(at - pixel)
    return (weights / weights.sum(1, keepdim=True)).float()


def resized(image, height, width, filtered, reach):
    """D:197-202: tf.image.resize without antialiasing, clipped."""
    down = places(image.shape[1], height, filtered, reach)
    across = places(image.shape[2], width, filtered, reach)
    return torch.einsum("yh,chw,xw->cyx", down, image, across).clamp(0, 1)


def crop(height, width):
    """D:206-232: one draw, cut to the image. Draws are torch's."""
    area = height * width * torch.empty(1).uniform_(0.08, 1).item()
    ratio = math.exp(torch.empty(1).uniform_(math.log(3 / 4), math.log(4 / 3)).item())
    w, h = min(round(math.sqrt(area * ratio)), width), min(round(math.sqrt(area / ratio)), height)
    left, top = torch.randint(0, width - w + 1, (1,)).item(), torch.randint(0, height - h + 1, (1,)).item()
    return top, left, h, w


result["brightness"] = brightness(small, 0.3)
result["contrast"] = contrast(small, 1.4)
result["saturation.1.2"] = saturation(small, 1.2)
result["saturation.0.8"] = saturation(small, 0.8)
result["hue"] = hue(small, 0.1)
# A:327-344, in the order hue, contrast, brightness, saturation.
result["jitter"] = saturation(brightness(contrast(hue(small, 0.08), 1.3), -0.2), 1.2)
result["blur"] = blur(small, 1.7, 9)
result["blur.tenth"] = blur(small, 1.7, small.shape[1] / 10)
for name in ("up", "down", "mixed", "most", "one", "strong"):
    top, left, height, width, *size = pictures[f"{name}.box"].tolist()
    box = large[:, top : top + height, left : left + width]
    result[f"{name}.bicubic"] = resized(box, *size, keys_cubic, 2)
    result[f"{name}.bilinear"] = resized(box, *size, lambda x: max(0.0, 1 - abs(x)), 1)

torch.manual_seed(6)
QUANTILES = torch.tensor([0.05, 0.25, 0.5, 0.75, 0.95])
for height, width in ((32, 32), (300, 400), (40, 400)):
    draws = [crop(height, width) for _ in range(40000)]
    top, left, h, w = torch.tensor(draws, dtype=torch.float64).unbind(1)
    rows = [h * w / (height * width), torch.log(w / h), (top + h / 2) / height, (left + w / 2) / width]
    result[f"crops.{height}x{width}"] = torch.stack([r.float().quantile(QUANTILES) for r in rows])

packed = {k: v if k.startswith("crops") else v.half() for k, v in result.items()}
torch.save(packed, pathlib.Path(__file__).with_suffix(".pt"))
