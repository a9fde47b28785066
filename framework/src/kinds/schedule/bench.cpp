#include "kinds/schedule/bench.hpp"

#include <ATen/Functions.h>

#include "byolab/schedule.hpp"
#include "conformance/tensors.hpp"

namespace byolab::conformance {
namespace {

constexpr std::int64_t kTotals[] = {100, 1, 12345};

/// A schedule: a step asks for 50 moments of a run, in an order that k decides.
class ScheduleBench final : public Bench {
 public:
  ScheduleBench(const Specimen& specimen, const Setup& setup) : total_(kTotals[setup.size]) {
    curve_ = specimen.make<ScheduleCurve>(setup.options, {});
  }
  Component& component() override { return *curve_.object; }
  bool concurrent() const override { return true; }  // pure: no order of calls, and no thread, makes a difference

  std::vector<at::Tensor> step(std::int64_t k) override {
    constexpr std::int64_t kMoments = 50;
    const at::Tensor values = at::zeros({kMoments}, at::kDouble);
    for (std::int64_t i = 0; i < kMoments; ++i) {
      const std::int64_t place = (7 * i + k) % kMoments, index = total_ * place / kMoments;
      values[place] = timed([&] {
        return curve_.call("at()", index, [&](ScheduleCurve& curve) {
          return curve.at({index, total_, std::max<std::int64_t>(1, total_ / 10), 64});
        });
      });
    }
    expect_finite({values}, "in a run of " + std::to_string(total_) + " steps");
    return {values};
  }

 private:
  std::int64_t total_;
  Plugged<ScheduleCurve> curve_;
};

}  // namespace

std::unique_ptr<Bench> make_schedule_bench(const Specimen& specimen, const Setup& setup) {
  return std::make_unique<ScheduleBench>(specimen, setup);
}

}  // namespace byolab::conformance
