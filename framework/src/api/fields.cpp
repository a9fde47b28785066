#include "byolab/fields.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "byolab/error.hpp"

namespace byolab {
namespace {

/// A schedule in the place of a number: what holds for the number holds for each of its values.
class RangedCurve final : public ScheduleCurve {
 public:
  RangedCurve(std::shared_ptr<const ScheduleCurve> curve, std::string option, const About& about)
      : curve_(std::move(curve)), option_(std::move(option)), min_(about.min), max_(about.max) {}

  double at(const Step& step) const override {
    const double value = curve_->at(step);
    if (value >= min_ && value <= max_ && std::isfinite(value)) return value;
    constexpr double kRounding = 1e-12;  // a curve that ends at its bound may miss it by its last digit
    if (const double near = std::clamp(value, min_, max_); std::abs(value - near) <= kRounding * std::abs(near))
      return near;
    throw Error("the schedule of '" + option_ + "' gives " + number(value) + " at step " + std::to_string(step.index) +
                    ", and " + option_ + " must be " + range(),
                "choose the schedule's options so that all its values lie there");
  }

 private:
  static std::string number(double value) {
    char digits[32];
    return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
  }
  std::string range() const {
    if (std::isfinite(min_) && std::isfinite(max_)) return "in [" + number(min_) + ", " + number(max_) + "]";
    if (std::isfinite(min_)) return "at least " + number(min_);
    return std::isfinite(max_) ? "at most " + number(max_) : "a finite number";
  }

  std::shared_ptr<const ScheduleCurve> curve_;
  std::string option_;
  double min_, max_;
};

template <class Stored, class Option>
std::function<void(const Bound&)> copy_to(Option& option) {
  return [&option](const Bound& bound) { option = *bound.value.get_if<Stored>(); };
}

template <class Element>
std::function<void(const Bound&)> copy_list_to(std::vector<Element>& option) {
  return [&option](const Bound& bound) {
    option.clear();
    for (const Value& element : *bound.value.get_if<List>()) option.push_back(*element.get_if<Element>());
  };
}

template <class Element>
Value list_of(const std::vector<Element>& elements) {
  return Value(List(elements.begin(), elements.end()));
}

/// Cadences arrive as text that was checked already.
void read_cadence(const std::string& text, Cadence& cadence) {
  const char* begin = text.data();
  const char* end = begin + text.size();
  const char* rest = std::from_chars(begin, end, cadence.count).ptr;  // std::stod would ask the locale
  const char unit = text.at(text.find_first_not_of(' ', static_cast<std::size_t>(rest - begin)));
  cadence.unit = unit == 's' ? Cadence::Unit::steps : unit == 'e' ? Cadence::Unit::epochs : Cadence::Unit::percent;
}

}  // namespace

Fields::~Fields() = default;

void Fields::operator()(const char* name, bool& option, const char* meaning, About about) {
  declare({name, meaning, FieldType::boolean, {}, Kind::schedule, about, Value(option), copy_to<bool>(option)});
}

void Fields::operator()(const char* name, std::int64_t& option, const char* meaning, About about) {
  declare({name, meaning, FieldType::integer, {}, Kind::schedule, about, Value(option), copy_to<std::int64_t>(option)});
}

void Fields::operator()(const char* name, double& option, const char* meaning, About about) {
  declare({name, meaning, FieldType::number, {}, Kind::schedule, about, Value(option), copy_to<double>(option)});
}

void Fields::operator()(const char* name, std::string& option, const char* meaning, About about) {
  declare({name, meaning, FieldType::string, {}, Kind::schedule, about, Value(option), copy_to<std::string>(option)});
}

void Fields::operator()(const char* name, Cadence& option, const char* meaning, About about) {
  declare({name,
           meaning,
           FieldType::cadence,
           {},
           Kind::schedule,
           about,
           Value(option.text()),
           [&option](const Bound& bound) { read_cadence(*bound.value.get_if<std::string>(), option); }});
}

void Fields::operator()(const char* name, Schedule& option, const char* meaning, About about) {
  const auto assign = [&option, text = std::string(name), about](const Bound& bound) {
    if (bound.recipes.empty()) {
      option = Schedule(bound.value.number());
      return;
    }
    // The recipe's kind was checked when it was made, so that this never needs RTTI.
    auto curve = std::static_pointer_cast<ScheduleCurve>(bound.recipes.front().make(Context{}));
    option = Schedule(bound.value, std::make_shared<RangedCurve>(std::move(curve), text, about));
  };
  declare({name, meaning, FieldType::schedule, {}, Kind::schedule, about, option.value(), assign});
}

void Fields::operator()(const char* name, std::vector<std::int64_t>& option, const char* meaning, About about) {
  declare({name, meaning, FieldType::integers, {}, Kind::schedule, about, list_of(option), copy_list_to(option)});
}

void Fields::operator()(const char* name, std::vector<double>& option, const char* meaning, About about) {
  declare({name, meaning, FieldType::numbers, {}, Kind::schedule, about, list_of(option), copy_list_to(option)});
}

void Fields::operator()(const char* name, std::vector<std::string>& option, const char* meaning, About about) {
  declare({name, meaning, FieldType::strings, {}, Kind::schedule, about, list_of(option), copy_list_to(option)});
}

}  // namespace byolab
