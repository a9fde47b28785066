#include "kinds/dataset/bench.hpp"

#include "byolab/capability.hpp"
#include "byolab/dataset.hpp"

#include <ATen/Functions.h>
#include <fmt/format.h>

#include "conformance/tensors.hpp"
#include "data/annotations.hpp"

namespace byolab::conformance {
namespace {

const char* const kSplits[] = {"train", "test"};

/// A data set: a step reads one image with all that is known of it.
class DatasetBench final : public Bench {
  template <class Work>
  decltype(auto) call(const char* name, Work&& work) const {
    return data_.call(name, -1, [&](const Dataset& data) { return work(data); });
  }

 public:
  DatasetBench(const Specimen& specimen, const Setup& setup) {
    Context context;
    context.split = kSplits[setup.size];
    data_ = specimen.make<Dataset>(setup.options, context);
    size_ = call("size()", [](const Dataset& data) { return data.size(); });
    if (size_ < 1) throw Failure(fmt::format("size() of the split '{}' is {}", context.split, size_));
    if (call("fingerprint()", [](const Dataset& data) { return data.fingerprint(); }).empty())
      throw Failure("fingerprint() is empty: two different data sets would pass for the same");
    sets_ = call("label_sets()", [](const Dataset& data) { return data.label_sets(); });
    sets_.insert(sets_.begin(), "");
    for (const std::string& set : sets_)
      classes_.push_back(
          static_cast<std::int64_t>(call("classes()", [&](const Dataset& data) { return data.classes(set); }).size()));
  }
  Component& component() override { return *data_.object; }
  bool concurrent() const override { return true; }

  std::vector<at::Tensor> step(std::int64_t k) override {
    // Spread over the data set: classes often stand one after the other.
    const std::int64_t index = (k * 7919) % size_;
    Picture picture;
    read(index, picture);
    std::vector<at::Tensor> results{at::tensor(picture.pixels, at::kByte),
                                    at::tensor({std::int64_t{picture.height}, std::int64_t{picture.width}})};
    for (std::size_t i = 0; i < sets_.size(); ++i) results.push_back(at::tensor(label(index, i), at::kLong));
    if (const auto* annotated = capability<Annotated>(*data_.object)) annotate(*annotated, index, picture, results);
    return results;
  }

 private:
  void read(std::int64_t index, Picture& picture) {
    timed([&] { call("read()", [&](const Dataset& data) { data.read(index, picture); }); });
    if (picture.height < 1 || picture.width < 1 ||
        picture.pixels.size() !=
            std::size_t{3} * static_cast<std::size_t>(picture.height) * static_cast<std::size_t>(picture.width))
      throw Failure(
          fmt::format("read({}) gave an image of {} × {} pixels with {} bytes, where height · width · 3 were expected",
                      index, picture.height, picture.width, picture.pixels.size()));
  }

  std::int64_t label(std::int64_t index, std::size_t set) const {
    const std::int64_t label = call("label()", [&](const Dataset& data) { return data.label(index, sets_[set]); });
    if (label < -1 || label >= std::max<std::int64_t>(classes_[set], 0))
      throw Failure(
          fmt::format("label({}, \"{}\") gave {}, and there are {} classes: −1 (unknown) or 0 … {} was expected", index,
                      sets_[set], label, classes_[set], classes_[set] - 1));
    return label;
  }

  void annotate(const Annotated& annotated, std::int64_t index, const Picture& picture,
                std::vector<at::Tensor>& results) const {
    const std::vector<Annotation> all = call("annotations()", [&](const Dataset&) {
      std::vector<Annotation> given = annotated.annotations(index);
      check_annotations(given, index, {picture.height, picture.width}, classes_.front());
      return given;
    });
    for (const Annotation& one : all) {
      results.push_back(at::tensor({one.left, one.top, one.right, one.bottom}));
      results.push_back(at::tensor(one.label, at::kLong));
      results.push_back(at::tensor(one.mask, at::kByte));
    }
  }

  Plugged<Dataset> data_;
  std::int64_t size_ = 0;
  std::vector<std::string> sets_;
  std::vector<std::int64_t> classes_;
};

}  // namespace

std::unique_ptr<Bench> make_dataset_bench(const Specimen& specimen, const Setup& setup) {
  return std::make_unique<DatasetBench>(specimen, setup);
}

}  // namespace byolab::conformance
