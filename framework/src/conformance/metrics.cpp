#include <fmt/format.h>

#include <regex>
#include <set>

#include "conformance/tensors.hpp"

namespace byolab::conformance {
namespace {

void try_names(const std::vector<Metric>& metrics) {
  static const std::regex snake_case("[a-z][a-z0-9_]*");
  std::set<std::string> names;
  for (const Metric& metric : metrics) {
    if (!std::regex_match(metric.name, snake_case))
      throw Failure(fmt::format(
          "the metric '{}' is no name for a column: small letters, digits and underscores were expected", metric.name));
    if (!names.insert(metric.name).second) throw Failure(fmt::format("two metrics are named '{}'", metric.name));
    if (metric.meaning.empty()) throw Failure(fmt::format("the metric '{}' does not say what it means", metric.name));
  }
}

void try_metrics(const Specimen& specimen) {
  const auto bench = make_bench(specimen);
  const Callee callee = specimen.callee();
  const auto declared = [&] { return guarded(callee, "metrics()", -1, [&] { return bench->component().metrics(); }); };
  const std::vector<Metric> before = declared();
  try_names(before);
  for (std::int64_t k = 0; k < 2; ++k) bench->step(k);
  if (declared().size() != before.size())
    throw Failure("metrics() declares others once training has begun: the record wants them before");
  if (specimen.kind() == Kind::evaluator) return;  // evaluate() gives the values
  const std::size_t values = guarded(callee, "values()", -1, [&] { return bench->component().values(); }).size();
  if (values != before.size())
    throw Failure(fmt::format("values() gives {} numbers for {} declared metrics", values, before.size()));
}

}  // namespace

Check check_metrics() { return {"metrics", "declared once, a value for each", try_metrics}; }

}  // namespace byolab::conformance
