#include "kinds/method/bench.hpp"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include "byolab/method.hpp"
#include "kinds/method/made_up_networks.hpp"
#include "train/method_plan.hpp"

namespace byolab::conformance {
namespace {

constexpr std::int64_t kRows = 4;
constexpr Needs kNeeds{.pairs = true};

/// Two views; two and three of another size that the target does not see.
std::vector<View> views_of(int size) {
  if (size == 0) return {{"one", 3, 16, 16, true, kNeeds}, {"two", 3, 16, 16, true, kNeeds}};
  std::vector<View> views{{"global/1", 3, 24, 16, true, kNeeds}, {"global/2", 3, 24, 16, true, kNeeds}};
  for (int i = 1; i <= 3; ++i) views.push_back({fmt::format("local/{}", i), 3, 8, 8, false, kNeeds});
  return views;
}

/// A method in a step: forward and backward; its results are all outputs, and all gradients.
class MethodBench final : public Bench {
 public:
  MethodBench(const Specimen& specimen, const Setup& setup)
      : setup_(setup), views_(views_of(setup.size)), networks_(setup) {
    method_ = specimen.make<Method>(setup.options, context());
    method_.object->to(setup.dtype == at::kBFloat16 ? at::kFloat : setup.dtype);
    method_.object->train(true);
    settle_plan();
    networks_.with_target = !plan_.target.empty();
  }
  Component& component() override { return *method_.object; }
  torch::nn::Module* module() override { return method_.object.get(); }

  std::vector<at::Tensor> step(std::int64_t k) override {
    const Batch given = batch(k);
    begin(k);
    for (std::size_t v = 0; v < given.views.size(); ++v) lend(views_[v].name, given.views[v]);
    lend("the labels", given.labels);
    const auto leaves = trained();
    for (const auto& [name, leaf] : leaves) leaf.mutable_grad().reset();
    const Outputs made = outputs(given, k);
    std::vector<at::Tensor> results = tensors_of(made);
    value_of(made).backward();
    for (const auto& [name, leaf] : leaves)
      if (leaf.grad().defined()) results.push_back(leaf.grad());
    const c10::AutoGradMode no_gradient(false);
    method_.call("stepped()", k, [&](Method& method) { method.stepped(at(k)); });
    return copies(results);
  }

  Function function() override {
    const Batch fixed = batch(0);
    return {trained(), [this, fixed] {
              begin(0);
              return value_of(outputs(fixed, 0));
            }};
  }

 private:
  static Step at(std::int64_t k) { return {k, 100, 10, kRows}; }

  Context context() const {
    Context context;
    context.height = views_[0].height;
    context.width = views_[0].width;
    context.features = context.token_width = MadeUpNetwork::kFeatures;
    context.projection = MadeUpNetwork::kProjection;
    context.grid_height = views_[0].height / MadeUpNetwork::kPatch;
    context.grid_width = views_[0].width / MadeUpNetwork::kPatch;
    return context;
  }

  /// One that takes a single view is tried with the first.
  void settle_plan() {
    const auto ask = [&] { return method_.call("plan()", -1, [&](Method& method) { return method.plan(views_); }); };
    try {
      plan_ = ask();
    } catch (const Error&) {
      const std::vector<View> all = views_;
      views_.resize(1);
      try {
        plan_ = ask();
      } catch (const Error&) {  // what it has against several views is what its author wants to know
        views_ = all;
        plan_ = ask();
      }
    }
  }

  Batch batch(std::int64_t k) const {
    Setup setup = setup_;
    if (setup.dtype == at::kBFloat16) setup.dtype = at::kFloat;
    Batch made;
    for (std::size_t v = 0; v < views_.size(); ++v)
      made.views.push_back(
          numbers({kRows, 3, views_[v].height, views_[v].width}, setup, 100 * static_cast<std::uint64_t>(k) + v));
    made.labels = at::arange(kRows, at::kLong);
    for (std::int64_t i = 0; i < kRows; ++i) made.images.push_back(kRows * k + i);
    return made;
  }

  Outputs outputs(const Batch& given, std::int64_t k) {
    return timed([&] {
      return method_.call("forward()", k, [&](Method& method) {
        Outputs made = method.forward(networks_, given, at(k));
        check_outputs(made, plan_);
        return made;
      });
    });
  }

  static std::vector<at::Tensor> tensors_of(const Outputs& outputs) {
    std::vector<at::Tensor> all;
    for (const ViewOutputs& view : outputs.views)
      for (const at::Tensor& tensor : {view.features, view.projection, view.prediction, view.target})
        if (tensor.defined()) all.push_back(tensor);
    return all;
  }

  /// Each output counts in its own way, but for targets, which have no gradient, and of which finite differences may
  /// say otherwise.
  at::Tensor value_of(const Outputs& outputs) const {
    at::Tensor sum = at::zeros({}, at::kDouble);
    std::uint64_t seed = 7000;
    for (const ViewOutputs& view : outputs.views)
      for (const at::Tensor& tensor : {view.features, view.projection, view.prediction}) {
        if (!tensor.defined()) continue;
        const at::Tensor direction = numbers(tensor.sizes(), {.dtype = tensor.scalar_type()}, seed++);
        sum = sum + (direction * tensor).sum() / static_cast<double>(tensor.numel());
      }
    if (c10::GradMode::is_enabled() && !sum.requires_grad())
      throw Failure("none of its outputs has gradient: nothing would be trained");
    return sum;
  }

  /// Where gradient may flow to.
  std::vector<std::pair<std::string, at::Tensor>> trained() const {
    auto all = networks_.weights();
    for (const auto& item : method_.object->named_parameters())
      all.emplace_back("parameter '" + item.key() + "'", item.value());
    return all;
  }

  Setup setup_;
  std::vector<View> views_;
  MadeUpNetworks networks_;
  Plugged<Method> method_;
  MethodPlan plan_;
};

}  // namespace

std::unique_ptr<Bench> make_method_bench(const Specimen& specimen, const Setup& setup) {
  return std::make_unique<MethodBench>(specimen, setup);
}

}  // namespace byolab::conformance
