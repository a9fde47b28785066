#include "kinds/evaluator/made_up_subject.hpp"

#include <ATen/Functions.h>

#include "train/dense.hpp"

namespace byolab::conformance {
namespace {

constexpr std::int64_t kMadeUpClasses = 3, kMadeUpFeatures = 12, kProjection = 8, kSide = 32;

Weights network(const Setup& setup, std::uint64_t seed) {
  return Weights({{"encoder",
                   {"weight"},
                   {"running_mean"},
                   {numbers({kMadeUpFeatures, 4}, setup, seed)},
                   {numbers({4}, setup, seed + 1)}},
                  {"projector", {"weight"}, {}, {numbers({kProjection, kMadeUpFeatures}, setup, seed + 2)}, {}}});
}

/// Where the object of an image lies. Each is seen in some other place and size.
Annotation made_up_object(Split split, std::int64_t image) {
  const std::int64_t n = image + (split == Split::train ? 7 : 0), left = n * 5 % 16, top = n * 3 % 16,
                     width = 8 + n % 9;
  Annotation one{static_cast<float>(left),    static_cast<float>(top), static_cast<float>(left + width),
                 static_cast<float>(top + 8), image % kMadeUpClasses,  {}};
  one.mask.assign(kSide * kSide, 0);
  for (std::int64_t y = top; y < top + 8; ++y)
    std::fill_n(one.mask.begin() + y * kSide + left, width, std::uint8_t{255});
  return one;
}

}  // namespace

MadeUpSubject::MadeUpSubject(const Setup& setup, const Asks& asks)
    : setup_(setup), asks_(asks), bare_(setup.size == 1) {
  train_ = embedded(240, setup, 1);
  held_out_ = embedded(60, setup, 2);
  for (std::uint64_t v : {0, 1}) {
    pairs_.features[v] = numbers({60, kMadeUpFeatures}, setup, 10 + v);
    pairs_.projection[v] = numbers({60, kProjection}, setup, 20 + v);
    pairs_.prediction[v] = numbers({60, kProjection}, setup, 30 + v);
    if (!bare_) pairs_.target[v] = numbers({60, kProjection}, setup, 40 + v);
  }
  online_ = network(setup, 50);
  target_ = network(setup, 60);
}

Embedded MadeUpSubject::embedded(std::int64_t rows, const Setup& setup, std::uint64_t seed) const {
  const at::Tensor labels = at::arange(rows, at::kLong).remainder(kMadeUpClasses);
  at::Tensor features = numbers({rows, kMadeUpFeatures}, {}, seed);
  features.select(1, 0).add_(labels * 4);  // classes stand apart
  if (setup.fill != Fill::usual) features = numbers({rows, kMadeUpFeatures}, {.fill = setup.fill}, seed);
  return {laid_out(features, setup.layout), bare_ ? at::Tensor() : labels};
}

/// What is in an object's box stands out from the noise around it.
at::Tensor MadeUpSubject::images(Split split, std::int64_t begin, std::int64_t end) {
  expect_range(begin, end, size(split));
  at::Tensor images = numbers({size(split), 3, kSide, kSide}, {.fill = setup_.fill}, split == Split::train ? 70 : 71);
  images = images.slice(0, begin, end).clone();
  for (std::int64_t i = begin; i < end; ++i) {
    const Annotation box = made_up_object(split, i);
    images[i - begin]
        .slice(1, static_cast<std::int64_t>(box.top), static_cast<std::int64_t>(box.bottom))
        .slice(2, static_cast<std::int64_t>(box.left), static_cast<std::int64_t>(box.right))
        .add_(5);
  }
  return laid_out(images, setup_.layout);
}

std::vector<std::vector<Annotation>> MadeUpSubject::annotations(Split split, std::int64_t begin, std::int64_t end) {
  expect_asked(asks_.annotations, "annotations");
  expect_range(begin, end, size(split));
  std::vector<std::vector<Annotation>> all;
  for (std::int64_t i = begin; i < end; ++i) all.push_back({made_up_object(split, i)});
  return all;
}

std::vector<at::Tensor> MadeUpSubject::maps(const at::Tensor& images, Side side) {
  expect_asked(asks_.maps, "feature maps");
  expect_images(images);
  if (side == Side::target && bare_) throw Error("it asks for maps of the target, and there is no second network");
  const at::Tensor x = side == Side::target ? images.neg() : images;
  std::vector<at::Tensor> maps;
  for (const std::int64_t cell : {4, 8}) maps.push_back(laid_out(at::avg_pool2d(x, {cell, cell}), setup_.layout));
  return maps;
}

std::pair<at::Tensor, at::Tensor> MadeUpSubject::labels(const std::string& set) {
  if (!set.empty()) throw Error("the data set has no label set '" + set + "'", "leave the option out");
  return {train_.labels, held_out_.labels};
}

std::int64_t MadeUpSubject::classes(const std::string& set) {
  if (!set.empty()) throw Error("the data set has no label set '" + set + "'", "leave the option out");
  return bare_ ? 0 : kMadeUpClasses;
}

std::vector<std::pair<std::string, at::Tensor>> MadeUpSubject::all() const {
  std::vector<std::pair<std::string, at::Tensor>> all{{"the training features", train_.features},
                                                      {"the training labels", train_.labels},
                                                      {"the held-out features", held_out_.features},
                                                      {"the held-out labels", held_out_.labels}};
  for (int v = 0; v < 2; ++v) {
    all.emplace_back("the features of a view", pairs_.features[v]);
    all.emplace_back("the projections of a view", pairs_.projection[v]);
    all.emplace_back("the predictions of a view", pairs_.prediction[v]);
    all.emplace_back("the targets of a view", pairs_.target[v]);
  }
  for (const at::Tensor& tensor : online_.tensors(Which::all)) all.emplace_back("the online network's weights", tensor);
  for (const at::Tensor& tensor : target_.tensors(Which::all)) all.emplace_back("the target network's weights", tensor);
  return all;
}

}  // namespace byolab::conformance
