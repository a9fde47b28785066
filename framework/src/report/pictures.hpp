#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include <ATen/core/Tensor.h>

namespace byolab {

/// The pictures of a page as data: URLs, each one once however often it is shown.
class Pictures {
 public:
  /// The place of a picture, uint8 [height, width, 3], in `json()`. `exact`: as PNG; else as JPEG, which takes less
  /// than half of the room.
  std::size_t add(const at::Tensor& picture, bool exact);
  /// A list of URLs.
  const nlohmann::ordered_json& json() const { return urls_; }

 private:
  std::map<std::string, std::size_t> places_;
  nlohmann::ordered_json urls_ = nlohmann::ordered_json::array();
};

}  // namespace byolab
