#pragma once

#include <byolab/dataset.hpp>

namespace images {

/// Brings a picture upright that is stored with this orientation, as TIFF and EXIF number them: 1 is upright, 2 to 4
/// are mirrored or upside down, 5 to 8 lie on their side. Other numbers leave it as it is, as Pillow does.
void turn_upright(int orientation, byolab::Picture& picture);

/// Whether the EXIF part of a JPEG, PNG or WebP file names another orientation than 1. A damaged part counts as none.
bool jpeg_is_turned(const std::vector<std::uint8_t>& bytes);
bool png_is_turned(const std::vector<std::uint8_t>& bytes);
bool webp_is_turned(const std::vector<std::uint8_t>& bytes);

}  // namespace images
