#include "kinds/evaluator/bench.hpp"

#include <ATen/Functions.h>
#include <fmt/format.h>

#include "kinds/evaluator/made_up_subject.hpp"

namespace byolab::conformance {
namespace {

/// An evaluator: a step measures a made-up subject.
class EvaluatorBench final : public Bench {
 public:
  EvaluatorBench(const Specimen& specimen, const Setup& setup) : setup_(setup) {
    evaluator_ = specimen.make<Evaluator>(setup.options, {});
  }
  Component& component() override { return *evaluator_.object; }

  std::vector<at::Tensor> step(std::int64_t k) override {
    MadeUpSubject subject(setup_);
    begin(k);
    for (const auto& [name, tensor] : subject.all()) lend(name, tensor);
    std::vector<double> values =
        timed([&] { return evaluator_.call("evaluate()", k, [&](Evaluator& e) { return e.evaluate(subject); }); });
    const std::size_t declared = evaluator_.call("metrics()", k, [](Evaluator& e) { return e.metrics(); }).size();
    if (values.size() != declared)
      throw Failure(fmt::format("evaluate() gave {} values for {} declared metrics", values.size(), declared));
    for (double& value : values)
      if (std::isnan(value)) value = 0;  // "it makes no sense here", which is allowed
    return {at::tensor(values, at::kDouble)};
  }

 private:
  Setup setup_;
  Plugged<Evaluator> evaluator_;
};

}  // namespace

std::unique_ptr<Bench> make_evaluator_bench(const Specimen& specimen, const Setup& setup) {
  return std::make_unique<EvaluatorBench>(specimen, setup);
}

}  // namespace byolab::conformance
