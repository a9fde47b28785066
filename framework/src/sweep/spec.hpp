#pragma once

#include "config/overrides.hpp"
#include "support/metric_direction.hpp"

namespace byolab {

/// One value of an axis, or a case: what is set in the experiment, and how it is called.
struct Choice {
  std::string label;
  std::vector<Setting> settings;
  Place place;
};

/// What is varied: every trial takes one of its choices.
struct Axis {
  std::string name;
  std::vector<Choice> choices;
  Place place;
};

/// Combinations of choices: for some axes the labels that they may have.
struct Pattern {
  std::vector<std::pair<std::string, std::vector<std::string>>> axes;
};

enum class Combine { grid, zip, one_by_one };

/// [sweep] as written.
struct SweepSpec {
  std::string name;               ///< of its folder; "": the file's
  std::vector<Setting> baseline;  ///< under every arm
  std::string baseline_label;     ///< the arm that others are compared with; "" if it is not named
  Place baseline_place;           ///< of the label
  std::vector<std::int64_t> seeds;
  Combine combine = Combine::grid;
  std::vector<Axis> axes;
  std::vector<Choice> cases;  ///< further arms
  std::vector<Pattern> exclude, only;
  std::string metric;                     ///< what "best" is judged by; "" if the sweep does not say
  Direction better = Direction::unknown;  ///< values of it
};

/// Reads [sweep], reporting all that is wrong with it. `sweep` may be an empty table: one arm, one seed.
BYOLAB_API SweepSpec read_sweep(const Value& sweep, Problems& problems);

/// One combination of choices, without a seed.
struct Arm {
  std::string label;
  std::vector<std::string> values;  ///< its choice's label on each axis; "" for a case, or where it is the baseline's
  std::vector<Setting> settings;    ///< as they are written, the baseline's first
};

/// All arms, in the order of writing: the first axis varies slowest; then the cases. Labels are unique.
BYOLAB_API std::vector<Arm> arms_of(const SweepSpec& spec, Problems& problems);

/// The first `below` settings, the baseline's; then the arm's own, choices of plugins first, so that what one axis
/// chooses drops nothing that another sets.
BYOLAB_API std::vector<Setting> in_order_of_application(const Arm& arm, std::size_t below);

}  // namespace byolab
