#pragma once

#include <cstddef>
#include <cstdint>

// Vectorised softmax regression for few classes, whose products are too narrow for a matrix library to be fast at.
// A row of logits has `lanes` numbers: the classes, then what fills it up to a multiple of kClassLanes.

inline constexpr std::size_t kClassLanes = 16;

struct LogisticBlock {
  const float* features = nullptr;  ///< [rows, width]
  const std::int64_t* labels = nullptr;
  std::size_t rows = 0, width = 0, lanes = 0;
};

/// Turns weights [width, lanes] and biases [lanes], −inf or near it where there is no class, into softmax − one-hot in
/// `errors` [rows, lanes], and returns the sum of −ln softmax[label].
double logistic_errors(const LogisticBlock& block, const float* weights, const float* biases, float* errors);

/// Adds to `gradient` [width, lanes] features[r] · errors[r], summed over the rows.
void logistic_gradient(const LogisticBlock& block, const float* errors, float* gradient);
