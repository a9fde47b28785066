"""Times augment_bench and torchvision's PIL transforms in turn, on one core, and prints ratios of medians.

    python augment_rival.py BUILD/tests/augment_bench [ROUNDS] [SECONDS]

Needs torch, torchvision and Pillow. Both start from decoded pixels, use the same ops with the same parameters
and probabilities, and end with a normalised float32 tensor. A round times each side once for each case."""

import statistics
import subprocess
import sys
import time

import torch
from PIL import Image
from torchvision import transforms as t

torch.set_num_threads(1)
# Side, case, image's height and width (375 × 500 is ImageNet's most frequent): the ratio asked for.
ASKED = {
    (32, "plain", 32, 32): 30,
    (32, "blur", 32, 32): 30,
    (224, "plain", 375, 500): 10,
    (224, "blur", 375, 500): 20,
    (224, "plain", 256, 256): 10,
    (224, "blur", 256, 256): 20,
}


def rival(side, blur):
    kernel = 2 * int(side / 20) + 1
    ops = [
        t.RandomResizedCrop(side, interpolation=t.InterpolationMode.BICUBIC),
        t.RandomHorizontalFlip(),
        t.RandomApply([t.ColorJitter(0.4, 0.4, 0.2, 0.1)], p=0.8),
        t.RandomGrayscale(0.2),
    ]
    if blur == "blur":
        ops.append(t.GaussianBlur(kernel, (0.1, 2.0)))
    ops += [t.RandomSolarize(128, 0.2), t.ToTensor(), t.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])]
    return t.Compose(ops)


def pictures(height, width):
    ramp = torch.arange(3 * height * width).view(height, width, 3) // 64
    return [Image.fromarray(((ramp + torch.randint(64, ramp.shape)) % 256).to(torch.uint8).numpy()) for _ in range(32)]


def time_rival(transform, images, seconds):
    done, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < seconds:
        for image in images:
            transform(image)
        done += len(images)
    return done / elapsed


def main():
    program = sys.argv[1]
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    seconds = sys.argv[3] if len(sys.argv) > 3 else "1"
    ours, theirs = {c: [] for c in ASKED}, {c: [] for c in ASKED}
    transforms = {c: rival(*c[:2]) for c in ASKED}
    images = {c: pictures(*c[2:]) for c in ASKED}
    for _ in range(rounds):
        for case in ASKED:
            command = [program, *map(str, case), seconds]
            ours[case].append(float(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
            theirs[case].append(time_rival(transforms[case], images[case], float(seconds)))
    print(f"{'case':>20} {'ours/s':>10} {'PIL/s':>8} {'ratio':>7} {'(range over rounds)':>20} {'asked':>6}")
    for case in ASKED:
        ratios = [a / b for a, b in zip(ours[case], theirs[case], strict=True)]
        a, b = statistics.median(ours[case]), statistics.median(theirs[case])
        name = "{} {} of {}x{}".format(*case)
        print(f"{name:>20} {a:10.0f} {b:8.0f} {a / b:6.1f}x {min(ratios):9.1f} – {max(ratios):.1f} {ASKED[case]:>6}x")


if __name__ == "__main__":
    main()
