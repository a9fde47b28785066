#include "claims/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "stats/holm.hpp"
#include "stats/summary.hpp"
#include "stats/t_test.hpp"

namespace byolab {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kLevel = 0.05;

/// A diverged network was last evaluated before it diverged, which says nothing of it.
bool has_numbers(const SweepRow& row) { return row.status == "done" || row.status == "collapsed"; }

/// An arm's values of a metric; runs without it, or in which it is not finite, are left out.
std::map<std::int64_t, double> by_seed(const std::vector<SweepRow>& rows, const std::string& arm,
                                       const std::string& metric) {
  std::map<std::int64_t, double> values;
  for (const SweepRow& row : rows) {
    if (row.label != arm || !has_numbers(row)) continue;
    for (const auto& [name, value] : row.metrics)
      if (name == metric && std::isfinite(value)) values[row.seed] = static_cast<double>(value);
  }
  return values;
}

/// The same, or its changes from the arm `from` of the same seed.
std::map<std::int64_t, double> by_seed(const std::vector<SweepRow>& rows, const std::string& arm,
                                       const std::string& from, const std::string& metric) {
  const auto values = by_seed(rows, arm, metric);
  if (from.empty()) return values;
  std::map<std::int64_t, double> changes;
  for (const auto& [seed, before] : by_seed(rows, from, metric))
    if (const auto after = values.find(seed); after != values.end()) changes[seed] = after->second - before;
  return changes;
}

using Values = std::vector<double>;

Values shifted(Values values, double by) {
  for (double& value : values) value += by;
  return values;
}

/// Chances of data like these, or more so, if the claim, or its opposite, were not true.
struct Evidence {
  double claim = 1, opposite = 1;
};

/// Whether every pair lies on the border of a claim, but for the rounding of values that were recorded in float32:
/// that speaks for neither side, and has no spread to tell.
bool on_the_border(const Values& x, const Values& y, double by) {
  for (std::size_t i = 0; i < x.size(); ++i)
    if (std::abs(x[i] - y[i] - by) > 1e-6 * std::max({std::abs(x[i]), std::abs(y[i]), std::abs(by)})) return false;
  return true;
}

Evidence weigh(Claim::Form form, const Values& x, const Values& y, double amount) {
  const auto p = [&](double by, Alternative side) {
    return on_the_border(x, y, by) ? 1.0 : paired_t_test(x, shifted(y, by), side).p;
  };
  switch (form) {
    case Claim::Form::greater:
      return {p(amount, Alternative::greater), p(amount, Alternative::less)};
    case Claim::Form::less:
      return {p(-amount, Alternative::less), p(-amount, Alternative::greater)};
    case Claim::Form::equal:
      return {std::max(p(-amount, Alternative::greater), p(amount, Alternative::less)),
              std::min(p(-amount, Alternative::less), p(amount, Alternative::greater))};
    case Claim::Form::collapses:
      return {p(amount, Alternative::less), p(amount, Alternative::greater)};
  }
  return {};
}

/// All but p_holm and the verdict. `supported`: the data speak for the claim rather than for its opposite.
ClaimRow measure(const Claim& claim, const std::vector<SweepRow>& rows, bool& supported) {
  ClaimRow row{claim.text, claim.source, claim.metric, claim.statement(), "not judged", 0, kNaN, kNaN, kNaN, kNaN,
               kNaN,       kNaN,         kNaN};
  const auto mine = by_seed(rows, claim.arm, claim.arm_from, claim.metric);
  const auto theirs = by_seed(rows, claim.other, claim.other_from, claim.metric);
  const bool alone = claim.form == Claim::Form::collapses;
  Values x, y;
  for (const auto& [seed, value] : mine) {
    const auto other = theirs.find(seed);
    if (!alone && other == theirs.end()) continue;
    x.push_back(value);
    y.push_back(alone ? 0 : other->second);
  }
  row.seeds = static_cast<std::int64_t>(x.size());
  row.mean = summarize(x).mean;
  if (!alone) row.other_mean = summarize(y).mean;
  row.difference = summarize(x).mean - summarize(y).mean;
  if (x.size() < 2) return row;
  const TTest interval = paired_t_test(x, y);
  row.low = interval.low;
  row.high = interval.high;
  if (x.size() < kSeedsForAVerdict) return row;
  const Evidence evidence = weigh(claim.form, x, y, claim.amount);
  row.p = std::min(1.0, 2 * std::min(evidence.claim, evidence.opposite));
  supported = evidence.claim < evidence.opposite;
  return row;
}

std::string p_text(double p) { return p < 0.001 ? "p < 0.001" : fmt::format("p = {:.3f}", p); }

std::string subtrahend(double value) {
  return value < 0 ? fmt::format("({:.4g})", value) : fmt::format("{:.4g}", value);
}

std::string figures(const ClaimRow& claim) {
  if (claim.seeds == 0) return "no seed has results of all its arms";
  const bool alone = std::isnan(claim.other_mean);
  std::string text =
      alone ? fmt::format("{:.4g}", claim.mean)
            : fmt::format("{:.4g} - {} = {:+.3g}", claim.mean, subtrahend(claim.other_mean), claim.difference);
  if (!std::isnan(claim.low)) text += fmt::format(" [{:.3g}, {:.3g}]", claim.low, claim.high);
  text += fmt::format(", {} seed{}", claim.seeds, claim.seeds == 1 ? "" : "s");
  if (!std::isnan(claim.p_holm)) text += ", " + p_text(claim.p_holm);
  return text;
}

}  // namespace

std::vector<ClaimRow> judge(const std::vector<Claim>& claims, const std::vector<SweepRow>& rows) {
  std::vector<ClaimRow> judged;
  std::vector<char> supported(claims.size(), 0);
  std::vector<double> p;
  for (std::size_t i = 0; i < claims.size(); ++i) {
    bool speaks_for = false;
    judged.push_back(measure(claims[i], rows, speaks_for));
    supported[i] = speaks_for;
    p.push_back(judged.back().p);
  }
  const std::vector<double> adjusted = holm(p);
  for (std::size_t i = 0; i < judged.size(); ++i) {
    judged[i].p_holm = adjusted[i];
    if (std::isnan(adjusted[i])) continue;
    judged[i].verdict = adjusted[i] >= kLevel ? "undecided" : supported[i] ? "holds" : "fails";
  }
  return judged;
}

std::string verdicts_text(const std::vector<ClaimRow>& claims) {
  if (claims.empty()) return {};
  const auto judged =
      std::count_if(claims.begin(), claims.end(), [](const ClaimRow& claim) { return !std::isnan(claim.p_holm); });
  std::string text = fmt::format(
      "claims (paired t over seeds; 95 % interval of each; p with Holm's correction over the {} of {} that {} judged; "
      "verdicts at p < 0.05, from {} seeds on)\n",
      judged, claims.size(), judged == 1 ? "is" : "are", kSeedsForAVerdict);
  for (const ClaimRow& claim : claims) {
    text +=
        fmt::format("  {:<10}  {}\n              {}: {}\n", claim.verdict, claim.text, claim.statement, figures(claim));
    if (!claim.source.empty()) text += fmt::format("              {}\n", claim.source);
  }
  return text;
}

}  // namespace byolab
