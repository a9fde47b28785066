"""How fast LibTorch's convolutions are at ResNet-18's shapes, beside a product of two matrices of 2048.

    python convolutions.py [--threads 1] [--width 16] [--batch 256] [--dtype float32]

Channels-last, as a run has them, without all that stands between them in a step: what is missing here to the product's
rate, no step over these convolutions can reach. GFLOP/s, medians over half a second each."""

import argparse
import statistics
import time

import torch
from resnet18 import layers

PASSES = {"forward": None, "by inputs": [True, False, False], "by weights": [False, True, False]}


def median(call, seconds=0.5):
    call()
    times, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 3:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def passes(inputs, outputs, kernel, side, stride, batch, dtype):
    """Seconds of each pass; None for the one by inputs of the first layer, which no step takes."""
    last = {"memory_format": torch.channels_last}
    x = torch.randn(batch, inputs, side * stride, side * stride, dtype=dtype).to(**last)
    w = torch.randn(outputs, inputs, kernel, kernel, dtype=dtype).to(**last)
    y = torch.randn(batch, outputs, side, side, dtype=dtype).to(**last)
    numbers = (None, [stride] * 2, [kernel // 2] * 2, [1, 1], False, [0, 0], 1)
    for name, mask in PASSES.items():
        if mask is None:
            yield name, median(lambda: torch.conv2d(x, w, None, stride, kernel // 2))
        elif name != "by inputs" or inputs != 3:
            yield name, median(lambda mask=mask: torch.ops.aten.convolution_backward(y, x, w, *numbers, mask))
        else:
            yield name, None


def main():
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("threads", 1), ("width", 16), ("batch", 256), ("dtype", "float32")):
        ask.add_argument("--" + name, type=type(default), default=default)
    asked = ask.parse_args()
    torch.set_num_threads(asked.threads)
    dtype = getattr(torch, asked.dtype)
    a, b = (torch.randn(2048, 2048, dtype=dtype) for _ in range(2))
    product = 2e-9 * 2048**3 / median(lambda: a @ b, 2)
    print(f"product {product:.0f} GFLOP/s; of it, in %:")
    print(f"{'convolution':>28} {'a step has':>10} " + " ".join(f"{name:>10}" for name in PASSES))
    spent = ideal = 0
    shapes = [shape[:5] for shape in layers(asked.width)]
    for shape in dict.fromkeys(shapes):
        inputs, outputs, kernel, side, stride = shape
        flops = 2e-9 * asked.batch * inputs * outputs * kernel**2 * side**2
        row = []
        for name, seconds in passes(*shape, asked.batch, dtype):
            if seconds is None:
                row.append(f"{'-':>10}")
                continue
            row.append(f"{100 * flops / seconds / product:10.0f}")
            times = shapes.count(shape) * (2 if name == "forward" else 1)  # online and target
            spent += times * seconds
            ideal += times * flops / product
        print(f"{inputs:>6} to {outputs:<4} {kernel}x{kernel}, {side:>2} px /{stride} {shapes.count(shape):>10} "
              + " ".join(row))
    print(f"all convolutions of a step: {100 * ideal / spent:.0f} %")


if __name__ == "__main__":
    main()
