// collapse, against NumPy and PyTorch (tests/reference/evaluators.py) and in closed form.

#include <torch/nn/functional.h>

#include <gtest/gtest.h>

#include <cmath>

#include "plugins/evaluator/fake_subject.hpp"

namespace byolab::testing {
namespace {

const char* const kCollapse = "plugin = \"collapse\"";

Weights weights_of(at::Tensor parameter) {
  return Weights({PartWeights{"encoder", {"w"}, {}, {std::move(parameter)}, {}}});
}

FakeSubject subject_of(const at::Tensor& first, const at::Tensor& second) {
  FakeSubject subject;
  for (int view = 0; view < 2; ++view) {
    const at::Tensor& x = view == 0 ? first : second;
    subject.views.features[view] = subject.views.projection[view] = subject.views.prediction[view] = x;
    subject.views.target[view] = x;
  }
  subject.weights = weights_of(torch::tensor({3.f, 4.f}));
  return subject;
}

TEST(Collapse, AgreesWithOtherImplementations) {
  const ReferenceFile reference("evaluators");
  FakeSubject subject = subject_of(torch::zeros({1, 1}), torch::zeros({1, 1}));
  for (int view = 0; view < 2; ++view) {
    const std::string end = "_" + std::to_string(view);
    subject.views.features[view] = stored(reference, "features" + end);
    subject.views.projection[view] = stored(reference, "projection" + end);
    subject.views.prediction[view] = stored(reference, "prediction" + end);
    subject.views.target[view] = stored(reference, "target" + end);
  }
  const auto got = measure(kCollapse, subject);
  for (const std::string name : {"z_std", "y_std", "z_rank", "y_rank", "z_rank_raw", "y_rank_raw", "alignment",
                                 "uniformity", "cosine", "optimal_cosine", "predictor_gap"}) {
    const double expected = stored(reference, name).item<float>();
    EXPECT_NEAR(got.at(name), expected, 2e-5 * std::max(1.0, std::abs(expected))) << name;
  }
}

TEST(Collapse, OfASingleImageIsUnknown) {
  const at::Tensor image = torch::tensor({{1.f, 2.f, -2.f}});
  FakeSubject subject = subject_of(image, image);
  const auto got = measure(kCollapse, subject);
  for (const char* name : {"z_std", "y_std", "z_rank", "y_rank", "uniformity"})
    EXPECT_TRUE(std::isnan(got.at(name))) << name;
  EXPECT_NEAR(got.at("alignment"), 0, 1e-9);
}

TEST(Collapse, OfPredictionsThatFitNoTargetIsUnknown) {
  FakeSubject subject = subject_of(torch::randn({9, 4}), torch::randn({9, 4}));
  for (at::Tensor& prediction : subject.views.prediction) prediction = torch::randn({9, 5});
  const auto got = measure(kCollapse, subject);
  for (const char* name : {"cosine", "optimal_cosine", "predictor_gap"}) EXPECT_TRUE(std::isnan(got.at(name))) << name;
  EXPECT_FALSE(std::isnan(got.at("z_std")));
}

TEST(Collapse, OfASinglePoint) {
  const at::Tensor point = torch::tensor({1.f, 2.f, -2.f}).expand({40, 3}).contiguous();
  FakeSubject subject = subject_of(point, point);
  const auto got = measure(kCollapse, subject);
  EXPECT_NEAR(got.at("z_std"), 0, 1e-6);
  EXPECT_NEAR(got.at("z_rank_raw"), 1, 1e-4);
  EXPECT_NEAR(got.at("alignment"), 0, 1e-9);
  EXPECT_NEAR(got.at("uniformity"), 0, 1e-6);
  EXPECT_NEAR(got.at("cosine"), 1, 1e-6);
  EXPECT_NEAR(got.at("optimal_cosine"), 1, 1e-6);
}

/// The 2d points ±e_i: every direction alike.
TEST(Collapse, OfAnEvenSpread) {
  constexpr std::int64_t d = 8;
  const at::Tensor axes = torch::cat({torch::eye(d), -torch::eye(d)});
  FakeSubject subject = subject_of(axes, axes * 7);  // the length of a vector does not count
  const auto got = measure(kCollapse, subject);
  EXPECT_NEAR(got.at("z_std"), 1, 1e-6);
  EXPECT_NEAR(got.at("z_rank"), d, 1e-4);
  EXPECT_NEAR(got.at("z_rank_raw"), d, 1e-4);
  EXPECT_NEAR(got.at("alignment"), 0, 1e-9);
  // Of a point's 15 others, one lies at squared distance 4 and 14 at 2.
  EXPECT_NEAR(got.at("uniformity"), std::log((std::exp(-8.0) + 14 * std::exp(-4.0)) / 15), 1e-6);
  EXPECT_NEAR(got.at("predictor_gap"), 0, 1e-3);
}

/// Uniformity goes over blocks of rows; more rows than a block must give what all pairs at once give.
TEST(Collapse, UniformityOfManyRows) {
  torch::manual_seed(1);
  const at::Tensor x = torch::randn({1100, 5});
  FakeSubject subject = subject_of(x, x);
  const at::Tensor unit = torch::nn::functional::normalize(x.to(at::kDouble));
  const double expected = (-2 * torch::pdist(unit).square()).exp().mean().log().item<double>();
  EXPECT_NEAR(measure(kCollapse, subject).at("uniformity"), expected, 1e-9);
}

TEST(Collapse, PredictorGapIsTheDistanceFromTheBestLinearMap) {
  torch::manual_seed(2);
  const at::Tensor z = torch::randn({300, 4}), map = torch::randn({4, 4});
  FakeSubject subject = subject_of(z, z);
  for (int view = 0; view < 2; ++view) {
    const at::Tensor target = torch::matmul(z, map);
    subject.views.target[view] = target / target.norm(2, {1}, true);
  }
  const auto identity = measure(kCollapse, subject);
  EXPECT_LT(identity.at("cosine"), 0.9);
  EXPECT_GT(identity.at("optimal_cosine"), 0.9);
  EXPECT_GT(identity.at("predictor_gap"), 0.3);
  const at::Tensor best = torch::matmul(z, std::get<0>(torch::linalg_lstsq(z, subject.views.target[0])));
  for (at::Tensor& prediction : subject.views.prediction) prediction = best * 3;
  EXPECT_NEAR(measure(kCollapse, subject).at("predictor_gap"), 0, 1e-3);
}

TEST(Collapse, DistanceOfTheTarget) {
  FakeSubject subject = subject_of(torch::randn({10, 3}), torch::randn({10, 3}));
  EXPECT_TRUE(std::isnan(measure(kCollapse, subject).at("target_distance")));
  subject.target_weights = weights_of(torch::tensor({3.f, 2.f}));
  EXPECT_NEAR(measure(kCollapse, subject).at("target_distance"), 2.0 / 5, 1e-7);
}

TEST(Collapse, IsNotANumberWithoutTargetOrWithInfinity) {
  FakeSubject subject = subject_of(torch::randn({10, 3}), torch::randn({10, 3}));
  subject.views.target[0] = subject.views.target[1] = at::Tensor();
  auto got = measure(kCollapse, subject);
  EXPECT_TRUE(std::isnan(got.at("cosine")) && std::isnan(got.at("predictor_gap")));
  EXPECT_FALSE(std::isnan(got.at("z_std")));
  subject.views.projection[0] = torch::full({10, 3}, INFINITY);
  got = measure(kCollapse, subject);
  EXPECT_TRUE(std::isnan(got.at("z_std")) && std::isnan(got.at("uniformity")) && std::isnan(got.at("alignment")));
  EXPECT_FALSE(std::isnan(got.at("y_rank")));
}

}  // namespace
}  // namespace byolab::testing
