#pragma once

#include "byolab/evaluator.hpp"
#include "support/stock.hpp"

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
};

/// What a stock evaluator measures, by metric.
inline std::map<std::string, double> measure(const std::string& toml, Subject& subject) {
  const auto evaluator = std::static_pointer_cast<Evaluator>(make_stock(Kind::evaluator, "evaluate", toml));
  const std::vector<double> values = evaluator->evaluate(subject);
  const std::vector<Metric> metrics = evaluator->metrics();
  std::map<std::string, double> measured;
  for (std::size_t i = 0; i < metrics.size(); ++i) measured[metrics[i].name] = values.at(i);
  return measured;
}

/// The labelled splits of tests/reference/evaluators.py.
inline FakeSubject reference_splits(const Reference& reference) {
  FakeSubject subject;
  subject.bank = {reference("train"), reference("train_labels")};
  subject.queries = {reference("test"), reference("test_labels")};
  subject.class_count = 3;
  return subject;
}

}  // namespace byolab::testing
