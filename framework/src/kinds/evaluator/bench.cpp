#include "kinds/evaluator/bench.hpp"

#include <ATen/Functions.h>
#include <fmt/format.h>

#include "byolab/capability.hpp"
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
    MadeUpSubject subject(setup_, evaluator_.call("asks()", k, [](Evaluator& e) { return e.asks(); }));
    begin(k);
    for (const auto& [name, tensor] : subject.all()) lend(name, tensor);
    std::vector<double> values =
        timed([&] { return evaluator_.call("evaluate()", k, [&](Evaluator& e) { return e.evaluate(subject); }); });
    const std::size_t declared = evaluator_.call("metrics()", k, [](Evaluator& e) { return e.metrics(); }).size();
    if (values.size() != declared)
      throw Failure(fmt::format("evaluate() gave {} values for {} declared metrics", values.size(), declared));
    for (double& value : values)
      if (std::isnan(value)) value = 0;  // "it makes no sense here", which is allowed
    std::vector<at::Tensor> results{at::tensor(values, at::kDouble)};
    if (capability<Predicts>(*evaluator_.object) && subject.classes("") > 0) results.push_back(named(subject, k));
    return results;
  }

 private:
  at::Tensor named(MadeUpSubject& subject, std::int64_t k) const {
    const at::Tensor classes = evaluator_.call(
        "predictions()", k, [&](Evaluator& e) { return capability<Predicts>(e)->predictions(subject); });
    const std::int64_t n = subject.size(Split::held_out);
    if (!classes.defined() || classes.scalar_type() != at::kLong || classes.sizes() != at::IntArrayRef({n}))
      throw Failure(fmt::format("predictions() gave {}, where Long [{}] was expected: a class for each held-out image",
                                classes.defined() ? shape_text(classes.sizes()) : "no tensor", n));
    if (classes.min().item<std::int64_t>() < -1 || classes.max().item<std::int64_t>() >= subject.classes(""))
      throw Failure(fmt::format("predictions() named a class beyond the {} that there are", subject.classes("")));
    return classes;
  }

  Setup setup_;
  Plugged<Evaluator> evaluator_;
};

}  // namespace

std::unique_ptr<Bench> make_evaluator_bench(const Specimen& specimen, const Setup& setup) {
  return std::make_unique<EvaluatorBench>(specimen, setup);
}

}  // namespace byolab::conformance
