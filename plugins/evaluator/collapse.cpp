#include "collapse.hpp"

#include <cmath>
#include <limits>

#include <ATen/Functions.h>

#include "geometry.hpp"

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool finite(const at::Tensor& x) { return x.defined() && at::isfinite(x).all().item<bool>(); }

/// What a function makes of one view, as the mean over both.
template <class Function>
double over_views(const at::Tensor (&views)[2], Function&& function) {
  if (!finite(views[0]) || !finite(views[1])) return kNaN;
  double sum = 0;
  for (const at::Tensor& view : views) sum += function(unit_rows(view.to(at::kDouble)));
  return sum / 2;
}

/// Of one image alone there is no spread.
double spread_of(const at::Tensor& unit) { return unit.size(0) > 1 ? spread(unit) : kNaN; }
double centred_rank(const at::Tensor& x) { return x.size(0) > 1 ? effective_rank(x - x.mean(0, true)) : kNaN; }

struct Prediction {
  double cosine = kNaN, optimal_cosine = kNaN, gap = kNaN;
};

/// Both orders of the two views, one below the other: each predicts the other's target.
Prediction measure_prediction(const byolab::PairedViews& pairs) {
  for (const auto* views : {&pairs.projection, &pairs.prediction, &pairs.target})
    if (!finite((*views)[0]) || !finite((*views)[1])) return {};
  const auto stack = [](const at::Tensor& a, const at::Tensor& b) { return at::cat({a, b}).to(at::kDouble); };
  const at::Tensor z = stack(pairs.projection[0], pairs.projection[1]);
  const at::Tensor q = stack(pairs.prediction[0], pairs.prediction[1]);
  const at::Tensor target = unit_rows(stack(pairs.target[1], pairs.target[0]));
  Prediction result;
  if (q.size(1) != target.size(1)) return result;
  result.cosine = mean_cosine(q, target);
  const at::Tensor optimal = best_linear_prediction(z, target);
  result.optimal_cosine = mean_cosine(optimal, target);
  if (q.sizes() == optimal.sizes()) result.gap = std::sqrt(alignment(unit_rows(q), unit_rows(optimal)));
  return result;
}

double target_distance(byolab::Subject& subject) {
  const byolab::Weights* target = subject.target();
  return target ? subject.online().distance(*target) / subject.online().norm() : kNaN;
}

}  // namespace

std::vector<byolab::Metric> Collapse::metrics() const {
  return {{"z_std", "spread of the normalised projections: 0 collapsed, 1 even"},
          {"y_std", "spread of the normalised features: 0 collapsed, 1 even"},
          {"z_rank", "effective rank of the normalised projections about their mean"},
          {"y_rank", "effective rank of the normalised features about their mean"},
          {"z_rank_raw", "effective rank of the normalised projections, mean included"},
          {"y_rank_raw", "effective rank of the normalised features, mean included"},
          {"alignment", "mean squared distance of the projections of two views of an image"},
          {"uniformity", "ln of the mean Gaussian potential of pairs of projections", "nats"},
          {"cosine", "mean cosine of the prediction with the other view's target"},
          {"optimal_cosine", "mean cosine of the best linear prediction with the other view's target"},
          {"predictor_gap", "root mean square distance of normalised predictions from the best linear ones"},
          {"target_distance", "distance of the target's weights from the online ones, over the latter's norm"}};
}

std::vector<double> Collapse::evaluate(byolab::Subject& subject) {
  const at::NoGradGuard no_grad;
  const byolab::PairedViews& pairs = subject.pairs();
  const auto& z = pairs.projection;
  const auto& y = pairs.features;
  const Prediction prediction = measure_prediction(pairs);
  const double aligned =
      finite(z[0]) && finite(z[1]) ? alignment(unit_rows(z[0].to(at::kDouble)), unit_rows(z[1].to(at::kDouble))) : kNaN;
  return {over_views(z, spread_of),
          over_views(y, spread_of),
          over_views(z, centred_rank),
          over_views(y, centred_rank),
          over_views(z, effective_rank),
          over_views(y, effective_rank),
          aligned,
          over_views(z, uniformity),
          prediction.cosine,
          prediction.optimal_cosine,
          prediction.gap,
          target_distance(subject)};
}
