#include "sweep/spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "config/field_text.hpp"
#include "config/suggest.hpp"
#include "support/text.hpp"
#include "sweep/samples.hpp"

namespace byolab {
namespace {

/// Keys that belong to the sweep as a whole.
const char* why_not(const std::vector<std::string>& keys) {
  const std::string& section = keys.front();
  if (section == "sweep" || section == "claim" || section == "extends" || section == "plugins")
    return "it belongs to the file, not to a trial";
  if (section != "run" || keys.size() < 2) return nullptr;
  if (keys[1] == "seed") return "write the seeds as [sweep] seeds = [0, 1, 2]";
  if (keys[1] == "name" || keys[1] == "output") return "trials are told apart by their labels";
  if (keys[1] == "threads")
    return "threads are the same for all trials of a sweep, so that they can be compared: [run] threads";
  return nullptr;
}

/// A value inside a label: texts without quotes.
std::string label_text(const Value& value) {
  const auto* text = value.get_if<std::string>();
  return text ? *text : plain_text(value);
}

class SpecReader {
 public:
  SpecReader(const Value& sweep, Problems& problems)
      : sweep_(sweep), problems_(problems), top_(sweep, "[sweep]", problems) {}

  SweepSpec read() {
    if (!sweep_.get_if<Table>()) return std::move(spec_);
    read_name();
    read_baseline();
    read_seeds();
    spec_.combine = static_cast<Combine>(top_.word("combine", {"grid", "zip", "one_by_one"}));
    for_each("axis", [&](const Value& table) { read_axis(table); });
    for_each("case", [&](const Value& table) { spec_.cases.push_back(read_choice(table, "[[sweep.case]]")); });
    for_each("exclude", [&](const Value& table) { spec_.exclude.push_back(read_pattern(table, "[[sweep.exclude]]")); });
    for_each("only", [&](const Value& table) { spec_.only.push_back(read_pattern(table, "[[sweep.only]]")); });
    spec_.metric = top_.text("metric");
    const bool less = top_.word("better", {"greater", "less"}) == 1;
    spec_.better = !sweep_.find("better") ? direction_of(spec_.metric) : less ? Direction::less : Direction::greater;
    top_.finish();
    check_zip();
    return std::move(spec_);
  }

 private:
  template <class Function>
  void for_each(const std::string& key, Function&& function) {
    const List* list = top_.list(key);
    for (std::size_t i = 0; list && i < list->size(); ++i)
      if ((*list)[i].get_if<Table>())
        function((*list)[i]);
      else
        problems_.add((*list)[i].place,
                      fmt::format("[[sweep.{}]] must be a table, found {}", key, type_with_article((*list)[i])));
  }

  std::optional<Setting> setting_of(const std::string& path, Value value, const Place& place) {
    const auto keys = keys_of_path(path);
    if (!keys) {
      problems_.add(place, fmt::format("'{}' is no path of keys", path), {"write \"section.key\", as after --set"});
      return std::nullopt;
    }
    if (const char* reason = why_not(*keys)) {
      problems_.add(place, fmt::format("'{}' cannot be varied", path), {reason});
      return std::nullopt;
    }
    value.key_place = place;
    return Setting{*keys, path, std::move(value), place};
  }

  std::vector<Setting> settings_of(const Value& table, const std::vector<std::string>& others = {}) {
    std::vector<Setting> settings;
    for (const auto& [key, value] : *table.get_if<Table>())
      if (std::find(others.begin(), others.end(), key) == others.end())
        if (auto setting = setting_of(key, value, value.key_place)) settings.push_back(std::move(*setting));
    put_choices_first(settings);
    return settings;
  }

  void read_name() {
    spec_.name = top_.text("name");
    const std::string& name = spec_.name;
    if (name.find('/') != std::string::npos || name.starts_with('.') || name == "trials" || name == "images" ||
        name.size() > 200)
      problems_.add(sweep_.find("name")->place, fmt::format("'name' of [sweep] must do as a folder's name of up to 200 "
                                                            "bytes beside 'trials' and 'images', found \"{}\"",
                                                            shortened(name)));
  }

  void read_baseline() {
    const Value* baseline = top_.find("baseline");
    if (!baseline) return;
    spec_.baseline_place = baseline->place;
    if (const auto* label = baseline->get_if<std::string>())
      spec_.baseline_label = *label;
    else if (baseline->get_if<Table>())
      spec_.baseline = settings_of(*baseline);
    else
      problems_.add(baseline->place,
                    "'baseline' of [sweep] must be a table of settings or an arm's label, found " + baseline->toml());
  }

