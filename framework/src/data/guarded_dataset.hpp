#pragma once

#include <memory>

#include "byolab/annotated.hpp"
#include "byolab/capability.hpp"
#include "byolab/dataset.hpp"
#include "guard/guard.hpp"
#include "support/text.hpp"

namespace byolab {

/// A plugin's data set, each call of which passes through the guard; `read` goes straight through, since Store guards
/// it.
class GuardedDataset : public Dataset {
 public:
  GuardedDataset(std::shared_ptr<Dataset> inner, Callee callee)
      : inner_(std::move(inner)), callee_(std::move(callee)) {}

  std::int64_t size() const override {
    return guarded(callee_, "size()", -1, [&] {
      const std::int64_t size = inner_->size();
      if (size < 0 || size > kMostImages)
        throw Error("it gave " + std::to_string(size) + "; expected is the number of images, from 0 to " +
                    std::to_string(kMostImages));
      return size;
    });
  }
  void read(std::int64_t index, Picture& picture) const override { inner_->read(index, picture); }
  std::int64_t label(std::int64_t index, std::string_view set) const override {
    return guarded(callee_, "label()", -1, [&] { return inner_->label(index, set); });
  }
  std::vector<std::string> classes(std::string_view set) const override {
    return guarded(callee_, "classes()", -1, [&] {
      std::vector<std::string> names = inner_->classes(set);
      for (const std::string& name : names)
        if (!is_printable(name))
          throw Error("a class is called '" + printable(name) + "', which is no text of one line in UTF-8",
                      "rename it: the names of classes stand in records and exports");
      return names;
    });
  }
  std::vector<std::string> label_sets() const override {
    return guarded(callee_, "label_sets()", -1, [&] { return inner_->label_sets(); });
  }
  std::string fingerprint() const override {
    return guarded(callee_, "fingerprint()", -1, [&] { return inner_->fingerprint(); });
  }
  std::vector<Metric> metrics() const override {
    return guarded(callee_, "metrics()", -1, [&] { return inner_->metrics(); });
  }
  std::vector<double> values() const override {
    return guarded(callee_, "values()", -1, [&] {
      std::vector<double> values = inner_->values();
      if (values.size() != inner_->metrics().size())
        throw Error("it gave " + std::to_string(values.size()) + " values for other metrics than it declares");
      return values;
    });
  }
  std::string source(std::int64_t index) const override {
    return guarded(callee_, "source()", -1, [&] { return inner_->source(index); });
  }

 protected:
  const Dataset& inner() const { return *inner_; }
  const Callee& callee() const { return callee_; }

 private:
  /// An image's number is part of the key that its random numbers are drawn from, and has 40 bits there.
  static constexpr std::int64_t kMostImages = std::int64_t{1} << 40;

  std::shared_ptr<Dataset> inner_;
  Callee callee_;
};

/// One that knows where objects are.
class GuardedAnnotated final : public GuardedDataset, public Annotated {
 public:
  using GuardedDataset::GuardedDataset;
  std::vector<Annotation> annotations(std::int64_t index) const override {
    return guarded(callee(), "annotations()", -1, [&] { return capability<Annotated>(inner())->annotations(index); });
  }
};

inline std::shared_ptr<Dataset> guarded_dataset(std::shared_ptr<Dataset> inner, const Callee& callee) {
  if (capability<Annotated>(*inner)) return std::make_shared<GuardedAnnotated>(std::move(inner), callee);
  return std::make_shared<GuardedDataset>(std::move(inner), callee);
}

}  // namespace byolab
