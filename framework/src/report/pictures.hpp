#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "support/array.hpp"

namespace byolab {

/// One picture of an array of them: uint8 [height, width, 3].
struct PictureView {
  const std::uint8_t* pixels;
  int height, width;
};

/// The picture at `place` of `images` [..., height, width, 3].
PictureView picture_at(const Array<std::uint8_t>& images, std::int64_t place);

/// The pictures of a page as data: URLs, each one once however often it is shown.
class Pictures {
 public:
  /// The place of a picture in `json()`. `exact`: as PNG; else as JPEG, which takes less
  /// than half of the room.
  std::size_t add(const PictureView& picture, bool exact);
  /// A list of URLs.
  const nlohmann::ordered_json& json() const { return urls_; }

 private:
  std::map<std::string, std::size_t> places_;
  nlohmann::ordered_json urls_ = nlohmann::ordered_json::array();
};

}  // namespace byolab
