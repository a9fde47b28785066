"""torchvision's tensor ops and, for the reference code's variants, Python's colorsys: writes augmentations.pt.

Results are float16, whose rounding (at most 0.0003) is a small part of the 1/255 that the tests allow."""

import colorsys
import math
import pathlib

import torch
import torch.nn.functional as F
from torchvision.transforms import RandomResizedCrop
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2 import functional as tv

torch.manual_seed(5)
result = {}


def picture(height, width):
    """Smooth colours, edges and noise, with pure black, white, gray and saturated pixels among them."""
    y, x = torch.meshgrid(torch.arange(height) / height, torch.arange(width) / width, indexing="ij")
    waves = torch.stack([0.5 + 0.5 * torch.sin(9 * x + 2 * c + 5 * y * y) for c in range(3)])
    image = (waves + 0.15 * torch.randn(3, height, width)).clamp(0, 1)
    image[:, height // 2 :, : width // 3] = image[:1, height // 2 :, : width // 3]  # gray
    corners = [(0, 0, 0), (1, 1, 1), (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (0.5, 0.5, 0.5)]
    for i, colour in enumerate(corners):
        image[:, height // 3, i] = torch.tensor(colour)
    return (image * 255).round().to(torch.uint8)


def per_pixel(image, change):
    pixels = image.permute(1, 2, 0).reshape(-1, 3).tolist()
    return torch.tensor([change(*p) for p in pixels]).reshape(*image.shape[1:], 3).permute(2, 0, 1)


def saturated(factor):
    def change(r, g, b):
        h, s, v = colorsys.rgb_to_hsv(r, g, b)
        return colorsys.hsv_to_rgb(h, min(1.0, s * factor), v)

    return change


def kernel(sigma, radius):
    weights = torch.tensor([math.exp(-0.5 * (x / sigma) ** 2) for x in range(-radius, radius + 1)])
    return weights / weights.sum()


def blurred_in_black(image, sigma, radius):
    k = kernel(sigma, radius)
    size = 2 * radius + 1
    x = F.conv2d(image[:, None], k.view(1, 1, 1, size), padding=(0, radius))
    return F.conv2d(x, k.view(1, 1, size, 1), padding=(radius, 0))[:, 0]


# Resampling: name → top, left, height, width, output height, output width.
BOXES = {
    "up": (3, 5, 21, 17, 32, 40),
    "down": (0, 2, 77, 101, 32, 24),
    "mixed": (10, 0, 9, 120, 31, 45),
    "most": (1, 1, 95, 118, 47, 50),
    "one": (50, 60, 1, 1, 7, 5),
    "strong": (0, 0, 97, 120, 3, 2),
}
large = picture(97, 120)
result["large"] = large
for name, (top, left, height, width, *size) in BOXES.items():
    for filter_name, mode in (("bilinear", InterpolationMode.BILINEAR), ("bicubic", InterpolationMode.BICUBIC)):
        out = tv.resized_crop(large / 255, top, left, height, width, size, interpolation=mode, antialias=True)
        result[f"{name}.{filter_name}"] = out.clamp(0, 1)
    result[f"{name}.box"] = torch.tensor((top, left, height, width, *size))

small = picture(37, 29)
result["small"] = small
x = small / 255
for factor in (0.6, 1.4, 0.0):
    result[f"brightness.{factor}"] = tv.adjust_brightness(x, factor)
    result[f"contrast.{factor}"] = tv.adjust_contrast(x, factor)
    result[f"saturation.{factor}"] = tv.adjust_saturation(x, factor)
for turns in (-0.1, 0.1, 0.5, -0.5, 0.0):
    result[f"hue.{turns}"] = tv.adjust_hue(x, turns)
result["grayscale"] = tv.rgb_to_grayscale(x, num_output_channels=3)
result["solarize"] = tv.solarize(x, 0.5)
result["normalize"] = tv.normalize(x, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
result["blur.reflect"] = tv.gaussian_blur(x, [9, 9], [1.7, 1.7])
result["blur.zero"] = blurred_in_black(x, 1.7, 4)
result["blur.narrow"] = tv.gaussian_blur(x, [3, 3], [0.1, 0.1])
# Jitter in the order hue, contrast, brightness, saturation.
jitter = tv.adjust_contrast(tv.adjust_hue(x, 0.08), 1.3)
result["jitter"] = tv.adjust_saturation(tv.adjust_brightness(jitter, 0.7), 1.2)
# The reference code's meanings.
mean = x.mean(dim=(1, 2), keepdim=True)
result["reference.brightness"] = (x + 0.3).clamp(0, 1)
result["reference.contrast"] = ((x - mean) * 1.4 + mean).clamp(0, 1)
result["reference.saturation.1.2"] = per_pixel(x, saturated(1.2))
result["reference.saturation.0.8"] = per_pixel(x, saturated(0.8))

# Quantiles of random_resized_crop's draws: of the box's area, the logarithm of its ratio, and its place.
QUANTILES = torch.tensor([0.05, 0.25, 0.5, 0.75, 0.95])
for height, width in ((32, 32), (300, 400), (40, 400)):
    draws = [RandomResizedCrop.get_params(torch.empty(3, height, width), [0.08, 1.0], [3 / 4, 4 / 3])
             for _ in range(40000)]
    top, left, h, w = torch.tensor(draws, dtype=torch.float64).unbind(1)
    rows = [h * w / (height * width), torch.log(w / h), (top + h / 2) / height, (left + w / 2) / width]
    result[f"crops.{height}x{width}"] = torch.stack([r.float().quantile(QUANTILES) for r in rows])

packed = {k: v.half() if v.is_floating_point() and not k.startswith("crops") else v for k, v in result.items()}
torch.save(packed, pathlib.Path(__file__).with_suffix(".pt"))
