#include "data/split_notes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <map>

#include "support/text.hpp"

namespace byolab {
namespace {

struct ClassCounts {
  std::int64_t all = 0, train = 0, validation = 0;
};

using Counts = std::map<std::int64_t, ClassCounts>;  // by label; −1, of those without, is no class

Counts count(const TrainingSplit& split, const Dataset& dataset) {
  Counts counts;
  for (std::int64_t i = 0; i < dataset.size(); ++i) ++counts[dataset.label(i)].all;
  for (const std::int64_t i : split.train) ++counts[dataset.label(i)].train;
  for (const std::int64_t i : split.validation) ++counts[dataset.label(i)].validation;
  counts.erase(-1);
  return counts;
}

std::string name_of(std::int64_t label, const std::vector<std::string>& classes) {
  const bool known = label >= 0 && label < static_cast<std::int64_t>(classes.size());
  return known ? fmt::format("'{}'", printable(classes[static_cast<std::size_t>(label)])) : std::to_string(label);
}

/// "2 of 10 classes have no image to train on ('a', 'b')", or "".
std::string missing(const Counts& counts, const std::vector<std::string>& classes, std::int64_t ClassCounts::*part,
                    const char* what) {
  constexpr std::size_t kNamed = 5;
  std::vector<std::string> names;
  std::size_t count = 0;
  for (const auto& [label, one] : counts)
    if (one.*part == 0 && ++count <= kNamed) names.push_back(name_of(label, classes));
  if (count == 0) return {};
  if (count > kNamed) names.emplace_back("…");
  return fmt::format("{} of {} classes {} no image {} ({})", count, counts.size(), count == 1 ? "has" : "have", what,
                     fmt::join(names, ", "));
}

/// Of the class whose share of the images a subset changes most, if by more than rounding does.
std::string levelled(const Counts& counts, const std::vector<std::string>& classes) {
  std::int64_t all = 0, train = 0;
  for (const auto& [label, one] : counts) all += one.all - one.validation, train += one.train;
  if (train == 0 || train == all) return {};
  const auto expected = [&](const ClassCounts& one) {
    return static_cast<double>(one.all - one.validation) * static_cast<double>(train) / static_cast<double>(all);
  };
  double most = 0;
  Counts::const_iterator which;
  for (auto one = counts.begin(); one != counts.end(); ++one) {
    const double change = std::abs(static_cast<double>(one->second.train) - expected(one->second));
    if (change > most) most = change, which = one;
  }
  if (most <= 1) return {};
  const ClassCounts& one = which->second;
  return fmt::format(
      "[data] subset takes as many images of each class, as far as it has them, where classes are of different sizes: "
      "{} of {} of {}, which is {:.1f} % of the images to train on and was {:.1f} %",
      one.train, one.all - one.validation, name_of(which->first, classes),
      100.0 * static_cast<double>(one.train) / static_cast<double>(train),
      100.0 * static_cast<double>(one.all - one.validation) / static_cast<double>(all));
}

}  // namespace

std::vector<std::string> notes_on(const TrainingSplit& split, const Dataset& dataset) {
  const Counts counts = count(split, dataset);
  const std::vector<std::string> classes = dataset.classes({});
  std::vector<std::string> notes;
  const auto add = [&](std::string note) {
    if (!note.empty()) notes.push_back(std::move(note));
  };
  add(missing(counts, classes, &ClassCounts::train, "to train on, after what [data] validation and subset take"));
  if (!split.validation.empty())
    add(missing(counts, classes, &ClassCounts::validation, "among those that [data] validation sets aside"));
  add(levelled(counts, classes));
  return notes;
}

}  // namespace byolab
