#pragma once

#include "byolab/evaluator.hpp"
#include "kinds/held.hpp"

namespace byolab {

class HeldEvaluator final : public Held<Evaluator> {
 public:
  using Held::Held;
  std::vector<double> evaluate(Subject& subject) override {
    return call("evaluate()", [&](Evaluator& evaluator) { return evaluator.evaluate(subject); });
  }
};

}  // namespace byolab
