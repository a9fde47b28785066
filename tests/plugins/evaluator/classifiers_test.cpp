// knn and linear, against NumPy and scikit-learn (tests/reference/evaluators.py) and by hand.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ATen/Parallel.h>

#include "kernels/parallel.hpp"
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

TEST(Knn, NamesTheClassOfEachImageWithALabelOrWithout) {
  const auto named = [](FakeSubject& subject, const std::string& options) {
    return capability<Predicts>(*stock_evaluator("plugin = \"knn\"\n" + options))->predictions(subject);
  };
  FakeSubject subject = reference_splits(ReferenceFile("evaluators"));
  const at::Tensor predicted = named(subject, "k = 20");
  EXPECT_NEAR(100 * predicted.eq(subject.queries.labels).to(at::kDouble).mean().item<double>(), knn(subject, "k = 20"),
              1e-9);
  const at::Tensor labels = subject.queries.labels;
  subject.queries.labels = at::full_like(labels, -1);
  EXPECT_TRUE(named(subject, "k = 20").equal(predicted));
  EXPECT_TRUE(named(subject, "k = 20\nlabels = \"colour\"").equal(predicted));  // the main ones all the same
  const at::Tensor votes = subject.bank.labels;
  subject.bank.labels = at::where(votes.eq(2), -1, votes);
  EXPECT_LT(named(subject, "k = 20").max().item<std::int64_t>(), 2);
  subject.bank.labels = at::full_like(votes, -1);
  EXPECT_TRUE(named(subject, "k = 20").eq(-1).all().item<bool>());  // nobody votes
  subject.bank = {at::full_like(subject.bank.features, NAN), votes};
  EXPECT_TRUE(named(subject, "k = 20").eq(-1).all().item<bool>());
}

/// Equal images of unlike classes, beyond one tile of the search: the first of them counts.
TEST(Knn, TakesTheFirstOfEquals) {
  torch::manual_seed(4);
  FakeSubject subject;
  subject.class_count = 2;
  const at::Tensor one = torch::randn({700, 8});
  subject.bank = {at::cat({one, one, one}), at::cat({torch::ones({700}, at::kLong), torch::zeros({1400}, at::kLong)})};
  subject.queries = {one.slice(0, 0, 300), torch::ones({300}, at::kLong)};
  EXPECT_EQ(knn(subject, "k = 1"), 100);
  EXPECT_EQ(knn(subject, "k = 2"), 0);  // one vote each: the lower class
  subject.bank.labels = 1 - subject.bank.labels;
  EXPECT_EQ(knn(subject, "k = 1"), 0);
}

