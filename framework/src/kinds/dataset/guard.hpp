#pragma once

#include "byolab/annotated.hpp"
#include "byolab/dataset.hpp"
#include "kinds/held.hpp"

namespace byolab {

class HeldDataset : public Held<Dataset> {
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
};

template <class Guarded>
class HeldAnnotated : public Guarded, public Annotated {
 public:
  using Capability = Annotated;
  using Guarded::Guarded;
  std::vector<Annotation> annotations(std::int64_t index) const override {
    return this->call("annotations()", [&](Dataset& data) { return capability<Annotated>(data)->annotations(index); });
  }
};

}  // namespace byolab
