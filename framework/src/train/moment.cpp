#include "train/moment.hpp"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include "train/dense.hpp"
#include "train/networks.hpp"

namespace byolab {
namespace {

constexpr std::int64_t kBatch = 250;   // images a forward pass in evaluation
constexpr std::int64_t kPairs = 1000;  // images for alignment and the like

at::Tensor home(const at::Tensor& tensor) { return tensor.to(at::kCPU, at::kFloat); }

}  // namespace

Moment::Moment(const Model& model, RunData& data, const Compute& compute, const Step& step, std::uint64_t seed)
    : model_(model), data_(data), compute_(compute), step_(step), seed_(seed) {
  lend("the online network's weights", model.online.tensors(Which::parameters));
  lend("the target network's weights", model.target.tensors(Which::parameters));
}

void Moment::look_at(DataPart part, const Asks& asks) {
  part_ = part;
  asks_ = asks;
}

void Moment::expect_unchanged() const {
  for (const auto& [what, loan] : loans_) byolab::expect_unchanged(loan, what);
}

void Moment::lend(const std::string& what, std::vector<at::Tensor> tensors) {
  loans_.emplace_back(what, OnLoan(std::move(tensors)));
}

std::pair<at::Tensor, at::Tensor> Moment::labels(const std::string& set) {
  return {data_.labels(DataPart::train, set), data_.labels(part_, set)};
}

at::Tensor Moment::features(const Plugged<Encoder>& encoder, const at::Tensor& images) const {
  const c10::AutoGradMode no_gradient(false);
  const Autocast autocast(compute_.device.type(), compute_.dtype);
  return apply(encoder, images.to(compute_.device), step_.index);
}

at::Tensor Moment::head(const Plugged<Head>& head, const at::Tensor& x) const {
  const c10::AutoGradMode no_gradient(false);
  const Autocast autocast(compute_.device.type(), compute_.dtype);
  return apply(head, x, step_.index);
}

const Embedded& Moment::embedded(DataPart part) {
  if (embedded_.contains(part)) return embedded_[part];
  std::vector<at::Tensor> pieces;
  for (std::int64_t begin = 0, n = data_.size(part); begin < n; begin += kBatch)
    pieces.push_back(home(features(model_.encoder, data_.plain(part, begin, std::min(n, begin + kBatch)))));
  const Embedded& made = embedded_[part] = {at::cat(pieces), data_.labels(part)};
  lend("features or labels", {made.features, made.labels});
  return made;
}

const PairedViews& Moment::pairs() {
  if (!pairs_.contains(part_)) pairs_[part_] = make_pairs();
  return pairs_[part_];
}

PairedViews Moment::make_pairs() {
  PairedViews pairs;
  const std::vector<at::Tensor> views = data_.paired(part_, std::min(kPairs, data_.size(part_)));
  for (int v = 0; v < 2; ++v) {
    std::vector<at::Tensor> y, z, q, t;
    for (const at::Tensor& images : views[static_cast<std::size_t>(v)].split(kBatch)) {
      y.push_back(features(model_.encoder, images));
      z.push_back(head(model_.projector, y.back()));
      q.push_back(head(model_.predictor, z.back()));
      if (model_.target_projector) t.push_back(head(model_.target_projector, features(model_.target_encoder, images)));
    }
    pairs.features[v] = home(at::cat(y));
    pairs.projection[v] = home(at::cat(z));
    pairs.prediction[v] = home(at::cat(q));
    if (!t.empty()) pairs.target[v] = home(at::cat(t));
    lend("paired views", {pairs.features[v], pairs.projection[v], pairs.prediction[v], pairs.target[v]});
  }
  return pairs;
}

at::Tensor Moment::images(Split split, std::int64_t begin, std::int64_t end) {
  expect_range(begin, end, size(split));
  return home(data_.plain(part_of(split), begin, end));
}

std::vector<std::vector<Annotation>> Moment::annotations(Split split, std::int64_t begin, std::int64_t end) {
  expect_asked(asks_.annotations, "annotations");
  expect_range(begin, end, size(split));
  return data_.annotations(part_of(split), begin, end);
}

std::vector<at::Tensor> Moment::maps(const at::Tensor& images, Side side) {
  expect_asked(asks_.maps, "feature maps");
  expect_images(images);
  if (side == Side::target && !model_.has_target())
    throw Error("it asks for feature maps of the target, and there is no second network",
                "ask for the online encoder's where Subject::target() is null");
  return maps_of(side == Side::target ? model_.target_encoder : model_.encoder, images);
}

std::vector<at::Tensor> Moment::maps_of(const Plugged<Encoder>& encoder, const at::Tensor& images) const {
  const c10::AutoGradMode no_gradient(false);
  const Autocast autocast(compute_.device.type(), compute_.dtype);
  std::vector<std::vector<at::Tensor>> pieces;  // of each map
  for (const at::Tensor& some : images.split(kBatch)) {
    const at::Tensor x = some.to(compute_.device, compute_.dtype).contiguous(compute_.format);
    const std::vector<at::Tensor> made = feature_maps(encoder, x, step_.index);
    pieces.resize(made.size());
    for (std::size_t i = 0; i < made.size(); ++i) pieces[i].push_back(home(made[i]));
  }
  std::vector<at::Tensor> maps;
  for (const std::vector<at::Tensor>& one : pieces) maps.push_back(at::cat(one));
  return maps;
}

}  // namespace byolab