/// Votes that nearly cancel: a neighbour more or less changes many of them.
TEST(Knn, AgreesWithLibTorchOnManyTilesWhateverTheThreads) {
  torch::manual_seed(6);
  FakeSubject subject;
  subject.class_count = 3;
  subject.bank = {torch::randn({5000, 24}), torch::randint(3, {5000}, at::kLong)};
  subject.queries = {torch::randn({777, 24}), torch::randint(3, {777}, at::kLong)};
  const auto unit = [](const at::Tensor& x) { return (x / x.norm(2, {1}, true)).to(at::kDouble); };
  const auto [similarity, index] = at::mm(unit(subject.queries.features), unit(subject.bank.features).t()).topk(150, 1);
  const at::Tensor votes = at::zeros({777, 3}, at::kDouble);
  votes.scatter_add_(1, subject.bank.labels.index_select(0, index.flatten()).view_as(index), (similarity / 0.5).exp());
  const double expected = 100 * votes.argmax(1).eq(subject.queries.labels).to(at::kDouble).mean().item<double>();

  const int before = at::get_num_threads();
  for (const int threads : {1, 2, 3}) {
    at::set_num_threads(threads);
    EXPECT_NEAR(knn(subject, "k = 150\ntemperature = 0.5"), expected, 1e-9) << threads;
  }
  at::set_num_threads(before);
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
    const auto expected = [&](const char* what) {
      return stored(reference, "linear_" + l2 + "_" + what).item<float>();
    };
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

/// Features of trained networks go up and down together: without their curvature, a fit with little penalty takes
/// thousands of iterations.
TEST(Linear, ConvergesOnCorrelatedFeatures) {
  torch::manual_seed(11);
  const at::Tensor common = torch::randn({2000, 4}), own = 0.01 * torch::randn({2000, 60});
  FakeSubject subject;
  subject.class_count = 4;
  const at::Tensor features = torch::mm(common, torch::randn({4, 60})) + own;
  subject.bank = {features, (common + torch::randn({2000, 4})).argmax(1)};
  subject.queries = {features.slice(0, 0, 100), subject.bank.labels.slice(0, 0, 100)};
  const auto got = measure("plugin = \"linear\"\nl2 = 1e-5\nmax_iterations = 100", subject);
  EXPECT_LE(got.at("gradient_norm"), 1e-5);
}

/// Widths and numbers of rows that fill no tile of the kernels.
TEST(Linear, TakesAnyWidth) {
  torch::manual_seed(12);
  for (const std::int64_t width : {1, 2, 7, 13}) {
    FakeSubject subject;
    subject.class_count = 3;
    const at::Tensor x = torch::randn({301, width});
    subject.bank = {x, (x.select(1, 0) + 0.5 * torch::randn({301})).div(0.8).round().clamp(-1, 1).add(1).to(at::kLong)};
    subject.queries = {x.slice(0, 0, 101), subject.bank.labels.slice(0, 0, 101)};
    const std::string options = "plugin = \"linear\"\nl2 = 0.01\ntolerance = 1e-";
    const auto fast = measure(options + "5", subject), exact = measure(options + "9", subject);
    EXPECT_NEAR(fast.at("loss"), exact.at("loss"), 1e-4) << width;
    EXPECT_LE(exact.at("gradient_norm"), 1e-9) << width;
    EXPECT_GT(exact.at("top1"), 50) << width;
  }
}

/// Few classes have kernels of their own, many go through LibTorch: with classes that never occur, both fit the same.
TEST(Linear, IsTheSameForFewAndManyClasses) {
  const ReferenceFile reference("evaluators");
  FakeSubject subject = reference_splits(reference);
  const std::string options = "plugin = \"linear\"\nl2 = 0.1\ntolerance = 1e-";
  const double loss = measure(options + "8", subject).at("loss");
  for (const std::int64_t classes : {3, 16, 17, 64, 100}) {
    subject.class_count = classes;
    const auto fast = measure(options + "5", subject), exact = measure(options + "8", subject);
    EXPECT_NEAR(fast.at("loss"), exact.at("loss"), 1e-4) << classes;
    EXPECT_LE(fast.at("gradient_norm"), 1e-5) << classes;
    // Classes that never occur keep a little probability, the more of them the more: no fit is without it.
    EXPECT_NEAR(exact.at("loss"), loss, 0.05) << classes;
  }
}

TEST(Linear, DoesNotDependOnThreads) {
  torch::manual_seed(8);
  FakeSubject subject;
  subject.class_count = 5;
  subject.bank = {torch::randn({3001, 33}), torch::randint(5, {3001}, at::kLong)};
  subject.queries = {torch::randn({100, 33}), torch::randint(5, {100}, at::kLong)};
  const int before = parallel_threads();
  set_parallel_threads(1);
  const auto alone = measure("plugin = \"linear\"\nl2 = 0.01", subject);
  set_parallel_threads(3);
  EXPECT_EQ(measure("plugin = \"linear\"\nl2 = 0.01", subject), alone);
  set_parallel_threads(before);
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

TEST(Linear, SaysWhatIsMissing) { EXPECT_THROW(stock_evaluator("plugin = \"linear\"\ngrid = []"), std::exception); }

}  // namespace
}  // namespace byolab::testing