  void read_seeds() {
    const Value* seeds = top_.find("seeds");
    if (!seeds) return;
    if (const auto* count = seeds->get_if<std::int64_t>(); count && *count > 0 && *count <= 100000) {
      for (std::int64_t seed = 0; seed < *count; ++seed) spec_.seeds.push_back(seed);
      return;
    }
    const auto* list = seeds->get_if<List>();
    if (!list || list->empty()) {
      problems_.add(seeds->place,
                    "'seeds' of [sweep] must be a list of integers ≥ 0, or how many, found " + seeds->toml());
      return;
    }
    for (const Value& element : *list) {
      const auto* seed = element.get_if<std::int64_t>();
      if (!seed || *seed < 0)
        problems_.add(element.place, "a seed must be an integer ≥ 0, found " + element.toml());
      else if (std::find(spec_.seeds.begin(), spec_.seeds.end(), *seed) != spec_.seeds.end())
        problems_.add(element.place, fmt::format("seed {} is written twice", *seed));
      else
        spec_.seeds.push_back(*seed);
    }
  }

  Choice read_choice(const Value& table, const std::string& text) {
    Choice choice{{}, {}, table.place};
    const Value* label = table.find("label");
    if (label && !label->get_if<std::string>())
      problems_.add(label->place, fmt::format("'label' of {} must be a text, found {}", text, label->toml()));
    choice.settings = settings_of(table, {"label"});
    if (label && label->get_if<std::string>())
      choice.label = *label->get_if<std::string>();
    else
      for (const Setting& setting : choice.settings)
        choice.label += (choice.label.empty() ? "" : " ") + setting.keys.back() + "=" + label_text(setting.value);
    if (!is_printable(choice.label))
      problems_.add(
          label ? label->place : table.place,
          fmt::format("a label must be of one line without control characters, found {}", Value(choice.label).toml()));
    if (choice.label.empty())
      problems_.add(
          table.place,
          fmt::format("an element of {} {}", text, label ? "has an empty label" : "has neither a label nor settings"),
          {"write { label = \"ema_0.99\", \"target.plugin\" = \"ema\", \"target.tau\" = 0.99 }"});
    return choice;
  }

  void read_axis(const Value& table) {
    TableReader reader(table, "[[sweep.axis]]", problems_);
    Axis axis{reader.text("name"), {}, table.place};
    const std::string key = reader.text("key");
    const List* values = reader.list("values");
    const Value* samples = reader.find("samples");
    const std::int64_t seed = reader.integer("seed", 0, 0);
    const Value* ranges = reader.find("ranges");
    reader.finish();
    if (axis.name.empty() && !key.empty()) axis.name = keys_of_path(key).value_or(std::vector<std::string>{key}).back();
    if (axis.name.empty() && samples) axis.name = "sample";
    if (samples || ranges)
      read_samples(reader, axis, samples, seed, ranges);
    else if (!key.empty() && values)
      read_key_values(axis, key, *table.find("key"), *values);
    else if (values)
      for (const Value& value : *values)
        if (value.get_if<Table>())
          axis.choices.push_back(read_choice(value, "[[sweep.axis]] values"));
        else
          problems_.add(value.place,
                        "a value of an axis without 'key' must be a table of settings, found " + value.toml(),
                        {"write key = \"section.key\" to vary one key, or { label = \"…\", \"section.key\" = … }"});
    else if (!table.find("values"))
      problems_.add(table.place, "[[sweep.axis]] has no values",
                    {"write values = [{ label = \"a\", \"target.plugin\" = \"ema\" }, …]; or key = \"target.tau\" and "
                     "values = [0.9, "
                     "0.99]; or samples and ranges"});
    if (values && values->empty())
      problems_.add(table.find("values")->place, "'values' of [[sweep.axis]] is empty: there is nothing to vary");
    check_axis(axis);
    spec_.axes.push_back(std::move(axis));
  }

  void read_key_values(Axis& axis, const std::string& key, const Value& written, const List& values) {
    if (!setting_of(key, Value(), written.place)) return;
    for (const Value& value : values) {
      Setting setting = *setting_of(key, value, value.place);
      const std::string label = axis.name + "=" + label_text(value);
      axis.choices.push_back({printable(label), {std::move(setting)}, value.place});
    }
  }

