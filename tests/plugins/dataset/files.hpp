#pragma once

#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#include "support/stock_plugin.hpp"

namespace byolab::testing {

using Bytes = std::vector<std::uint8_t>;

inline void write_file(const std::filesystem::path& path, std::span<const std::uint8_t> bytes) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

inline Context split_context(const std::string& split) {
  Context context;
  context.split = split;
  return context;
}

/// "sentence | hint" of the Error that a call throws; "" if it throws none.
template <class Call>
std::string error_of(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return std::string(error.what()) + " | " + error.hint();
  }
  return "";
}

inline Picture read(const Dataset& dataset, std::int64_t index) {
  Picture picture;
  dataset.read(index, picture);
  return picture;
}

}  // namespace byolab::testing
