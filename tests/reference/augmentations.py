"""torchvision's own operations on tensors: writes augmentations.pt. (BYOL's reference code: byol_augmentations.py.)

What runs is torchvision 0.26.0: transforms/v2/functional/_geometry.py:2688 (resized_crop), _color.py:92-230 (blends),
300-400 (hue), 31-57 (grayscale), 484-501 (solarize), _misc.py:37 (normalize), 86-170 (blur), and
transforms/transforms.py:928-970 (the draws of RandomResizedCrop). ColorJitter (1236-1290) applies its four in an order
drawn by randperm. Results are float16, whose rounding (at most 0.0003) is a small part of the 1/255 that the tests
allow."""

import pathlib

import torch
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
result["blur.narrow"] = tv.gaussian_blur(x, [3, 3], [0.1, 0.1])
# Jitter in the order hue, contrast, brightness, saturation.
jitter = tv.adjust_contrast(tv.adjust_hue(x, 0.08), 1.3)
result["jitter"] = tv.adjust_saturation(tv.adjust_brightness(jitter, 0.7), 1.2)
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
