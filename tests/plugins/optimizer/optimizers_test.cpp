// Optimizers against torch.optim and against three projects' LARS (tests/reference/optimizers.py).
#include <gtest/gtest.h>

#include "support/reference_file.hpp"
#include "support/stock_plugin.hpp"

namespace byolab {
namespace {

using testing::error;
using testing::ReferenceFile;
using testing::Snapshot;
using testing::stock;
using Tensors = std::vector<at::Tensor>;

/// The script's three parameters ("start", or "edges", which it describes), the last of which stands for a bias.
std::vector<Parameter> parameters(const std::string& first = "start") {
  std::vector<Parameter> made;
  for (const auto& start : ReferenceFile("optimizers").tensors(first))
    made.push_back({"encoder", std::to_string(made.size()), start.clone().requires_grad_(), made.size() == 2, 1});
  return made;
}

/// `second_rests`: the second parameter's gradient is zero in even steps.
void set_gradients(const std::vector<Parameter>& parameters, std::int64_t k, bool second_rests = false) {
  const torch::NoGradGuard no_gradient;
  for (const auto& [part, name, value, bias, factor] : parameters) {
    const auto wave = at::arange(value.numel(), at::kDouble).view(value.sizes()) + static_cast<double>(k);
    value.mutable_grad() = value * 0.5 + wave.sin();
    if (second_rests && name == "1" && k % 2 == 0) value.mutable_grad().zero_();
  }
}

/// At a batch that no rate may be multiplied with unless that is asked for.
void run(Optimizer& optimizer, const std::vector<Parameter>& parameters, int from, int to, bool second_rests = false) {
  for (int k = from; k < to; ++k) {
    set_gradients(parameters, k, second_rests);
    optimizer.step(Step{k, 20, 5, 640});
  }
}

void expect(const std::string& name, Table options, const std::string& first = "start") {
  const auto optimizer = stock<Optimizer>(std::move(options));
  const auto moved = parameters(first);
  optimizer->start(moved);
  run(*optimizer, moved, 0, 20, first == "edges");
  const auto expected = ReferenceFile("optimizers").tensors(name);
  for (std::size_t i = 0; i < moved.size(); ++i)
    EXPECT_LT(error(moved[i].value, expected[i]), 1e-12) << name << ", parameter " << i;
}

TEST(Sgd, IsTorchs) {
  expect("sgd_plain", {{"plugin", "sgd"}, {"lr", 0.1}, {"momentum", 0.0}, {"weight_decay", 0.0}});
  expect("sgd", {{"plugin", "sgd"}, {"lr", 0.1}, {"weight_decay", 1e-2}});
  expect("sgd_nesterov",
         {{"plugin", "sgd"}, {"lr", 0.1}, {"nesterov", true}, {"weight_decay", 1e-2}, {"exclude_bias_norm", true}});
}

TEST(AdamW, IsTorchs) {
  expect("adamw", {{"plugin", "adamw"}, {"lr", 0.05}, {"weight_decay", 0.1}});
  expect("adamw_excluded", {{"plugin", "adamw"},
                            {"lr", 0.05},
                            {"beta1", 0.8},
                            {"beta2", 0.95},
                            {"eps", 1e-6},
                            {"weight_decay", 0.1},
                            {"exclude_bias_norm", true}});
}

Table lars(Table further = {}) {
  Table options = {{"plugin", "lars"}, {"lr", 0.5}, {"trust_coefficient", 1e-2}, {"weight_decay", 1e-2}};
  for (auto& [key, value] : further) {
    Value whole(options);
    whole.set(key, value);
    options = *whole.get_if<Table>();
  }
  return options;
}

TEST(Lars, IsTheReferenceCodes) { expect("lars", lars()); }
TEST(Lars, StaysInForceWithoutWeightDecay) { expect("lars_no_decay", lars({{"weight_decay", 0.0}})); }
TEST(Lars, OfZeroWeightsAndZeroGradients) { expect("lars_edges", lars(), "edges"); }
TEST(Lars, WithSeparateNormsIsSoloLearns) {
  const Table separate = {{"trust_denominator", "separate"}};
  expect("lars_separate", lars(separate));
  expect("lars_separate_no_decay", lars({{"trust_denominator", "separate"}, {"weight_decay", 0.0}}));
  expect("lars_separate_edges", lars(separate), "edges");
}
TEST(Lars, WithTheRateOutsideTheMomentumOrInside) {
  const Table falling = {{"schedule", "linear"}, {"from", 0.5}, {"to", 0.0}};
  expect("lars_outside", lars({{"lr", falling}}));
  expect("lars_inside", lars({{"lr", falling}, {"lr_inside_momentum", true}}));
}
TEST(Lars, ClippedIsSoloLearns) {
  const Table rising = {{"schedule", "linear"}, {"from", 0.0}, {"to", 0.5}};
  const auto clipped = [](double eta, Value lr) {
    return lars({{"trust_denominator", "separate"}, {"clip_lr", true}, {"trust_coefficient", eta}, {"lr", lr}});
  };
  expect("lars_clipped", clipped(0.5, 0.5));
  expect("lars_clipped_rising", clipped(0.2, rising));
}

// What the weights move by is min(ratio, lr) times the gradient, as solo-learn has it.
TEST(Lars, ClippedMovesBySmallerOfRatioAndRate) {
  for (const double lr : {0.1, 3.0}) {
    const auto optimizer = stock<Optimizer>({{"plugin", "lars"},
                                             {"lr", lr},
                                             {"trust_coefficient", 1.0},
                                             {"weight_decay", 0.0},
                                             {"momentum", 0.0},
                                             {"clip_lr", true}});
    const auto weights = at::full({4}, 2.0, at::kDouble).requires_grad_();
    optimizer->start({{"encoder", "a", weights}});
    weights.mutable_grad() = at::full({4}, 4.0, at::kDouble);  // the ratio is 1/2
    optimizer->step(Step{0, 1, 1, 256});
    EXPECT_LT(error(weights.detach(), at::full({4}, 2 - std::min(0.5, lr) * 4, at::kDouble)), 1e-15) << lr;
  }
}

TEST(Lars, TakesARatioOfOneWhereANormIsZero) {
  const auto optimizer = stock<Optimizer>(lars({{"weight_decay", 0.0}}));
  const auto zero = at::zeros({3}, at::kDouble).requires_grad_(), still = at::ones({3}, at::kDouble).requires_grad_();
  optimizer->start({{"encoder", "a", zero}, {"encoder", "b", still}});
  zero.mutable_grad() = at::ones({3}, at::kDouble);
  still.mutable_grad() = at::zeros({3}, at::kDouble);
  optimizer->step(Step{0, 1, 1, 256});
  EXPECT_TRUE(zero.detach().equal(at::full({3}, -0.5, at::kDouble)));
  EXPECT_TRUE(still.detach().equal(at::ones({3}, at::kDouble)));
}

// The expectations above are of a batch of 640: each rate is as it is written.
TEST(Optimizers, ScaleTheirRateWithTheBatchWhereAsked) {
  for (const char* plugin : {"lars", "sgd", "adamw"}) {
    const auto optimizer = stock<Optimizer>({{"plugin", plugin}, {"lr", 0.2}, {"lr_reference_batch", 256}});
    optimizer->start(parameters());
    optimizer->step(Step{0, 1, 1, 4096});
    EXPECT_DOUBLE_EQ(optimizer->values().at(0), 0.2 * 4096 / 256) << plugin;
  }
}

TEST(Optimizers, TellTheRateThatTheyWillTake) {
  const Table falling = {{"schedule", "linear"}, {"from", 0.5}, {"to", 0.0}};
  for (const char* plugin : {"lars", "sgd", "adamw"}) {
    const auto optimizer = stock<Optimizer>({{"plugin", plugin}, {"lr", falling}, {"lr_reference_batch", 320}});
    optimizer->start(parameters());
    for (const std::int64_t k : {0, 7, 19}) {
      const Step step{k, 20, 5, 640};
      const double told = optimizer->rate(step);
      optimizer->step(step);
      EXPECT_EQ(told, optimizer->values().at(0)) << plugin;
      EXPECT_DOUBLE_EQ(told, 2 * 0.5 * (1 - static_cast<double>(k) / 20)) << plugin;
    }
  }
}

TEST(Lars, DefaultsToTheReferenceCodesSchedule) {
  const auto optimizer = stock<Optimizer>({{"plugin", "lars"}});
  optimizer->start(parameters());
  const auto lr_at = [&](std::int64_t k) { return optimizer->rate(Step{k, 1000, 10, 256}); };
  EXPECT_EQ(lr_at(0), 0);
  EXPECT_DOUBLE_EQ(lr_at(50), 0.1);
  EXPECT_DOUBLE_EQ(lr_at(100), 0.2);
  EXPECT_NEAR(lr_at(550), 0.1, 1e-15);
}

const Table kEach[] = {{{"plugin", "lars"}, {"lr", 0.3}}, {{"plugin", "sgd"}, {"lr", 0.1}}, {{"plugin", "adamw"}}};

TEST(Optimizers, MultiplyThePartsFactor) {
  for (const auto& options : kEach) {
    const auto once = stock<Optimizer>(options), twice = stock<Optimizer>(options);
    const auto slow = parameters();
    auto fast = parameters();
    for (auto& parameter : fast) parameter.lr_factor = 3;
    once->start(slow);
    twice->start(fast);
    run(*once, slow, 0, 1);
    run(*twice, fast, 0, 1);
    const auto start = parameters();
    for (std::size_t i = 0; i < start.size(); ++i)
      EXPECT_LT(error(fast[i].value - start[i].value, 3 * (slow[i].value - start[i].value)), 1e-12)
          << options[0].second.toml();
  }
}

TEST(Optimizers, GoOnFromASavedStateToTheLastBit) {
  for (const auto& options : kEach) {
    const auto whole = stock<Optimizer>(options), resumed = stock<Optimizer>(options);
    const auto moved = parameters();
    whole->start(moved);
    run(*whole, moved, 0, 7);
    const Snapshot saved(*whole);
    std::vector<Parameter> copies;
    for (const auto& one : moved)
      copies.push_back({one.part, one.name, one.value.detach().clone().requires_grad_(), one.bias_or_norm});
    run(*whole, moved, 7, 12);

    resumed->start(copies);
    saved.restore(*resumed);
    run(*resumed, copies, 7, 12);
    for (std::size_t i = 0; i < moved.size(); ++i)
      EXPECT_TRUE(moved[i].value.equal(copies[i].value)) << options[0].second.toml();
  }
}

TEST(Optimizers, LeaveParametersWithoutGradientAlone) {
  for (const auto& options : kEach) {
    const auto optimizer = stock<Optimizer>(options);
    const auto moved = parameters();
    optimizer->start(moved);
    set_gradients(moved, 0);
    moved[1].value.mutable_grad() = at::Tensor();
    optimizer->step(Step{3, 20, 5, 256});
    EXPECT_TRUE(moved[1].value.equal(parameters()[1].value));
    EXPECT_FALSE(moved[0].value.equal(parameters()[0].value));
  }
}

}  // namespace
}  // namespace byolab
