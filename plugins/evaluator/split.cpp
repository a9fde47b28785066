#include "split.hpp"

#include <ATen/Functions.h>

namespace {

/// Among images of one class each answer is right, and says nothing.
bool has_several_classes(const at::Tensor& labels) {
  return labels.numel() > 0 && labels.min().item<std::int64_t>() < labels.max().item<std::int64_t>();
}

}  // namespace

std::pair<at::Tensor, at::Tensor> labelled(const at::Tensor& features, const at::Tensor& labels) {
  const at::Tensor rows = at::nonzero(labels.ge(0)).flatten();
  if (rows.numel() == labels.numel()) return {features, labels};
  return {features.index_select(0, rows), labels.index_select(0, rows)};
}

bool all_finite(const at::Tensor& x) {
  const auto [least, greatest] = at::aminmax(x);  // NaN if any element is
  return at::isfinite(least).item<bool>() && at::isfinite(greatest).item<bool>();
}

LabelledSplits labelled_splits(byolab::Subject& subject, const std::string& label_set) {
  LabelledSplits splits;
  splits.classes = subject.classes(label_set);
  if (splits.classes < 1)
    throw byolab::Error(
        "it needs labels, and the data set has none",
        "leave this evaluator out ('collapse' needs no labels), or give the data set labels: image_folder "
        "takes a split's folders for its classes");
  const byolab::Embedded &train = subject.train(), &test = subject.held_out();
  auto [train_labels, test_labels] =
      label_set.empty() ? std::pair(train.labels, test.labels) : subject.labels(label_set);
  if (!train_labels.defined() || !test_labels.defined()) return splits;
  std::tie(splits.train, splits.train_labels) = labelled(train.features, train_labels);
  std::tie(splits.test, splits.test_labels) = labelled(test.features, test_labels);
  splits.usable = has_several_classes(splits.train_labels) && splits.test.size(0) > 0 && all_finite(splits.train) &&
                  all_finite(splits.test);
  return splits;
}

double percent_equal(const at::Tensor& predicted, const at::Tensor& labels) {
  return 100.0 * static_cast<double>(predicted.eq(labels).sum().item<std::int64_t>()) /
         static_cast<double>(labels.numel());
}
