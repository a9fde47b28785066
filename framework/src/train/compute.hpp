#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>
#include <c10/core/MemoryFormat.h>
#include <c10/core/ScalarType.h>

#include "config/experiment.hpp"
#include "train/circumstances.hpp"

namespace byolab {

/// What [run] device, dtype, memory_format and threads come to on this machine.
struct Compute {
  c10::Device device{c10::kCPU};
  c10::ScalarType dtype = c10::kFloat;
  c10::MemoryFormat format = c10::MemoryFormat::ChannelsLast;
  int threads = 1;
  std::string threads_by;  ///< what settled them: "[run] threads", "2 processors", …
  int workers = 1;         ///< threads that prepare batches; not part of a run's identity
};

/// "float32", "bfloat16" or "float64".
const char* dtype_name(c10::ScalarType dtype);

/// Settles every `auto`. Throws Error if a device is asked for that is not there.
BYOLAB_API Compute settle_compute(const RunOptions& run);
/// Writes what device, dtype, memory_format, threads and workers came to into a resolved experiment, in place of `auto`
/// and 0.
BYOLAB_API void settle(Value& resolved, const Compute& compute);

/// While it lives, LibTorch computes convolutions and products in bfloat16 if `dtype` is that; else in that of their
/// operands.
class BYOLAB_API Autocast {
 public:
  Autocast(c10::DeviceType device, c10::ScalarType dtype);
  ~Autocast();
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;

 private:
  c10::DeviceType device_;
  bool before_;
};

/// Seeds LibTorch's generators (initialisers, dropout) from a run's seed, a use, and a number.
BYOLAB_API void seed_torch(std::uint64_t seed, std::string_view use, std::int64_t number = 0);

}  // namespace byolab
