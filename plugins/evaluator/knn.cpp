#include "knn.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/Functions.h>

#include "geometry.hpp"
#include "nearest.hpp"
#include "split.hpp"

void Knn::describe(byolab::Fields& field, Options& options) {
  field("k", options.k, "neighbours that vote; all training images if there are fewer",
        {.min = 1, .unit = "images", .source = "200: Wu et al. 2018, section 3.4"});
  field("temperature", options.temperature, "of the votes' weights exp(cosine / temperature)",
        {.min = 1e-3,
         .max = 1e6,
         .source = "0.1: the code of Wu et al. 2018 for CIFAR-10 (cifar.py), and lightly; their section 3.4: 0.07"});
  field("labels", options.labels, "label set of the data set that is predicted; \"\" is its main one");
}

std::vector<byolab::Metric> Knn::metrics() const {
  return {{"top1", "held-out images whose class the nearest training images name", "%"}};
}

std::vector<double> Knn::evaluate(byolab::Subject& subject) {
  const at::NoGradGuard no_grad;
  const LabelledSplits splits = labelled_splits(subject, options_.labels);
  if (!splits.usable) return {std::nan("")};
  const at::Tensor predicted =
      classify(unit_rows(splits.train), splits.train_labels, unit_rows(splits.test), splits.classes);
  return {percent_equal(predicted, splits.test_labels)};
}

at::Tensor Knn::predictions(byolab::Subject& subject) {
  const at::NoGradGuard no_grad;
  const auto& [bank, bank_labels] = subject.train();
  const at::Tensor& queries = subject.held_out().features;
  const at::Tensor nothing = at::full({queries.size(0)}, -1, at::kLong);
  if (!bank_labels.defined() || !all_finite(bank) || !all_finite(queries)) return nothing;
  const auto [voters, labels] = labelled(bank, bank_labels);
  if (voters.size(0) == 0) return nothing;
  return classify(unit_rows(voters), labels, unit_rows(queries), subject.classes());
}

at::Tensor Knn::classify(const at::Tensor& bank, const at::Tensor& labels, const at::Tensor& queries,
                         std::int64_t classes) const {
  const auto [similarity, neighbours] = nearest(bank, queries, std::min(options_.k, bank.size(0)));
  // The greatest weight of a row is 1: no overflow at low temperatures, and the winner is the same.
  const at::Tensor weights = ((similarity.to(at::kDouble) - similarity.slice(1, 0, 1)) / options_.temperature).exp();
  const at::Tensor votes = at::zeros({queries.size(0), classes}, at::kDouble);
  votes.scatter_add_(1, labels.index_select(0, neighbours.flatten()).view_as(neighbours), weights);
  return votes.argmax(1);
}
