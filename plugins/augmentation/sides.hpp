#pragma once

/// The longest side of an image that the host takes from an augmentation.
inline constexpr double kLargestSide = 1 << 16;
