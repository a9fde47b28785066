#pragma once

#include "byolab/evaluator.hpp"
#include "config/toml_reader.hpp"
#include "support/reference_file.hpp"
#include "support/stock_plugin.hpp"

namespace byolab::testing {

/// Gives evaluators what a test puts in.
class FakeSubject final : public Subject {
 public:
  Embedded bank, queries;
  std::pair<at::Tensor, at::Tensor> other_labels;
  PairedViews views;
  Weights weights;
  std::optional<Weights> target_weights;
  std::int64_t class_count = 0;

  const Embedded& train() override { return bank; }
  const Embedded& held_out() override { return queries; }
  std::pair<at::Tensor, at::Tensor> labels(const std::string& set) override {
    if (set != "colour") throw Error("no label set '" + set + "'");
    return other_labels;
  }
  const PairedViews& pairs() override { return views; }
  std::int64_t classes(const std::string&) override { return class_count; }
  const Weights& online() override { return weights; }
  const Weights* target() override { return target_weights ? &*target_weights : nullptr; }
  Step step() const override { return {}; }
  std::uint64_t seed() const override { return 1; }
  std::int64_t size(Split split) override { return (split == Split::train ? bank : queries).features.size(0); }
  at::Tensor images(Split, std::int64_t, std::int64_t) override { throw Error("no images"); }
  std::vector<std::vector<Annotation>> annotations(Split, std::int64_t, std::int64_t) override {
    throw Error("no annotations");
  }
  std::vector<at::Tensor> maps(const at::Tensor&, Side) override { throw Error("no maps"); }
};

/// The stock evaluator of a TOML table. Throws std::exception with the problems found.
inline std::shared_ptr<Evaluator> stock_evaluator(const std::string& toml) {
  Problems problems;
  const auto table = parse_toml(toml, "test.toml", problems);
  if (!table) throw Error(problems.text());
  return stock<Evaluator>(*table->get_if<Table>());
}

/// A stored tensor; fractions as float32.
inline at::Tensor stored(const ReferenceFile& reference, const std::string& name) {
  const at::Tensor tensor = reference.tensor(name);
  return tensor.is_floating_point() ? tensor.to(at::kFloat) : tensor;
}

/// What a stock evaluator measures, by metric.
inline std::map<std::string, double> measure(const std::string& toml, Subject& subject) {
  const auto evaluator = stock_evaluator(toml);
  const std::vector<double> values = evaluator->evaluate(subject);
  const std::vector<Metric> metrics = evaluator->metrics();
  std::map<std::string, double> measured;
  for (std::size_t i = 0; i < metrics.size(); ++i) measured[metrics[i].name] = values.at(i);
  return measured;
}

/// The labelled splits of tests/reference/evaluators.py.
inline FakeSubject reference_splits(const ReferenceFile& reference) {
  FakeSubject subject;
  subject.bank = {stored(reference, "train"), stored(reference, "train_labels")};
  subject.queries = {stored(reference, "test"), stored(reference, "test_labels")};
  subject.class_count = 3;
  return subject;
}

}  // namespace byolab::testing
