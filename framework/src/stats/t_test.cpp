#include "stats/t_test.hpp"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "stats/summary.hpp"

namespace byolab {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

void check(std::size_t smaller, double confidence) {
  if (smaller < 2) throw Error("a t-test needs at least two values on each side");
  if (!(confidence > 0 && confidence < 1)) throw Error("a confidence lies between 0 and 1");
}

/// Without spread, chance has no say.
TTest certain(double difference, double degrees, Alternative alternative) {
  TTest test{difference, difference, difference, difference == 0 ? 0 : std::copysign(kInfinity, difference),
             degrees,    0};
  if (difference == 0 || (alternative == Alternative::greater && difference < 0) ||
      (alternative == Alternative::less && difference > 0))
    test.p = 1;
  if (alternative == Alternative::greater) test.high = kInfinity;
  if (alternative == Alternative::less) test.low = -kInfinity;
  return test;
}

TTest t_test(double difference, double error, double degrees, Alternative alternative, double confidence) {
  if (!(error > 0)) return certain(difference, degrees, alternative);
  using boost::math::cdf;
  using boost::math::complement;
  using boost::math::quantile;
  const boost::math::students_t distribution(degrees);
  TTest test{difference, -kInfinity, kInfinity, difference / error, degrees, 1};
  const double tail = alternative == Alternative::two_sided ? (1 - confidence) / 2 : 1 - confidence;
  const double reach = error * quantile(complement(distribution, tail));
  if (alternative != Alternative::less) test.low = difference - reach;
  if (alternative != Alternative::greater) test.high = difference + reach;
  if (alternative == Alternative::greater) test.p = cdf(complement(distribution, test.t));
  if (alternative == Alternative::less) test.p = cdf(distribution, test.t);
  if (alternative == Alternative::two_sided) test.p = 2 * cdf(complement(distribution, std::abs(test.t)));
  return test;
}

}  // namespace

double mean_reach(std::span<const double> values, double confidence) {
  const Summary summary = summarize(values);
  if (summary.count < 2) return std::numeric_limits<double>::quiet_NaN();
  const auto n = static_cast<double>(summary.count);
  const boost::math::students_t distribution(n - 1);
  return summary.std / std::sqrt(n) *
         boost::math::quantile(boost::math::complement(distribution, (1 - confidence) / 2));
}

TTest paired_t_test(std::span<const double> x, std::span<const double> y, Alternative alternative, double confidence) {
  if (x.size() != y.size()) throw Error("a paired t-test needs as many values on one side as on the other");
  check(x.size(), confidence);
  std::vector<double> differences(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) differences[i] = x[i] - y[i];
  const Summary summary = summarize(differences);
  const auto n = static_cast<double>(x.size());
  return t_test(summary.mean, summary.std / std::sqrt(n), n - 1, alternative, confidence);
}

TTest welch_t_test(std::span<const double> x, std::span<const double> y, Alternative alternative, double confidence) {
  check(std::min(x.size(), y.size()), confidence);
  const Summary a = summarize(x), b = summarize(y);
  const auto n = static_cast<double>(a.count), m = static_cast<double>(b.count);
  const double u = a.std * a.std / n, v = b.std * b.std / m;
  const double degrees = u + v > 0 ? (u + v) * (u + v) / (u * u / (n - 1) + v * v / (m - 1)) : n + m - 2;
  return t_test(a.mean - b.mean, std::sqrt(u + v), degrees, alternative, confidence);
}

}  // namespace byolab
