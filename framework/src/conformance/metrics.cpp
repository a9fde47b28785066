#include <fmt/format.h>

#include "api/host_kind.hpp"
#include "conformance/tensors.hpp"
#include "train/metric_names.hpp"

namespace byolab::conformance {
namespace {

std::vector<Metric> declared(const Callee& callee, Bench& bench) {
  std::vector<Metric> metrics = declared_metrics(callee, bench.component());
  for (const Metric& metric : metrics)
    if (metric.meaning.empty()) throw Failure(fmt::format("the metric '{}' does not say what it means", metric.name));
  return metrics;
}

void try_metrics(const Specimen& specimen) {
  const auto bench = make_bench(specimen);
  const Callee callee = specimen.callee();
  const std::vector<Metric> before = declared(callee, *bench);
  for (std::int64_t k = 0; k < 2; ++k) bench->step(k);
  if (declared(callee, *bench).size() != before.size())
    throw Failure("metrics() declares others once training has begun: the record wants them before");
  if (!host_kind(specimen.kind()).values_by_call) return;
  const std::size_t values = guarded(callee, "values()", -1, [&] { return bench->component().values(); }).size();
  if (values != before.size())
    throw Failure(fmt::format("values() gives {} numbers for {} declared metrics", values, before.size()));
}

}  // namespace

Check check_metrics() { return {"metrics", "declared once, a value for each", try_metrics}; }

}  // namespace byolab::conformance
