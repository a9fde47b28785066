#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sweep/spec.hpp"

namespace byolab {
namespace {

/// For each axis the number of its choice; none: as in the baseline.
using Combination = std::vector<std::optional<std::size_t>>;

std::vector<Combination> grid(const std::vector<Axis>& axes) {
  std::vector<Combination> all{{}};
  for (const Axis& axis : axes) {
    std::vector<Combination> longer;
    for (const Combination& start : all)
      for (std::size_t i = 0; i < axis.choices.size(); ++i) {
        longer.push_back(start);
        longer.back().emplace_back(i);
      }
    all = std::move(longer);
  }
  return all;
}

std::vector<Combination> zip(const std::vector<Axis>& axes) {
  std::size_t length = axes.front().choices.size();
  for (const Axis& axis : axes) length = std::min(length, axis.choices.size());
  std::vector<Combination> all;
  for (std::size_t i = 0; i < length; ++i) all.emplace_back(axes.size(), i);
  return all;
}

/// The baseline with one axis changed at a time.
std::vector<Combination> one_by_one(const std::vector<Axis>& axes) {
  std::vector<Combination> all;
  for (std::size_t a = 0; a < axes.size(); ++a)
    for (std::size_t i = 0; i < axes[a].choices.size(); ++i) {
      all.emplace_back(axes.size());
      all.back()[a] = i;
    }
  return all;
}

bool matches(const Pattern& pattern, const std::vector<Axis>& axes, const std::vector<std::string>& values) {
  return std::all_of(pattern.axes.begin(), pattern.axes.end(), [&](const auto& wanted) {
    for (std::size_t a = 0; a < axes.size(); ++a)
      if (axes[a].name == wanted.first)
        return std::find(wanted.second.begin(), wanted.second.end(), values[a]) != wanted.second.end();
    return false;
  });
}

bool left_out(const SweepSpec& spec, const std::vector<std::string>& values) {
  const auto hit = [&](const Pattern& pattern) { return matches(pattern, spec.axes, values); };
  return std::any_of(spec.exclude.begin(), spec.exclude.end(), hit) ||
         (!spec.only.empty() && std::none_of(spec.only.begin(), spec.only.end(), hit));
}

Arm arm_of(const SweepSpec& spec, const Combination& combination) {
  Arm arm{{}, {}, spec.baseline};
  for (std::size_t a = 0; a < spec.axes.size(); ++a) {
    if (!combination[a]) {
      arm.values.emplace_back();
      continue;
    }
    const Choice& choice = spec.axes[a].choices[*combination[a]];
    arm.label += (arm.label.empty() ? "" : " ") + choice.label;
    arm.values.push_back(choice.label);
    arm.settings.insert(arm.settings.end(), choice.settings.begin(), choice.settings.end());
  }
  return arm;
}

std::vector<Combination> combinations(const SweepSpec& spec) {
  if (spec.axes.empty()) return {};
  switch (spec.combine) {
    case Combine::grid:
      return grid(spec.axes);
    case Combine::zip:
      return zip(spec.axes);
    case Combine::one_by_one:
      return one_by_one(spec.axes);
  }
  return {};
}

}  // namespace

std::vector<Arm> arms_of(const SweepSpec& spec, Problems& problems) {
  double count = spec.combine == Combine::grid ? 1 : 0;
  for (const Axis& axis : spec.axes) count *= static_cast<double>(axis.choices.size());
  if (count * static_cast<double>(std::max<std::size_t>(1, spec.seeds.size())) > 1e5) {
    problems.add(spec.axes.front().place,
                 fmt::format("a grid of {:.3g} combinations is more than a sweep takes (100000 trials)", count),
                 {"vary fewer keys, draw random samples, or combine = \"one_by_one\""});
    return {};
  }
  std::vector<Arm> arms;
  std::set<std::string> labels;
  const auto add = [&](Arm arm, const Place& place) {
    if (!labels.insert(arm.label).second)
      problems.add(place, fmt::format("two arms are labelled '{}'", arm.label), {"give one of them another label"});
    arms.push_back(std::move(arm));
  };
  for (const Combination& combination : combinations(spec))
    if (Arm arm = arm_of(spec, combination); !left_out(spec, arm.values)) add(std::move(arm), spec.axes.back().place);
  if (arms.empty() && !spec.axes.empty() && spec.cases.empty() && problems.empty())
    problems.add(spec.axes.front().place,
                 "no combination is left: [[sweep.exclude]] and [[sweep.only]] leave all of them out");
  for (const Choice& one : spec.cases) {
    Arm arm{one.label, std::vector<std::string>(spec.axes.size()), spec.baseline};
    arm.settings.insert(arm.settings.end(), one.settings.begin(), one.settings.end());
    add(std::move(arm), one.place);
  }
  return arms;
}

std::vector<Setting> in_order_of_application(const Arm& arm, std::size_t below) {
  const auto end_of_baseline = arm.settings.begin() + static_cast<std::ptrdiff_t>(below);
  std::vector<Setting> settings(arm.settings.begin(), end_of_baseline), own(end_of_baseline, arm.settings.end());
  put_choices_first(own);
  settings.insert(settings.end(), own.begin(), own.end());
  return settings;
}

}  // namespace byolab
