// Operations on networks' weights: exact at their ends, and careful with what does not match.
#include "byolab/weights.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>
#include <torch/types.h>

#include "byolab/error.hpp"

namespace byolab {
namespace {

PartWeights part(const std::string& name, double value) {
  PartWeights made;
  made.part = name;
  made.parameter_names = {"weight"};
  made.parameters = {at::full({2, 3}, value).requires_grad_()};
  made.buffer_names = {"running_mean", "num_batches_tracked"};
  made.buffers = {at::full({2}, value), at::full({}, static_cast<std::int64_t>(value), at::kLong)};
  return made;
}

Weights network(double value) { return Weights({part("encoder", value), part("projector", value)}); }

double first(const Weights& weights, Which which) { return weights.tensors(which)[0].view(-1)[0].item<double>(); }

TEST(Weights, ListWhatIsAskedFor) {
  const auto weights = network(1);
  EXPECT_EQ(weights.tensors(Which::parameters).size(), 2U);
  EXPECT_EQ(weights.tensors(Which::buffers).size(), 4U);
  EXPECT_EQ(weights.tensors(Which::all).size(), 6U);
}

TEST(Weights, OfOnePartAreTheSameTensors) {
  auto weights = network(1);
  weights.only("projector").copy_from(network(5).only("projector"));
  EXPECT_EQ(first(weights, Which::parameters), 1);
  EXPECT_EQ(first(weights.only("projector"), Which::parameters), 5);
  try {
    weights.only("predictor");
    FAIL() << "there is no such part";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "the network has no part 'predictor'");
    EXPECT_EQ(error.hint(), "its parts are: encoder, projector");
  }
}

TEST(Weights, CopyWithoutGradient) {
  auto weights = network(1);
  weights.copy_from(network(2), Which::parameters);
  EXPECT_EQ(first(weights, Which::parameters), 2);
  EXPECT_EQ(first(weights, Which::buffers), 1);
  EXPECT_TRUE(weights.tensors(Which::parameters)[0].is_leaf());
}

// 0.1 has no exact form in float32, so that a formula would leave something behind.
TEST(Weights, AverageExactlyAtBothEnds) {
  const auto online = network(0.1);
  auto copied = network(1e8), kept = network(1e8);
  copied.average_with(online, 0, Which::all);
  kept.average_with(online, 1, Which::all);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_TRUE(copied.tensors(Which::all)[i].equal(online.tensors(Which::all)[i]));
    EXPECT_TRUE(kept.tensors(Which::all)[i].equal(network(1e8).tensors(Which::all)[i]));
  }
}

TEST(Weights, AverageInBetween) {
  auto weights = network(4);
  weights.average_with(network(8), 0.75, Which::all);
  EXPECT_FLOAT_EQ(first(weights, Which::parameters), 5);
  EXPECT_FLOAT_EQ(first(weights, Which::buffers), 5);
  EXPECT_EQ(weights.tensors(Which::buffers)[1].item<std::int64_t>(), 8);  // a count is copied
}

TEST(Weights, RefuseAShareThatIsNone) {
  auto weights = network(4);
  for (const double keep : {2.0, -0.1, std::numeric_limits<double>::quiet_NaN()})
    EXPECT_THROW(weights.average_with(network(8), keep, Which::all), Error);
  EXPECT_EQ(first(weights, Which::parameters), 4);
}

TEST(Weights, MeasureDistanceAndNormOverParameters) {
  EXPECT_NEAR(network(3).norm(), 3 * std::sqrt(12.0), 1e-6);
  EXPECT_NEAR(network(3).distance(network(5)), 2 * std::sqrt(12.0), 1e-6);
  EXPECT_EQ(Weights().norm(), 0);
}

TEST(Weights, RefuseAnotherNetworksShape) {
  auto weights = network(1);
  auto narrow = part("encoder", 2);
  narrow.parameters = {at::zeros({2, 2})};
  EXPECT_THROW(weights.copy_from(Weights({narrow, part("projector", 2)})), Error);
  EXPECT_THROW(weights.copy_from(weights.only("encoder")), Error);
  EXPECT_EQ(first(weights, Which::parameters), 1);
}

}  // namespace
}  // namespace byolab
