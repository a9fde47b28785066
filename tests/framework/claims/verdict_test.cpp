// Verdicts on rows made by hand. The t-tests themselves are checked against SciPy in tests/framework/stats.
#include "claims/verdict.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "stats/t_test.hpp"

namespace byolab {
namespace {

/// Rows of an arm with seeds 0, 1, …
std::vector<SweepRow> arm(const std::string& label, const std::vector<float>& values,
                          const std::string& status = "done") {
  std::vector<SweepRow> rows;
  for (std::size_t i = 0; i < values.size(); ++i) {
    SweepRow row;
    row.label = label;
    row.seed = static_cast<std::int64_t>(i);
    row.status = status;
    row.metrics = {{"train_loss", 1.0F}, {"m", values[i]}};
    rows.push_back(row);
  }
  return rows;
}

std::vector<SweepRow> operator+(std::vector<SweepRow> a, const std::vector<SweepRow>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Claim claim(Claim::Form form, double amount, const std::string& other = "b") {
  return {"text", "source", "m", form, "a", other, amount, {}};
}

std::string verdict(Claim::Form form, double amount, const std::vector<SweepRow>& rows) {
  return judge({claim(form, amount, form == Claim::Form::collapses ? "" : "b")}, rows).at(0).verdict;
}

const std::vector<float> kHigh{52.0F, 53.5F, 51.0F, 54.0F, 52.5F}, kLow{48.0F, 49.0F, 47.5F, 50.0F, 48.5F};

TEST(Verdicts, AreOfTheDifferenceBeyondWhatIsAsked) {
  using enum Claim::Form;
  const auto rows = arm("a", kHigh) + arm("b", kLow);  // differences 4, 4.5, 3.5, 4, 4
  EXPECT_EQ(verdict(greater, 0, rows), "holds");
  EXPECT_EQ(verdict(greater, 3, rows), "holds");
  EXPECT_EQ(verdict(greater, 4, rows), "undecided");
  EXPECT_EQ(verdict(greater, 5, rows), "fails");
  EXPECT_EQ(verdict(less, 0, rows), "fails");
  EXPECT_EQ(verdict(less, 0, arm("a", kLow) + arm("b", kHigh)), "holds");
  EXPECT_EQ(verdict(less, 3, arm("a", kLow) + arm("b", kHigh)), "holds");
  EXPECT_EQ(verdict(less, 5, arm("a", kLow) + arm("b", kHigh)), "fails");
}

TEST(Verdicts, OfEqualityTakeBothSides) {
  using enum Claim::Form;
  const auto rows = arm("a", kHigh) + arm("b", kLow);
  EXPECT_EQ(verdict(equal, 5, rows), "holds");
  EXPECT_EQ(verdict(equal, 3, rows), "fails");
  EXPECT_EQ(verdict(equal, 4.1, rows), "undecided");
  EXPECT_EQ(verdict(equal, 3, arm("a", kLow) + arm("b", kHigh)), "fails");
  EXPECT_EQ(verdict(equal, 5, arm("a", kLow) + arm("b", kHigh)), "holds");
}

TEST(Verdicts, OfCollapseLookAtOneArm) {
  using enum Claim::Form;
  EXPECT_EQ(verdict(collapses, 0.1, arm("a", {0.01F, 0.008F, 0.02F, 0.005F, 0.012F}, "collapsed")), "holds");
  EXPECT_EQ(verdict(collapses, 0.1, arm("a", {0.7F, 0.71F, 0.72F, 0.69F, 0.7F})), "fails");
  EXPECT_EQ(verdict(collapses, 0.1, arm("a", {0.7F, 0.01F, 0.01F, 0.01F, 0.01F})), "undecided");
}

TEST(Verdicts, GiveTheFiguresOfTheTest) {
  const auto rows = arm("a", kHigh) + arm("b", kLow);
  const ClaimRow row = judge({claim(Claim::Form::greater, 3)}, rows).at(0);
  const std::vector<double> x(kHigh.begin(), kHigh.end()), y(kLow.begin(), kLow.end());
  const TTest interval = paired_t_test(x, y);
  EXPECT_EQ(row.seeds, 5);
  EXPECT_DOUBLE_EQ(row.mean, 52.6);
  EXPECT_DOUBLE_EQ(row.other_mean, 48.6);
  EXPECT_DOUBLE_EQ(row.difference, 4.0);
  EXPECT_DOUBLE_EQ(row.low, interval.low);
  EXPECT_DOUBLE_EQ(row.high, interval.high);
  // Differences less 3 are 1, 1.5, .5, 1, 1: t = 1 / (sqrt(.125) / sqrt(5)) with 4 degrees of freedom; the two-sided p
  // in closed form: 1 − u (3 − u²) / 2 with u = t / sqrt(t² + 4), for ν = 4.
  const double t = std::sqrt(5 / 0.125), u = t / std::sqrt(t * t + 4);
  EXPECT_NEAR(row.p, 1 - u * (3 - u * u) / 2, 1e-12);
  EXPECT_EQ(row.p_holm, row.p);
}

TEST(Verdicts, AreCorrectedForAllClaimsThatAreJudged) {
  using enum Claim::Form;
  const auto rows = arm("a", kHigh) + arm("b", kLow) + arm("c", {1.0F, 2.0F});
  const std::vector<ClaimRow> both =
      judge({claim(greater, 3), claim(greater, 0, "c"), claim(greater, 3.5), claim(greater, 0, "nobody")}, rows);
  EXPECT_DOUBLE_EQ(both[0].p_holm, 2 * both[0].p);
  EXPECT_DOUBLE_EQ(both[2].p_holm, std::max(2 * both[0].p, both[2].p));
  EXPECT_EQ(both[1].verdict, "not judged");  // two seeds: shown, not judged
  EXPECT_EQ(both[1].seeds, 2);
  EXPECT_FALSE(std::isnan(both[1].low));
  EXPECT_TRUE(std::isnan(both[1].p));
  EXPECT_EQ(both[3].verdict, "not judged");
  EXPECT_EQ(both[3].seeds, 0);
}

TEST(Verdicts, PairSeedsAndTakeResultsAlone) {
  auto rows = arm("a", kHigh) + arm("b", kLow) + arm("a", {0, 0, 0, 0, 0}, "failed");
  std::rotate(rows.begin(), rows.begin() + 3, rows.begin() + 5);  // the order of rows says nothing
  EXPECT_DOUBLE_EQ(judge({claim(Claim::Form::greater, 0)}, rows).at(0).difference, 4.0);
  rows[0].seed = 99;  // no partner
  EXPECT_EQ(judge({claim(Claim::Form::greater, 0)}, rows).at(0).seeds, 4);
}

TEST(Verdicts, ReadWell) {
  const auto text = verdicts_text(judge({claim(Claim::Form::greater, 3)}, arm("a", kHigh) + arm("b", kLow)));
  EXPECT_NE(text.find("holds       text\n"), std::string::npos) << text;
  EXPECT_NE(text.find("m: a > b + 3: 52.6 - 48.6 = +4 [3.56, 4.44], 5 seeds, p = 0.003"), std::string::npos) << text;
  EXPECT_TRUE(verdicts_text({}).empty());
}

}  // namespace
}  // namespace byolab
