#include "train/compute.hpp"

#include <ATen/autocast_mode.h>
#include <fmt/format.h>

#include "byolab/random.hpp"
#include "kernels/cpu.hpp"
#include "support/allowance.hpp"

namespace byolab {
namespace {

/// bfloat16 where the machine multiplies it faster than float32.
c10::ScalarType settle_dtype(RunOptions::Dtype asked) {
  if (asked == RunOptions::Dtype::float32) return c10::kFloat;
  if (asked == RunOptions::Dtype::bfloat16) return c10::kBFloat16;
  if (asked == RunOptions::Dtype::float64) return c10::kDouble;
  return kernels::fast_bfloat16() ? c10::kBFloat16 : c10::kFloat;
}

}  // namespace

const char* dtype_name(c10::ScalarType dtype) {
  return dtype == c10::kBFloat16 ? "bfloat16" : dtype == c10::kDouble ? "float64" : "float32";
}

Compute settle_compute(const RunOptions& run) {
  Compute compute;
  compute.dtype = settle_dtype(run.dtype);
  compute.format = run.memory_format == RunOptions::MemoryFormat::contiguous ? c10::MemoryFormat::Contiguous
                                                                             : c10::MemoryFormat::ChannelsLast;
  const Allowance allowed =
      run.threads > 0 ? Allowance{static_cast<int>(run.threads), "[run] threads"} : allowed_threads();
  compute.threads = allowed.threads;
  compute.threads_by = allowed.by;
  compute.workers = run.workers > 0 ? static_cast<int>(run.workers) : std::max(1, compute.threads / 2);
  return compute;
}

void settle(Value& resolved, const Compute& compute) {
  const Circumstances circumstances = circumstances_of(compute, {});
  Value& run = *resolved.find("run");
  run.set("device", compute.device.str());
  run.set("dtype", circumstances.dtype);
  run.set("memory_format", circumstances.memory_format);
  run.set("threads", std::int64_t{compute.threads});
  run.set("workers", std::int64_t{compute.workers});
}

Value settled_here(const Experiment& experiment) {
  Value resolved = experiment.resolved;
  RunOptions run = experiment.run;
  const bool here = !c10::Device(run.device == "auto" ? "cpu" : run.device).is_cuda() || at::hasCUDA();
  if (!here) run.device = "cpu";
  settle(resolved, settle_compute(run));
  if (!here)
    for (const char* key : {"device", "dtype"})
      resolved.find("run")->set(key, *experiment.resolved.find("run")->find(key));
  return resolved;
}

Circumstances circumstances_of(const Compute& compute, std::string data_fingerprint) {
  return {compute.device.is_cpu() ? "cpu" : compute.device.str(), dtype_name(compute.dtype),
          compute.format == c10::MemoryFormat::ChannelsLast ? "channels_last" : "contiguous", compute.threads,
          std::move(data_fingerprint)};
}

Circumstances circumstances_here(const RunOptions& run, std::string data_fingerprint) {
  return circumstances_of(settle_compute(run), std::move(data_fingerprint));
}

Autocast::Autocast(c10::DeviceType device, c10::ScalarType dtype)
    : device_(device), before_(at::autocast::is_autocast_enabled(device)) {
  const bool on = dtype == c10::kBFloat16;
  at::autocast::set_autocast_enabled(device_, on);
  if (on) at::autocast::set_autocast_dtype(device_, dtype);
  at::autocast::increment_nesting();
}

Autocast::~Autocast() {
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  at::autocast::set_autocast_enabled(device_, before_);
}

void seed_torch(std::uint64_t seed, std::string_view use, std::int64_t number) {
  Random random(seed, stream_of(use), static_cast<std::uint64_t>(number));
  const std::uint64_t low = random.bits();
  at::manual_seed((static_cast<std::uint64_t>(random.bits()) << 32) | low);
}

}  // namespace byolab
