#pragma once

#include "byolab/evaluator.hpp"
#include "kinds/held.hpp"

namespace byolab {

class HeldEvaluator : public Held<Evaluator> {
 public:
  using Held::Held;
  Asks asks() const override {
    return call("asks()", [](Evaluator& evaluator) { return evaluator.asks(); });
  }
  std::vector<double> evaluate(Subject& subject) override {
    return call("evaluate()", [&](Evaluator& evaluator) { return evaluator.evaluate(subject); });
  }
};

template <class Guarded>
class HeldPredicts : public Guarded, public Predicts {
 public:
  using Capability = Predicts;
  using Guarded::Guarded;
  at::Tensor predictions(Subject& subject) override {
    return this->call("predictions()",
                      [&](Evaluator& evaluator) { return capability<Predicts>(evaluator)->predictions(subject); });
  }
};

}  // namespace byolab
