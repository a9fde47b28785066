#include "stats/t_test.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "stats/holm.hpp"
#include "stats/summary.hpp"
#include "support/reference_file.hpp"

namespace byolab::testing {
namespace {

std::span<const double> span_of(const at::Tensor& tensor) {
  return {tensor.data_ptr<double>(), static_cast<std::size_t>(tensor.numel())};
}

void expect_near(double found, double wanted, const std::string& what) {
  if (std::isinf(wanted)) {
    EXPECT_EQ(found, wanted) << what;
  } else {
    EXPECT_NEAR(found, wanted, 1e-10 * (1 + std::abs(wanted))) << what;
  }
}

void expect_same(const TTest& test, const at::Tensor& reference, const std::string& what) {
  const std::span<const double> wanted = span_of(reference);
  const double found[] = {test.difference, test.low, test.high, test.t, test.degrees, test.p};
  const char* names[] = {"difference", "low", "high", "t", "degrees", "p"};
  for (std::size_t i = 0; i < 6; ++i) expect_near(found[i], wanted[i], what + ": " + names[i]);
}

TEST(TTest, AgreesWithSciPy) {
  const ReferenceFile reference("t_tests");
  const std::pair<const char*, Alternative> alternatives[] = {
      {"two-sided", Alternative::two_sided}, {"greater", Alternative::greater}, {"less", Alternative::less}};
  for (int number = 0; number < 5; ++number) {
    const ReferenceFile table = reference.table("case " + std::to_string(number));
    const at::Tensor x = table.tensor("x"), y = table.tensor("y");
    for (const auto& [name, alternative] : alternatives) {
      const std::string what = " of case " + std::to_string(number) + ", " + name;
      expect_same(welch_t_test(span_of(x), span_of(y), alternative), table.tensor(std::string("welch ") + name),
                  "welch" + what);
      if (x.numel() == y.numel())
        expect_same(paired_t_test(span_of(x), span_of(y), alternative), table.tensor(std::string("paired ") + name),
                    "paired" + what);
    }
  }
}

TEST(TTest, WithoutSpreadChanceHasNoSay) {
  const std::vector<double> x{3, 4, 5}, y{1, 2, 3};
  const TTest apart = paired_t_test(x, y);
  EXPECT_EQ(apart.difference, 2);
  EXPECT_EQ(apart.low, 2);
  EXPECT_EQ(apart.high, 2);
  EXPECT_EQ(apart.p, 0);
  EXPECT_EQ(paired_t_test(x, y, Alternative::less).p, 1);
  EXPECT_EQ(paired_t_test(x, x).p, 1);
}

TEST(TTest, WantsTwoValuesOnEachSide) {
  const std::vector<double> one{1}, two{1, 2}, three{1, 2, 3};
  EXPECT_THROW(welch_t_test(one, three), Error);
  EXPECT_THROW(paired_t_test(one, one), Error);
  EXPECT_THROW(paired_t_test(two, three), Error);
  EXPECT_THROW(paired_t_test(two, two, Alternative::two_sided, 1.0), Error);
}

TEST(MeanReach, IsThatOfThePairedTestAgainstZero) {
  const std::vector<double> x{3.25, 4, 5.5}, zero(3, 0);
  const TTest test = paired_t_test(x, zero);  // checked against SciPy above
  EXPECT_NEAR(mean_reach(x), (test.high - test.low) / 2, 1e-12);
  EXPECT_TRUE(std::isnan(mean_reach(std::vector<double>{1})));
}

TEST(Holm, AgreesWithTheStepByStepDefinition) {
  const ReferenceFile reference("t_tests");
  const at::Tensor p = reference.tensor("p"), wanted = reference.tensor("holm");
  const std::vector<double> found = holm(span_of(p));
  for (std::size_t i = 0; i < found.size(); ++i) expect_near(found[i], span_of(wanted)[i], std::to_string(i));
}

TEST(Holm, WhatWasNotTestedCountsForNothing) {
  const std::vector<double> found = holm(std::vector<double>{0.02, std::nan(""), 0.03});
  EXPECT_DOUBLE_EQ(found[0], 0.04);
  EXPECT_TRUE(std::isnan(found[1]));
  EXPECT_DOUBLE_EQ(found[2], 0.04);
}

TEST(Summary, HasTheSamplesSpread) {
  const Summary four = summarize(std::vector<double>{2, 4, 4, 6});
  EXPECT_DOUBLE_EQ(four.mean, 4);
  EXPECT_DOUBLE_EQ(four.std, std::sqrt(8.0 / 3));
  EXPECT_TRUE(std::isnan(summarize(std::vector<double>{1}).std));
  EXPECT_TRUE(std::isnan(summarize({}).mean));
}

}  // namespace
}  // namespace byolab::testing
