#pragma once

#include <byolab/plugin.hpp>

/// Features and labels of both splits, rows without a label left out.
struct LabelledSplits {
  at::Tensor train, train_labels, test, test_labels;  ///< [n, d] float32, [n] int64
  std::int64_t classes = 0;
  /// False if there is nothing to learn or measure: no labels, one class to learn from, no rows, or features that are
  /// not finite.
  bool usable = false;
};

/// Rows whose label is known, and their labels.
std::pair<at::Tensor, at::Tensor> labelled(const at::Tensor& features, const at::Tensor& labels);
/// In one pass without copies.
bool all_finite(const at::Tensor& x);

/// Labels are those of the set named, the data set's main one if "". Throws Error if there is no such set.
LabelledSplits labelled_splits(byolab::Subject& subject, const std::string& label_set);
/// 100 · share of equal elements.
double percent_equal(const at::Tensor& predicted, const at::Tensor& labels);
