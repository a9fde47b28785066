#include "train/compute.hpp"

#include <ATen/Context.h>
#include <ATen/autocast_mode.h>
#include <fmt/format.h>

#include <thread>

#include "byolab/random.hpp"
#include "kernels/cpu.hpp"

namespace byolab {
namespace {

c10::Device settle_device(const std::string& asked) {
  const bool cuda = at::hasCUDA();
  if (asked == "auto") return cuda ? c10::Device("cuda:0") : c10::Device("cpu");
  const c10::Device device(asked);
  if (device.is_cuda() && !cuda)
    throw Error(fmt::format("[run] device = \"{}\": this LibTorch sees no GPU", asked),
                "use device = \"cpu\" or \"auto\"");
  return device;
}

/// bfloat16 where the machine multiplies it faster than float32.
c10::ScalarType settle_dtype(RunOptions::Dtype asked, c10::Device device) {
  if (asked == RunOptions::Dtype::float32) return c10::kFloat;
  if (asked == RunOptions::Dtype::bfloat16) return c10::kBFloat16;
  if (asked == RunOptions::Dtype::float64) return c10::kDouble;
  return device.is_cuda() || kernels::fast_bfloat16() ? c10::kBFloat16 : c10::kFloat;
}

}  // namespace

const char* dtype_name(c10::ScalarType dtype) {
  return dtype == c10::kBFloat16 ? "bfloat16" : dtype == c10::kDouble ? "float64" : "float32";
}

Compute settle_compute(const RunOptions& run) {
  Compute compute;
  compute.device = settle_device(run.device);
  compute.dtype = settle_dtype(run.dtype, compute.device);
  compute.format = run.memory_format == RunOptions::MemoryFormat::contiguous ? c10::MemoryFormat::Contiguous
                                                                             : c10::MemoryFormat::ChannelsLast;
  const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  compute.threads = run.threads > 0 ? static_cast<int>(run.threads) : cores;
  compute.workers = run.workers > 0 ? static_cast<int>(run.workers) : std::max(1, compute.threads / 2);
  return compute;
}

Circumstances circumstances_of(const Compute& compute, std::string data_fingerprint) {
  return {compute.device.is_cuda() ? "cuda" : "cpu", dtype_name(compute.dtype),
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
