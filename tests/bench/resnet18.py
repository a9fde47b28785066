"""ResNet-18 at 32 × 32 pixels, as a list of its convolutions."""


def layers(width):
    """(inputs, outputs, kernel, side of the output, stride, has a residual added) of ResNet-18's convolutions at 32
    px."""
    yield 3, width, 3, 32, 1, False
    before = width
    for stage in range(4):
        channels, side = width << stage, 32 >> stage
        for block in range(2):
            stride = 2 if stage > 0 and block == 0 else 1
            yield before, channels, 3, side, stride, False
            yield channels, channels, 3, side, 1, True
            if stride == 2:
                yield before, channels, 1, side, 2, False
            before = channels
