#pragma once

#include <string_view>

#include "byolab/component.hpp"

namespace byolab {

/// A decoded image: 8-bit RGB, rows after rows, channels side by side.
struct Picture {
  std::vector<std::uint8_t> pixels;  ///< [height, width, 3]
  int height = 0, width = 0;
};

/// Images by index. `read` and `label` are called from many threads at once. The constructor reads
/// `Context::split` ("train" or "test").
class __attribute__((visibility("default"))) Dataset : public Component {
 public:
  static constexpr Kind kKind = Kind::dataset;
  ~Dataset() override;

  virtual std::int64_t size() const = 0;
  /// Decodes image `index`, in [0, size). Throws Error naming the file if it cannot be read.
  virtual void read(std::int64_t index, Picture& picture) const = 0;
  /// The class, in [0, classes); −1 where unknown. `set` names one of `label_sets` (colour, say); "" the main one.
  virtual std::int64_t label(std::int64_t index, std::string_view set = "") const = 0;
  /// Names of the classes of a label set, in the order of their numbers. Empty: no labels.
  virtual std::vector<std::string> classes(std::string_view set = "") const = 0;
  /// Further label sets beside the main one.
  virtual std::vector<std::string> label_sets() const { return {}; }
  /// A line that changes whenever the data does (names, sizes, times of files; a seed). Part of a run's identity.
  virtual std::string fingerprint() const = 0;
  /// Where an image comes from, for messages and reports: a path, usually.
  virtual std::string source(std::int64_t index) const;
};

}  // namespace byolab
