#pragma once

#include <gtest/gtest.h>

#include <cstdlib>

#include "framework/record/temporary_folder.hpp"
#include "plugins/dataset/files.hpp"
#include "support/reference_file.hpp"
#include "support/stock_plugin.hpp"

namespace byolab::testing {

inline const ReferenceFile& reference_images() {
  static const ReferenceFile images("images");
  return images;
}

/// A file of tests/reference/images.py.
inline Bytes file_of(const std::string& name) {
  const at::Tensor bytes = reference_images().tensor(name + ".file");
  return {bytes.data_ptr<std::uint8_t>(), bytes.data_ptr<std::uint8_t>() + bytes.numel()};
}

inline std::shared_ptr<Dataset> image_folder(const std::filesystem::path& root, Table more = {},
                                             const std::string& split = "train") {
  Table options{{"plugin", "image_folder"}, {"root", root.string()}};
  options.insert(options.end(), more.begin(), more.end());
  return stock<Dataset>(std::move(options), split_context(split));
}

/// What a data set tells under a name: "NUMBER MEANING"; "" if it tells nothing.
inline std::string told(const Dataset& data, const std::string& name) {
  const std::vector<Metric> metrics = data.metrics();
  for (std::size_t i = 0; i < metrics.size(); ++i)
    if (metrics[i].name == name && data.values().at(i) != 0)
      return std::to_string(static_cast<std::int64_t>(data.values()[i])) + " " + metrics[i].meaning;
  return {};
}

/// A folder of images, and a cache of its own, so that no test knows what another has kept.
class ImageFolderTest : public ::testing::Test {
 protected:
  ImageFolderTest() { ::setenv("XDG_CACHE_HOME", (temporary_ / "cache").c_str(), 1); }
  ~ImageFolderTest() override { ::unsetenv("XDG_CACHE_HOME"); }

  std::filesystem::path root() const { return temporary_ / "images"; }
  void put(const std::string& path, const Bytes& bytes) const { write_file(root() / path, bytes); }
  /// Two classes, two images each, in both splits.
  void fill() const {
    for (const char* split : {"train", "test"})
      for (const char* name : {"cat/b.jpg", "cat/a.png", "ant/x.JPEG", "ant/y.png"})
        put(std::string(split) + "/" + name,
            file_of(std::filesystem::path(name).extension() == ".png" ? "png_rgb" : "jpeg_444"));
  }
  TemporaryFolder temporary_;
};

}  // namespace byolab::testing
