// knn and linear, against NumPy and scikit-learn (tests/reference/evaluators.py) and by hand.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/evaluator/fake_subject.hpp"

namespace byolab::testing {
namespace {

double knn(FakeSubject& subject, const std::string& options) {
  return measure("plugin = \"knn\"\n" + options, subject).at("top1");
}

TEST(Knn, AgreesWithASortOfAllSimilarities) {
  const ReferenceFile reference("evaluators");
  FakeSubject subject = reference_splits(reference);
  const auto expected = [&](const char* name) { return stored(reference, name).item<float>(); };
  EXPECT_NEAR(knn(subject, "k = 1\ntemperature = 0.1"), expected("knn_1_0.1"), 1e-4);
  EXPECT_NEAR(knn(subject, "k = 20\ntemperature = 0.1"), expected("knn_20_0.1"), 1e-4);
  EXPECT_NEAR(knn(subject, "k = 20\ntemperature = 0.02"), expected("knn_20_0.02"), 1e-4);
  EXPECT_NEAR(knn(subject, "k = 240\ntemperature = 0.5"), expected("knn_240_0.5"), 1e-4);
  EXPECT_EQ(knn(subject, "k = 100000\ntemperature = 0.5"), knn(subject, "k = 240\ntemperature = 0.5"));
}

/// One near neighbour of class 1 against two farther ones of class 0: the temperature decides.
FakeSubject three_neighbours() {
  FakeSubject subject;
  subject.bank = {torch::tensor({{1.f, 0.f}, {1.f, 0.6f}, {1.f, -0.6f}}), torch::tensor({1L, 0L, 0L})};
  subject.queries = {torch::tensor({{5.f, 0.f}}), torch::tensor({1L})};
  subject.class_count = 2;
  return subject;
}

TEST(Knn, WeighsVotesByTemperature) {
  FakeSubject subject = three_neighbours();
  EXPECT_EQ(knn(subject, "k = 3\ntemperature = 0.1"), 100);    // e^10 against 2·e^8.57
  EXPECT_EQ(knn(subject, "k = 3\ntemperature = 1.0"), 0);      // e^1 against 2·e^0.857
  EXPECT_EQ(knn(subject, "k = 3\ntemperature = 0.001"), 100);  // e^1000 is no float
}

TEST(Knn, LeavesUnlabelledImagesOut) {
  FakeSubject subject = three_neighbours();
  subject.bank.labels = torch::tensor({-1L, 0L, 1L});
  subject.queries = {torch::tensor({{1.f, 0.5f}, {1.f, -0.5f}, {1.f, 0.f}}), torch::tensor({0L, 1L, -1L})};
  EXPECT_EQ(knn(subject, "k = 1"), 100);
}

TEST(Knn, TakesAnotherLabelSet) {
  FakeSubject subject = three_neighbours();
  subject.other_labels = {torch::tensor({0L, 1L, 1L}), torch::tensor({1L})};
  EXPECT_EQ(knn(subject, "k = 1"), 100);
  EXPECT_EQ(knn(subject, "k = 1\nlabels = \"colour\""), 0);
}

TEST(Classifiers, SayNothingWhereThereIsNothingToSay) {
  for (const char* plugin : {"plugin = \"knn\"", "plugin = \"linear\""}) {
    FakeSubject unlabelled = three_neighbours();
    unlabelled.bank.labels = unlabelled.queries.labels = at::Tensor();
    FakeSubject diverged = three_neighbours();
    diverged.bank.features[0][0] = std::nan("");
    FakeSubject unknown = three_neighbours();
    unknown.queries.labels = torch::tensor({-1L});
    for (FakeSubject* subject : {&unlabelled, &diverged, &unknown})
      for (const auto& [name, value] : measure(plugin, *subject)) EXPECT_TRUE(std::isnan(value)) << plugin << name;
  }
}

TEST(Linear, AgreesWithScikitLearn) {
  const ReferenceFile reference("evaluators");
  FakeSubject subject = reference_splits(reference);
  for (const std::string l2 : {"0.1", "0.001"}) {
    const auto expected = [&](const char* what) { return stored(reference, "linear_" + l2 + "_" + what).item<float>(); };
    const auto got = measure("plugin = \"linear\"\ntolerance = 1e-8\nl2 = " + l2, subject);
    EXPECT_NEAR(got.at("loss"), expected("loss"), 1e-5);
    EXPECT_NEAR(got.at("top1"), expected("top1"), 1e-4);
    EXPECT_NEAR(got.at("train_top1"), expected("train_top1"), 1e-4);
    EXPECT_NEAR(got.at("l2"), std::stod(l2), 1e-12);
    EXPECT_LE(got.at("gradient_norm"), 1e-8);
  }
}

TEST(Linear, IsTheSameTwiceAndConvergesByDefault) {
  const ReferenceFile reference("evaluators");
  FakeSubject subject = reference_splits(reference);
  const auto once = measure("plugin = \"linear\"", subject);
  EXPECT_EQ(once, measure("plugin = \"linear\"", subject));
  EXPECT_LE(once.at("gradient_norm"), 1e-5);
}

/// Many noise features and few images: a strong penalty is right. The choice must find it without the test images,
/// whose labels are shuffled here to be worthless.
TEST(Linear, ChoosesThePenaltyOnTrainingImagesAlone) {
  torch::manual_seed(3);
  FakeSubject subject;
  const at::Tensor labels = torch::randint(2, {200}, at::kLong);
  at::Tensor features = torch::randn({200, 150});
  features.select(1, 0) += 2 * labels;
  subject.bank = {features, labels};
  subject.queries = {torch::randn({50, 150}), torch::randint(2, {50}, at::kLong)};
  subject.class_count = 2;
  const auto got = measure("plugin = \"linear\"\ngrid = [1e-6, 1.0]", subject);
  EXPECT_EQ(got.at("l2"), 1.0);
  subject.queries.labels = 1 - subject.queries.labels;
  EXPECT_EQ(measure("plugin = \"linear\"\ngrid = [1e-6, 1.0]", subject).at("l2"), 1.0);
}

TEST(Linear, SaysWhatIsMissing) {
  EXPECT_THROW(stock_evaluator("plugin = \"linear\"\ngrid = []"), std::exception);
}

}  // namespace
}  // namespace byolab::testing
