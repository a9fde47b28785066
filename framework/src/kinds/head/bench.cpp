#include "kinds/head/bench.hpp"

#include "byolab/capability.hpp"
#include "byolab/head.hpp"
#include "byolab/solved_head.hpp"

#include "kinds/network_bench.hpp"

namespace byolab::conformance {
namespace {

constexpr std::int64_t kInputs[] = {16, 5, 33};

class HeadBench final : public NetworkBench {
 public:
  HeadBench(const Specimen& specimen, const Setup& setup) : NetworkBench(setup) {
    Context context;
    context.inputs = kInputs[setup.size];
    head_ = specimen.make<Head>(setup.options, context);
    prepare();
  }
  Component& component() override { return *head_.object; }
  torch::nn::Module* module() override { return head_.object.get(); }

 private:
  at::Tensor input(std::int64_t rows, std::uint64_t seed) const override {
    Setup setup = setup_;
    if (setup.dtype == at::kBFloat16) setup.dtype = at::kFloat;
    return numbers({rows, kInputs[setup.size]}, setup, seed);
  }
  /// A closed-form predictor sees the projections of a whole batch, and targets as wide.
  void prepare_forward(const at::Tensor& x, std::int64_t k) override {
    auto* solved = capability<SolvedHead>(*head_.object);
    if (!solved) return;
    const at::Tensor projections = input(64, 500 + static_cast<std::uint64_t>(k));
    const at::Tensor targets = input(64, 900 + static_cast<std::uint64_t>(k));
    lend("the projections given to solve()", projections);
    lend("the targets given to solve()", targets);
    head_.call("solve()", k, [&](Head&) { solved->solve(projections, targets, {k, 100, 10, x.size(0)}); });
  }
  at::Tensor forward(const at::Tensor& x, std::int64_t k) override {
    return head_.call("forward()", k, [&](Head& q) { return q.forward(x); });
  }
  std::int64_t width() const override {
    return head_.call("outputs()", -1, [](Head& q) { return q.outputs(); });
  }

  Plugged<Head> head_;
};

}  // namespace

std::unique_ptr<Bench> make_head_bench(const Specimen& specimen, const Setup& setup) {
  return std::make_unique<HeadBench>(specimen, setup);
}

}  // namespace byolab::conformance
