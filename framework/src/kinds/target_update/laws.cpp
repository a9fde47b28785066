#include <ATen/Functions.h>
#include <fmt/format.h>

#include "kinds/target_update/bench.hpp"

namespace byolab::conformance {
namespace {

constexpr std::int64_t kSteps = 12;
constexpr double kTolerance = 1e-5;  // of a mixture; copies and rests are exact

std::string text(const Law& law) {
  std::string options;
  for (const auto& [key, value] : law.options) options += (options.empty() ? "" : ", ") + key + " = " + value.toml();
  return options.empty() ? "with any options" : "with " + options;
}

std::string promise(double keep, Which which) {
  const char* what = which == Which::parameters ? "parameters" : which == Which::buffers ? "buffers" : "weights";
  if (keep == 1) return fmt::format("the target's {} stay as they are", what);
  if (keep == 0) return fmt::format("the target's {} become a copy of the online network's", what);
  return fmt::format("the target's {} become {} of the old and {} of the online network's", what, keep, 1 - keep);
}

std::string miss_text(const at::Tensor& after, const at::Tensor& wanted, const char* allowed) {
  const double miss = difference({after.to(at::kDouble)}, {wanted.to(at::kDouble)});
  return fmt::format("one of shape {} is off by {:.2g} × its largest number ({})", shape_text(after.sizes()), miss,
                     allowed);
}

/// How far one tensor is from what was promised; empty if it is there. A counter is no average, so a mixture may copy
/// it or leave it.
std::string miss_of(const at::Tensor& before, const at::Tensor& online, const at::Tensor& after, double keep) {
  if (keep == 1 || keep == 0) {
    const at::Tensor& wanted = keep == 1 ? before : online;
    return same_bits(after, wanted) ? "" : miss_text(after, wanted, "it must be equal, to the last bit");
  }
  if (!after.is_floating_point())
    return same_bits(after, before) || same_bits(after, online) ? "" : "a counter is neither the old nor the new one";
  const at::Tensor wanted = keep * before + (1 - keep) * online;
  return difference({after}, {wanted}) < kTolerance ? "" : miss_text(after, wanted, "1e-5 is allowed");
}

void try_kind(const RuleBench& bench, const Law& law, Which which, double keep, std::int64_t k) {
  if (law.which != Which::all && law.which != which) return;
  const auto& before = bench.before(which);
  const auto online = copies(bench.online().tensors(which)), after = bench.target().tensors(which);
  for (std::size_t i = 0; i < after.size(); ++i)
    if (const std::string miss = miss_of(before[i], online[i], after[i], keep); !miss.empty())
      throw Failure(fmt::format(
          "it declares that {} {}{}, and at step {} that does not hold: {}", text(law), promise(keep, law.which),
          law.every > 1 ? fmt::format(", once every {} steps, and stay in between", law.every) : "", k, miss));
}

void try_law(const Specimen& specimen, const Law& law) {
  if (law.every < 1 || !(law.keep >= 0 && law.keep <= 1))
    throw Failure(fmt::format("it declares a law {} with keep = {} and every = {}: [0, 1] and 1 or more were expected",
                              text(law), law.keep, law.every));
  RuleBench bench(specimen, {.options = law.options});
  for (std::int64_t k = 0; k < kSteps; ++k) {
    bench.step(k);
    const double keep = (k + 1) % law.every == 0 ? law.keep : 1;
    try_kind(bench, law, Which::parameters, keep, k);
    try_kind(bench, law, Which::buffers, keep, k);
  }
}

}  // namespace

Check check_laws() {
  return {"laws", "the laws that it declares hold", [](const Specimen& specimen) {
            const std::vector<Law> laws = RuleBench(specimen, {}).laws();
            if (laws.empty()) throw DoesNotApply("it declares none");
            for (const Law& law : laws) try_law(specimen, law);
          }};
}

}  // namespace byolab::conformance
