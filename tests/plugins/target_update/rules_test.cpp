// Target rules on weights of their own: the formulas, and the equalities that must hold to the last bit.
#include <gtest/gtest.h>
#include <torch/types.h>

#include "support/reference_file.hpp"
#include "support/stock_plugin.hpp"

namespace byolab {
namespace {

using testing::error;
using testing::Snapshot;
using testing::stock;

PartWeights part(const std::string& name) {
  PartWeights made;
  made.part = name;
  made.parameter_names = {"weight", "bias"};
  made.parameters = {at::randn({4, 3}), at::randn({4})};
  made.buffer_names = {"running_mean", "num_batches_tracked"};
  made.buffers = {at::randn({4}), at::randint(100, {}, at::kLong)};
  return made;
}

Weights network(std::uint64_t seed) {
  torch::manual_seed(seed);
  return Weights({part("encoder"), part("projector")});
}

/// What training does between two updates: everything in both networks moves; the target's parameters do not.
void train(Weights& online, Weights& target, std::uint64_t step) {
  torch::manual_seed(1000 + step);
  for (const auto& tensor : online.tensors(Which::all))
    tensor.is_floating_point() ? tensor.add_(at::randn_like(tensor)) : tensor.add_(2);
  for (const auto& tensor : target.tensors(Which::buffers))
    tensor.is_floating_point() ? tensor.add_(at::randn_like(tensor)) : tensor.add_(2);
}

/// The target's weights after some steps of a rule.
Weights after(TargetUpdate& rule, int steps = 7) {
  auto online = network(1), target = network(2);
  rule.start(target, online);
  for (int k = 0; k < steps; ++k) {
    train(online, target, k);
    rule.update(target, online, Step{k, 100, 3, 8});
  }
  return target;
}

bool same(const Weights& a, const Weights& b, Which which = Which::all) {
  const auto mine = a.tensors(which), theirs = b.tensors(which);
  bool equal = mine.size() == theirs.size();
  for (std::size_t i = 0; equal && i < mine.size(); ++i) equal = mine[i].equal(theirs[i]);
  return equal;
}

Weights after(Table options, int steps = 7) { return after(*stock<TargetUpdate>(std::move(options)), steps); }

TEST(Rules, EveryStepsCheckpointIsEmaWithTauZero) {
  for (const char* buffers : {"own", "copy"}) {
    const auto checkpoint = after({{"plugin", "periodic_checkpoint"}, {"interval", "1 step"}, {"buffers", buffers}});
    EXPECT_TRUE(same(checkpoint, after({{"plugin", "ema"}, {"tau", 0.0}, {"buffers", buffers}}))) << buffers;
  }
  // With τ = 0 averaged buffers are copied ones.
  const auto copied = after({{"plugin", "ema"}, {"tau", 0.0}, {"buffers", "copy"}});
  EXPECT_TRUE(same(copied, after({{"plugin", "ema"}, {"tau", 0.0}, {"buffers", "ema"}})));
}

TEST(Rules, TheOnlineNetworkAsTargetIsEmaWithTauZero) {
  const auto rule = stock<TargetUpdate>({{"plugin", "online"}});
  EXPECT_FALSE(rule->has_network());
  const auto copied = after(*rule);
  EXPECT_TRUE(same(copied, after({{"plugin", "ema"}, {"tau", 0.0}, {"buffers", "copy"}})));
}

TEST(Rules, TheFixedTargetIsEmaWithTauOne) {
  for (const char* buffers : {"own", "copy"}) {
    const auto fixed = after({{"plugin", "fixed_random"}, {"buffers", buffers}});
    EXPECT_TRUE(same(fixed, network(2), Which::parameters)) << buffers;
    EXPECT_TRUE(same(fixed, after({{"plugin", "ema"}, {"tau", 1.0}, {"buffers", buffers}}))) << buffers;
  }
  const auto own = after({{"plugin", "fixed_random"}});
  EXPECT_TRUE(same(own, after({{"plugin", "ema"}, {"tau", 1.0}, {"buffers", "ema"}})));
}

TEST(Rules, ACheckpointThatIsNeverDueIsTheFixedTarget) {
  const auto never = after({{"plugin", "periodic_checkpoint"}, {"interval", "1000 steps"}});
  EXPECT_TRUE(same(never, after({{"plugin", "fixed_random"}})));
}

TEST(Ladder, TakesTheOnlineNetworkAtAStagesEndAndStartsItAnewAfterThat) {
  const Table three = {{"plugin", "ladder"}, {"interval", "3 steps"}};
  EXPECT_TRUE(same(after(three),
                   after({{"plugin", "periodic_checkpoint"}, {"interval", "3 steps"}, {"buffers", "copy"}}),
                   Which::parameters));
  const auto restarts = [](const TargetUpdate& rule, int total = 9) {
    std::vector<int> at;
    const auto* able = capability<RestartsOnline>(rule);
    for (int k = 0; able && k < total; ++k)
      if (able->restarts_online(Step{k, total, 3, 8})) at.push_back(k);
    return at;
  };
  EXPECT_EQ(restarts(*stock<TargetUpdate>(three)), (std::vector<int>{3, 6}));
  // A rest of less than half a stage belongs to the last one, whose target it keeps.
  const auto rule = stock<TargetUpdate>(three);
  EXPECT_EQ(restarts(*rule, 10), (std::vector<int>{3, 6}));
  EXPECT_EQ(restarts(*rule, 11), (std::vector<int>{3, 6, 9}));
  EXPECT_EQ(restarts(*rule, 2), std::vector<int>{});
  auto online = network(1), target = network(2);
  rule->update(target, online, Step{8, 10, 3, 8});
  EXPECT_TRUE(same(target, network(2)));
  rule->update(target, online, Step{8, 11, 3, 8});
  EXPECT_TRUE(same(target, online));
  EXPECT_EQ(restarts(*stock<TargetUpdate>({{"plugin", "ladder"}, {"interval", "0 steps"}})), std::vector<int>{});
  EXPECT_EQ(restarts(*stock<TargetUpdate>({{"plugin", "periodic_checkpoint"}, {"interval", "3 steps"}})),
            std::vector<int>{});
  EXPECT_EQ(restarts(*stock<TargetUpdate>({{"plugin", "hybrid"}, {"encoder", three}})), (std::vector<int>{3, 6}));
  EXPECT_EQ(restarts(*stock<TargetUpdate>({{"plugin", "hybrid"}})), std::vector<int>{});
}

TEST(Ema, AveragesWithTauAtTheStepsOwnIndex) {
  const auto rule = stock<TargetUpdate>({{"plugin", "ema"}});
  auto online = network(1), target = network(2);
  const auto before = target.tensors(Which::all)[0].to(at::kDouble).clone();
  const auto towards = online.tensors(Which::all)[0].to(at::kDouble);
  rule->update(target, online, Step{0, 10, 1, 8});
  EXPECT_EQ(rule->values().at(0), 0.996);
  EXPECT_LT(error(target.tensors(Which::all)[0], before + (1 - 0.996) * (towards - before)), 1e-7);
  rule->update(target, online, Step{5, 10, 1, 8});
  EXPECT_NEAR(rule->values().at(0), 0.998, 1e-12);
}

TEST(Ema, TreatsBuffersAsItIsTold) {
  const auto updated = [](const char* buffers) {
    auto online = network(1), target = network(2);
    stock<TargetUpdate>({{"plugin", "ema"}, {"tau", 0.75}, {"buffers", buffers}})->update(target, online, Step{});
    return target;
  };
  EXPECT_TRUE(same(updated("own"), network(2), Which::buffers));
  EXPECT_TRUE(same(updated("copy"), network(1), Which::buffers));
  const auto averaged = updated("ema").tensors(Which::buffers);
  const auto old = network(2).tensors(Which::buffers), online = network(1).tensors(Which::buffers);
  EXPECT_LT(error(averaged[0], 0.75 * old[0] + 0.25 * online[0]), 1e-6);
  EXPECT_TRUE(averaged[1].equal(online[1]));  // a count has no average
}

TEST(Ema, MeasuresTheDistanceIfAskedTo) {
  const auto rule = stock<TargetUpdate>({{"plugin", "ema"}, {"tau", 1.0}, {"measure_distance", true}});
  auto online = network(1), target = network(2);
  rule->update(target, online, Step{});
  double squares = 0, norm = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const auto theta = online.tensors(Which::parameters)[i], xi = target.tensors(Which::parameters)[i];
    squares += (theta - xi).square().sum().item<double>();
    norm += theta.square().sum().item<double>();
  }
  ASSERT_EQ(rule->metrics().size(), 2U);
  EXPECT_NEAR(rule->values().at(1), std::sqrt(squares / norm), 1e-6);
}

TEST(Ema, RefusesATauThatLeavesItsRange) {
  const Table bad = {{"schedule", "linear"}, {"from", 0.9}, {"to", 1.5}};
  auto online = network(1), target = network(2);
  EXPECT_THROW(
      {
        const auto rule = stock<TargetUpdate>({{"plugin", "ema"}, {"tau", bad}});
        rule->update(target, online, Step{9, 10, 1, 8});
      },
      std::runtime_error);
}

TEST(PeriodicCheckpoint, CopiesAtTheEndOfEachInterval) {
  const auto rule = stock<TargetUpdate>({{"plugin", "periodic_checkpoint"}, {"interval", "1 epoch"}});
  auto online = network(1), target = network(2);
  for (int k = 0; k < 7; ++k) {
    train(online, target, k);
    rule->update(target, online, Step{k, 100, 3, 8});
    EXPECT_EQ(same(target, online, Which::parameters), k % 3 == 2) << "after step " << k;
  }
  EXPECT_EQ(rule->values().at(0), 1);  // step 6 is one after the copy at step 5
  EXPECT_EQ(rule->values().at(1), 2);
}

TEST(PeriodicCheckpoint, GoesOnFromASavedState) {
  const Table options = {{"plugin", "periodic_checkpoint"}, {"interval", "2 steps"}};
  const auto rule = stock<TargetUpdate>(options), resumed = stock<TargetUpdate>(options);
  after(*rule, 5);
  Snapshot(*rule).restore(*resumed);
  EXPECT_EQ(rule->values(), resumed->values());
}

TEST(Hybrid, GivesEachPartItsRule) {
  const Table fixed = {{"plugin", "fixed_random"}}, ema = {{"plugin", "ema"}, {"tau", 0.5}};
  const auto mixed = stock<TargetUpdate>({{"plugin", "hybrid"}, {"encoder", fixed}, {"projector", ema}});
  const auto target = after(*mixed), fixed_alone = after(fixed), ema_alone = after(ema);
  EXPECT_TRUE(same(target.only("encoder"), fixed_alone.only("encoder")));
  EXPECT_TRUE(same(target.only("projector"), ema_alone.only("projector")));
  EXPECT_EQ(mixed->metrics().at(0).name, "projector_tau");
  EXPECT_EQ(mixed->values(), std::vector<double>{0.5});
}

TEST(Hybrid, CopiesAPartThatIsOnline) {
  const auto target = after({{"plugin", "hybrid"}, {"encoder", Table{{"plugin", "online"}}}});
  const auto copied = after({{"plugin", "ema"}, {"tau", 0.0}, {"buffers", "copy"}});
  EXPECT_TRUE(same(target.only("encoder"), copied.only("encoder")));
}

TEST(Hybrid, NamesTheStateOfItsRulesApart) {
  const Table periodic = {{"plugin", "periodic_checkpoint"}};
  const auto rule = stock<TargetUpdate>({{"plugin", "hybrid"}, {"encoder", periodic}, {"projector", periodic}});
  const auto names = Snapshot(*rule).names();
  ASSERT_EQ(names.size(), 6U);
  EXPECT_EQ(names.front(), "encoder.age");
  EXPECT_EQ(names.back(), "projector.moved");
}

}  // namespace
}  // namespace byolab
