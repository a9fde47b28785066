"""What share of the machine's limits the step and the augmentations reach.

    python3 roofline.py FOLDER [--rounds 3] [--threads 2]

FOLDER holds train/<class>/*. Limits (matrix products, copies: limits_bench) and stages in turn. FLOPs and bytes are
counted from the shapes. Of the step: convolutions and heads, 2 FLOPs a multiplication; bytes: each layer's activations
as often as its passes read and write them, at two bytes (in float32 at four), and twelve passes over the float32
weights. Of the augmentations: two separable passes of the bicubic kernel's taps over the mean crop, then each op at its
probability with the arithmetic of its formula; bytes: the crop's pixels and the float32 view."""

import argparse
import os
import pathlib
import statistics
import subprocess
import tempfile

import h5py
import numpy
from resnet18 import layers

HERE = pathlib.Path(__file__).parent
BUILD = pathlib.Path(os.environ["BYOLAB_BUILD_DIR"])
HIDDEN, OUT = 4096, 256


def step_of(width):
    """FLOPs of convolutions, FLOPs of heads, bytes of activations: of an image's two views; and weights."""
    flops = moved = weights = 0
    for i, (inputs, outputs, kernel, side, stride, residual) in enumerate(layers(width)):
        product = 2 * inputs * outputs * kernel**2 * side**2
        flops += product * (4 if i else 3)  # forward online and target, by weights, by inputs (not by pixels)
        into, out = inputs * (side * stride)**2, outputs * side**2
        forward = into + out + 3 * out + residual * out
        backward = (2 if i else 1) * (into + out) + 5 * out + 2 * residual * out
        moved += 2 * (2 * forward + backward)
        weights += inputs * outputs * kernel**2
    features = width * 8
    projector, predictor = features * HIDDEN + HIDDEN * OUT, 2 * OUT * HIDDEN
    heads = 2 * (4 * projector + 3 * predictor)
    return 2 * flops, 2 * heads, 2 * moved, 2 * weights + 2 * projector + predictor


def view_of(side, height, width, blur):
    """FLOPs and bytes of one view; crops have 54 % of the image on average."""
    pixels, crop = side**2, 0.54 * height * width
    scale = max(1.0, crop**0.5 / side)
    taps = 4 * scale
    resample = 2 * taps * 3 * side * (crop**0.5 + side)
    jitter = 12 + 17 + 17 + 50  # brightness, contrast, saturation, hue, of a pixel
    radius = side // 20
    each = 0.8 * jitter + 0.2 * 5 + 0.2 * 6 + 6 + (2 * 3 * 3 * (radius + 1) if blur else 0)
    return resample + each * pixels, 3 * crop + 12 * pixels


def limits(threads):
    out = subprocess.run([BUILD / "tests" / "limits_bench", str(threads)], check=True, capture_output=True,
                         text=True).stdout
    return dict(zip(("float32", "bfloat16", "copy"), map(float, out.split()), strict=True))


def seconds_a_step(options, folder, width, batch, steps):
    """And the precision in which the run computed."""
    command = [BUILD / "bin" / "byolab", "run", HERE / "end_to_end.toml", "--plain", "--replace"]
    for key, value in {"run.steps": steps, "run.batch_size": batch, "run.threads": options.threads,
                       "run.output": folder, "run.name": f"w{width}", "data.root": options.folder,
                       "data.subset": batch * steps, "encoder.width": width}.items():
        command += ["--set", f"{key}={value}"]
    done = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout
    run = next(line.split(maxsplit=1)[1] for line in done.splitlines() if line.startswith("writes "))
    with h5py.File(pathlib.Path(run) / "run.h5") as record:
        dtype = record["environment"].attrs["dtype"]
        step = float(numpy.median(numpy.diff(record["metrics/train/wall_time"][...])[2:]))
        return step, dtype if isinstance(dtype, str) else dtype.decode()


def views_a_second(side, case, height, width):
    words = [BUILD / "tests" / "augment_bench", side, case, height, width, 1]
    return float(subprocess.run(list(map(str, words)), check=True, capture_output=True, text=True).stdout)


def spread(values, form):
    return f"{statistics.median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def main():
    parse = argparse.ArgumentParser()
    parse.add_argument("folder")
    parse.add_argument("--rounds", type=int, default=3)
    parse.add_argument("--threads", type=int, default=2)
    options = parse.parse_args()
    print(f"{options.threads} threads for the step, 1 for the augmentations; {options.rounds} rounds; medians (range)")
    with tempfile.TemporaryDirectory() as folder:
        for width, batch, steps, asked in ((16, 256, 14, "75 %"), (64, 64, 8, "95 %")):
            convolutions, heads, moved, weights = step_of(width)
            at, reached, products, with_heads, copying = [], [], [], [], []
            for _ in range(options.rounds):
                before = limits(options.threads)
                seconds, dtype = seconds_a_step(options, folder, width, batch, steps)
                after = limits(options.threads)
                at.append({key: (before[key] + after[key]) / 2 for key in before})
                reached.append(1e-9 * batch * convolutions / seconds)
                products.append(reached[-1] / at[-1][dtype])
                with_heads.append(1e-9 * batch * (convolutions + heads) / seconds / at[-1][dtype])
                activations = moved * (2 if dtype == "float32" else 1)
                copying.append(1e-9 * (batch * activations + 12 * 4 * weights) / seconds / at[-1]["copy"])
            print(f"step, width {width}, batch {batch}: {convolutions / 1e6:.0f} MFLOP of convolutions an image, "
                  f"{heads / 1e6:.0f} of heads, "
                  f"{activations / 1e6:.1f} MB an image + {48 * weights / 1e6:.0f} MB a step")
            for name, unit in (("float32", "GFLOP/s"), ("bfloat16", "GFLOP/s"), ("copy", "GB/s")):
                print(f"  limit {name}: {spread([limit[name] for limit in at], '.0f')} {unit}")
            print(f"  convolutions: {spread(reached, '.0f')} GFLOP/s, {spread(products, '.0%')} of the {dtype} limit "
                  f"(asked, of bfloat16's: {asked}); "
                  f"heads included {spread(with_heads, '.0%')}; of the copies' limit {spread(copying, '.0%')}")
    for side, case, height, width in ((32, "plain", 32, 32), (32, "blur", 32, 32), (224, "plain", 375, 500),
                                      (224, "blur", 375, 500)):
        flops, moved = view_of(side, height, width, case == "blur")
        rates, shares, copying = [], [], []
        for _ in range(options.rounds):
            limit, rate = limits(1), views_a_second(side, case, height, width)
            rates.append(1e-9 * rate * flops)
            shares.append(rates[-1] / limit["float32"])
            copying.append(1e-9 * rate * moved / limit["copy"])
        print(f"{side} px {case} of {height} x {width}: {flops / 1e3:.0f} kFLOP and {moved / 1e3:.0f} kB a view; "
              f"{spread(rates, '.0f')} GFLOP/s, "
              f"{spread(shares, '.0%')} of the float32 limit of one core, "
              f"{spread(copying, '.0%')} of its copies' limit")


if __name__ == "__main__":
    main()
