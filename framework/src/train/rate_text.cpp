#include "train/rate_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace byolab {
namespace {

constexpr std::int64_t kLooks = 1000;

struct Rates {
  double first = 0, last = 0, highest = 0;
  std::int64_t at = 0;   ///< the first step with the highest
  bool constant = true;  ///< wherever it was looked at
};

/// Looks at a thousand steps, and then at each one around the highest of them: a schedule of a million steps is not
/// walked through.
Rates rates_of(const Optimizer& optimizer, Step step) {
  const auto rate_at = [&](std::int64_t k) {
    step.index = k;
    return optimizer.rate(step);
  };
  const double first = rate_at(0);
  Rates found{.first = first, .last = rate_at(step.total - 1), .highest = first};
  const auto look = [&](std::int64_t k) {
    const double rate = rate_at(k);
    found.constant &= rate == first;
    if (rate > found.highest || (rate == found.highest && k < found.at)) found.highest = rate, found.at = k;
  };
  const std::int64_t stride = std::max<std::int64_t>(1, step.total / kLooks);
  for (std::int64_t k = 0; k < step.total; k += stride) look(k);
  const std::int64_t from = std::max<std::int64_t>(0, found.at - stride);
  const std::int64_t to = std::min(step.total, found.at + stride + 1);
  for (std::int64_t k = from; k < to; ++k) look(k);
  return found;
}

std::string plain(const Value& value) {
  if (const auto* text = value.get_if<std::string>()) return *text;
  if (const auto* number = value.get_if<double>()) return fmt::format("{:g}", *number);
  return value.toml();
}

/// "warmup, over 10 epochs, then cosine, from 0.2, to 0": a schedule's name, and its options as they are.
std::string schedule_text(const Value& written) {
  const auto* table = written.get_if<Table>();
  if (!table) return plain(written);
  std::string text;
  for (const auto& [key, value] : *table)
    text += (text.empty() ? "" : ", ") + (key == "schedule" ? "" : key + ' ') + schedule_text(value);
  return text;
}

std::string origin(const Value& options, const Step& plan) {
  const Value *lr = options.find("lr"), *reference = options.find("lr_reference_batch");
  std::string text = lr ? "; lr: " + schedule_text(*lr) : "";
  const auto* batch = reference ? reference->get_if<std::int64_t>() : nullptr;
  if (batch && *batch > 0) text += fmt::format("; × {}/{}", plan.batch_size, *batch);
  return text;
}

}  // namespace

std::string rate_text(const Model& model, const Value& options, const Step& plan) {
  if (plan.total < 1) return {};
  const Rates rates =
      model.optimizer.call("rate()", 0, [&](const Optimizer& optimizer) { return rates_of(optimizer, plan); });
  if (std::isnan(rates.first)) return {};
  if (rates.constant && rates.last == rates.first)
    return fmt::format("learning rate {:.4g}{}", rates.highest, origin(options, plan));
  return fmt::format("learning rate {:.4g} at its highest (step {} of {}), {:.4g} at first, {:.4g} at last{}",
                     rates.highest, rates.at, plan.total, rates.first, rates.last, origin(options, plan));
}

}  // namespace byolab
