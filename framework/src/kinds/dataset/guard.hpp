#pragma once

#include "byolab/dataset.hpp"
#include "kinds/held.hpp"

namespace byolab {

class HeldDataset final : public Held<Dataset> {
 public:
  using Held::Held;
  std::int64_t size() const override {
    return call("size()", [](Dataset& data) { return data.size(); });
  }
  void read(std::int64_t index, Picture& picture) const override {
    call("read()", [&](Dataset& data) { data.read(index, picture); });
  }
  std::int64_t label(std::int64_t index, std::string_view set) const override {
    return call("label()", [&](Dataset& data) { return data.label(index, set); });
  }
  std::vector<std::string> classes(std::string_view set) const override {
    return call("classes()", [&](Dataset& data) { return data.classes(set); });
  }
  std::vector<std::string> label_sets() const override {
    return call("label_sets()", [](Dataset& data) { return data.label_sets(); });
  }
  std::string fingerprint() const override {
    return call("fingerprint()", [](Dataset& data) { return data.fingerprint(); });
  }
  std::string source(std::int64_t index) const override {
    return call("source()", [&](Dataset& data) { return data.source(index); });
  }
  bool annotate(std::int64_t index, Annotation& annotation) const override {
    return call("annotate()", [&](Dataset& data) { return data.annotate(index, annotation); });
  }
};

}  // namespace byolab
