#include "kinds/observer/bench.hpp"

#include <ATen/Functions.h>
#include <fmt/format.h>

#include <array>

#include "byolab/observer.hpp"
#include "conformance/tensors.hpp"
#include "support/temporary_folder.hpp"

namespace byolab::conformance {
namespace {

const std::vector<std::vector<std::int64_t>> kObservedSizes[] = {
    {{6, 3, 3, 3}, {6}, {5, 6}, {4, 2}}, {{1}}, {{64, 33}, {64}, {128, 64}}};
constexpr std::array<const char*, 4> kObservedParts{"encoder", "encoder", "projector", "predictor"};

/// An observer at a run of a hundred steps, ten an epoch: a step is all that happens in one, an evaluation included.
class ObserverBench final : public Bench {
  static Step at(std::int64_t k) { return {k, 100, 10, 32}; }

  template <class Function>
  decltype(auto) call(const char* name, std::int64_t k, Function&& function) const {
    return observer_.call(name, k, std::forward<Function>(function));
  }

 public:
  ObserverBench(const Specimen& specimen, const Setup& setup) : setup_(setup) {
    observer_ = specimen.make<Observer>(setup.options, {});
    Setup usual = setup;
    usual.fill = Fill::usual;
    std::size_t i = 0;
    for (const auto& sizes : kObservedSizes[setup.size]) {
      at::Tensor value = numbers(sizes, usual, 100 + i).requires_grad_();
      parameters_.push_back({kObservedParts[i], fmt::format("layer{}.weight", i), value, sizes.size() <= 1, 1});
      ++i;
    }
    call("prepare()", -1, [&](Observer& one) { one.prepare(parameters_); });
    call("start()", -1, [&](Observer& one) { one.start({folder_.path().string(), "observer", at(0)}); });
  }
  Component& component() override { return *observer_.object; }

  std::vector<at::Tensor> step(std::int64_t k) override {
    begin(k);
    const bool scales = call("scales_gradients()", k, [](Observer& one) { return one.scales_gradients(); });
    std::uint64_t seed = 1000 + 20 * static_cast<std::uint64_t>(k);
    std::vector<at::Tensor> norms;
    for (const Parameter& parameter : parameters_) {
      at::Tensor value = parameter.value;
      value.mutable_grad() = numbers(value.sizes(), setup_, seed++);
      norms.push_back(value.grad().norm());
      lend("a parameter", value);
      lend("the gradient of a parameter", value.grad(), scales);
    }
    const Gradients gradients{parameters_, at::stack(norms)};
    lend("the norms of the gradients", gradients.norms);
    timed([&] {
      call("before_step()", k, [&](Observer& one) { one.before_step(at(k)); });
      call("gradients_ready()", k, [&](Observer& one) { one.gradients_ready(gradients, at(k)); });
    });
    show_rows(k);
    std::vector<at::Tensor> after;
    for (const Parameter& parameter : parameters_) after.push_back(parameter.value.grad());
    const std::vector<double> values = call("values()", k, [](Observer& one) { return one.values(); });
    if (!values.empty()) after.push_back(at::tensor(values, at::kDouble));
    return copies(after);
  }

 private:
  void show_rows(std::int64_t k) const {
    const std::string train = "metrics/train", knn = "metrics/knn";
    const std::vector<std::string> losses{"loss", "z_std"}, found{"top1"};
    const std::array<double, 2> row{1.5 / static_cast<double>(k + 1), 0.7};
    const std::array<double, 1> top1{0.25};
    call("after_step()", k, [&](Observer& one) { one.after_step({train, k, losses, row}, at(k)); });
    call("evaluated()", k, [&](Observer& one) { one.evaluated({knn, k + 1, found, top1}); });
    call("should_stop()", k, [&](Observer& one) { return one.should_stop(at(k)); });
    if ((k + 1) % 10 == 0) call("epoch_end()", k, [&](Observer& one) { one.epoch_end(at(k)); });
  }

  const TemporaryFolder folder_{"observed"};  ///< the run's
  Setup setup_;
  Plugged<Observer> observer_;
  std::vector<Parameter> parameters_;
};

}  // namespace

std::unique_ptr<Bench> make_observer_bench(const Specimen& specimen, const Setup& setup) {
  return std::make_unique<ObserverBench>(specimen, setup);
}

}  // namespace byolab::conformance