  void read_samples(TableReader& reader, Axis& axis, const Value* samples, std::int64_t seed, const Value* ranges) {
    const std::int64_t count = reader.integer("samples", 0, 1);
    if (!samples || !ranges || !ranges->get_if<Table>()) {
      problems_.add(
          axis.place, "an axis of random samples needs both 'samples' (how many) and 'ranges' (a table)",
          {"write samples = 20 and ranges = { \"optimizer.lr\" = { from = 1e-4, to = 0.1, scale = \"log\" } }"});
      return;
    }
    std::vector<Range> read;
    for (const auto& [key, value] : *ranges->get_if<Table>()) {
      const std::size_t before = problems_.size();
      Range range = read_range(key, value, problems_);
      if (problems_.size() == before && setting_of(key, Value(), range.place)) read.push_back(std::move(range));
    }
    for (std::int64_t sample = 0; sample < count; ++sample) {
      Choice choice{fmt::format("{}={}", axis.name, sample), {}, axis.place};
      for (const Range& range : read) {
        Value value = range.draw(static_cast<std::uint64_t>(seed), sample);
        if (value.place.file.empty()) value.place = range.place;
        choice.settings.push_back(*setting_of(range.key, std::move(value), range.place));
      }
      put_choices_first(choice.settings);
      axis.choices.push_back(std::move(choice));
    }
  }

  void check_axis(const Axis& axis) {
    static const std::set<std::string> kTaken{"id",    "label",       "seed",    "status",   "reason",
                                              "tries", "steps",       "seconds", "settings", "plugins",
                                              "file",  "run_started", "run_cpu", "run_dtype"};
    if (axis.name.empty())
      problems_.add(axis.place, "[[sweep.axis]] has no name", {"write name = \"target\""});
    else if (kTaken.contains(axis.name) || axis.name.find('/') != std::string::npos)
      problems_.add(axis.place, fmt::format("an axis cannot be named '{}': a column of the sweep's table has that name",
                                            axis.name));
    for (const Axis& other : spec_.axes)
      if (other.name == axis.name && !axis.name.empty())
        problems_.add(axis.place, fmt::format("two axes are named '{}'", axis.name),
                      {"give one of them a name of its own"});
    std::set<std::string> labels;
    for (const Choice& choice : axis.choices)
      if (!labels.insert(choice.label).second)
        problems_.add(choice.place, fmt::format("two values of axis '{}' are labelled '{}'", axis.name, choice.label));
  }

  Pattern read_pattern(const Value& table, const std::string& text) {
    Pattern pattern;
    for (const auto& [key, value] : *table.get_if<Table>()) {
      const auto axis =
          std::find_if(spec_.axes.begin(), spec_.axes.end(), [&](const Axis& a) { return a.name == key; });
      if (axis == spec_.axes.end()) {
        std::vector<std::string> names;
        for (const Axis& each : spec_.axes) names.push_back(each.name);
        problems_.add(value.key_place, fmt::format("{}: no axis is named '{}'", text, key),
                      {suggestion(key, names, "axes: " + joined(names))});
        continue;
      }
      std::vector<std::string> labels;
      for (const Value& one : value.get_if<List>() ? *value.get_if<List>() : List{value})
        labels.push_back(label_on(*axis, one, text));
      pattern.axes.emplace_back(key, std::move(labels));
    }
    return pattern;
  }

  /// A label as written, or the value of an axis with a key.
  std::string label_on(const Axis& axis, const Value& value, const std::string& text) {
    const std::string label = label_text(value);
    std::vector<std::string> labels;
    for (const Choice& choice : axis.choices) {
      labels.push_back(choice.label);
      if (choice.label == label || choice.label == axis.name + "=" + label) return choice.label;
    }
    problems_.add(value.place, fmt::format("{}: axis '{}' has no value labelled {}", text, axis.name, value.toml()),
                  {suggestion(label, labels, "labels: " + joined(labels))});
    return label;
  }

  void check_zip() {
    if (spec_.combine != Combine::zip) return;
    for (const Axis& axis : spec_.axes)
      if (axis.choices.size() != spec_.axes.front().choices.size())
        problems_.add(
            axis.place,
            fmt::format("combine = \"zip\" needs axes of one length: '{}' has {} values, '{}' has {}",
                        spec_.axes.front().name, spec_.axes.front().choices.size(), axis.name, axis.choices.size()));
  }

  const Value& sweep_;
  Problems& problems_;
  TableReader top_;
  SweepSpec spec_;
};

}  // namespace

SweepSpec read_sweep(const Value& sweep, Problems& problems) { return SpecReader(sweep, problems).read(); }

}  // namespace byolab
