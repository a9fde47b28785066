// Verdicts on rows made by hand. The t-tests themselves are checked against SciPy in tests/framework/stats.
#include "claims/verdict.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

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
  return {"text", "source", "m", form, "a", other, "", "", amount, {}};
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

TEST(Verdicts, OnTheBorderSpeakForNeitherSide) {
  using enum Claim::Form;
  const auto rows = arm("a", std::vector<float>(5, 12.4F)) + arm("b", std::vector<float>(5, 12.3F));
  EXPECT_EQ(verdict(greater, 0.1, rows), "undecided");
  EXPECT_EQ(verdict(less, -0.1, rows), "undecided");
  EXPECT_EQ(verdict(equal, 0.1, rows), "undecided");
  EXPECT_EQ(verdict(greater, 0.09, rows), "holds");
  EXPECT_EQ(verdict(greater, 0.11, rows), "fails");
  EXPECT_EQ(verdict(equal, 0.11, rows), "holds");
}

TEST(Verdicts, LeaveOutWhatIsNotFinite) {
  auto values = kHigh;
  values[2] = std::numeric_limits<float>::infinity();
  const ClaimRow row = judge({claim(Claim::Form::greater, 0)}, arm("a", values) + arm("b", kLow)).at(0);
  EXPECT_EQ(row.seeds, 4);
  EXPECT_EQ(row.verdict, "not judged");
  EXPECT_TRUE(std::isfinite(row.difference));
}

TEST(Verdicts, PairSeedsAndTakeResultsAlone) {
  auto rows = arm("a", kHigh) + arm("b", kLow) + arm("a", {0, 0, 0, 0, 0}, "failed");
  std::rotate(rows.begin(), rows.begin() + 3, rows.begin() + 5);  // the order of rows says nothing
  EXPECT_DOUBLE_EQ(judge({claim(Claim::Form::greater, 0)}, rows).at(0).difference, 4.0);
  rows[0].seed = 99;  // no partner
  EXPECT_EQ(judge({claim(Claim::Form::greater, 0)}, rows).at(0).seeds, 4);
}

TEST(Verdicts, OfChangesTakeEachArmFromItsOwnBaseline) {
  // "a" is above "b" at every seed, and has lost more on the way: 10 and 10.5 of it against 4 and 4.5.
  const auto rows = arm("a", {50, 51, 49, 52, 50}) + arm("a0", {60, 61.5F, 59, 62.5F, 60}) +
                    arm("b", {40, 39, 42, 41, 40}) + arm("b0", {44, 43, 46.5F, 45, 44.5F});
  const auto change = [&](Claim::Form form, double amount) {
    return judge({{"text", "source", "m", form, "a", "b", "a0", "b0", amount, {}}}, rows).at(0);
  };
  using enum Claim::Form;
  const ClaimRow row = change(less, 0);
  EXPECT_EQ(row.statement, "m: (a - a0) < (b - b0)");
  EXPECT_EQ(row.seeds, 5);
  EXPECT_NEAR(row.mean, -10.2, 1e-12);
  EXPECT_NEAR(row.other_mean, -4.2, 1e-12);
  const TTest interval =
      paired_t_test(std::vector{-10.0, -10.5, -10.0, -10.5, -10.0}, std::vector{-4.0, -4.0, -4.5, -4.0, -4.5});
  EXPECT_NEAR(row.low, interval.low, 1e-12);
  EXPECT_NEAR(row.high, interval.high, 1e-12);
  EXPECT_EQ(row.verdict, "holds");
  EXPECT_EQ(change(less, 5).verdict, "holds");
  EXPECT_EQ(change(less, 7).verdict, "fails");
  EXPECT_EQ(change(greater, 0).verdict, "fails");
  EXPECT_EQ(change(equal, 7).verdict, "holds");
  EXPECT_EQ(judge({claim(greater, 0)}, rows).at(0).verdict, "holds");  // of the values themselves it is the other way
}

TEST(Verdicts, OfChangesNeedAllFourArmsOfASeed) {
  auto rows = arm("a", kHigh) + arm("a0", kLow) + arm("b", kLow) + arm("b0", {47, 48, 47, 49});
  rows[1].status = "diverged";
  const Claim change{"text", "source", "m", Claim::Form::greater, "a", "b", "a0", "b0", 0, {}};
  EXPECT_EQ(judge({change}, rows).at(0).seeds, 3);  // seed 1 has no "a", seed 4 no "b0"
}

TEST(Verdicts, ReadWell) {
  const auto text = verdicts_text(judge({claim(Claim::Form::greater, 3)}, arm("a", kHigh) + arm("b", kLow)));
  EXPECT_NE(text.find("holds       text\n"), std::string::npos) << text;
  EXPECT_NE(text.find("m: a > b + 3: 52.6 - 48.6 = +4 [3.56, 4.44], 5 seeds, p = 0.003"), std::string::npos) << text;
  EXPECT_TRUE(verdicts_text({}).empty());
  EXPECT_NE(verdicts_text(judge({claim(Claim::Form::greater, 3)}, arm("a", kHigh) + arm("b", kLow, "diverged")))
                .find("m: a > b + 3: no seed has results of all its arms\n"),
            std::string::npos);
  const auto change =
      verdicts_text(judge({{"text", "source", "m", Claim::Form::less, "a", "b", "a0", "b0", 0, {}}},
                          arm("a", {40, 41}) + arm("a0", {50, 51}) + arm("b", {40, 41}) + arm("b0", {42, 44})));
  EXPECT_NE(change.find("m: (a - a0) < (b - b0): -10 - (-2.5) = -7.5 ["), std::string::npos) << change;
}

}  // namespace
}  // namespace byolab
