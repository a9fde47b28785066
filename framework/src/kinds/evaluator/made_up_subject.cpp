#include "kinds/evaluator/made_up_subject.hpp"

#include <ATen/Functions.h>

namespace byolab::conformance {
namespace {

constexpr std::int64_t kMadeUpClasses = 3, kMadeUpFeatures = 12, kProjection = 8;

Weights network(const Setup& setup, std::uint64_t seed) {
  return Weights({{"encoder",
                   {"weight"},
                   {"running_mean"},
                   {numbers({kMadeUpFeatures, 4}, setup, seed)},
                   {numbers({4}, setup, seed + 1)}},
                  {"projector", {"weight"}, {}, {numbers({kProjection, kMadeUpFeatures}, setup, seed + 2)}, {}}});
}

}  // namespace

MadeUpSubject::MadeUpSubject(const Setup& setup) : bare_(setup.size == 1) {
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
