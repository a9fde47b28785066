#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "byolab/error.hpp"

namespace byolab {

/// What the next step depends on, by name. Names are paths: "online/encoder/conv1.weight".
struct Checkpoint {
  std::map<std::string, at::Tensor> tensors;  ///< references, not copies: write before they change
  std::map<std::string, std::int64_t> integers;
  std::map<std::string, double> numbers;
  std::map<std::string, std::string> texts;
};

/// Writes one file, atomically: a temporary in the same folder, fsync, rename, fsync of the folder. Until the
/// rename an older file at `path` stays as it was. Throws Error (disk full, no permission); no temporary stays.
///
/// The file is a zip archive as torch.save makes it: Python's `torch.load(path, weights_only=True)` gives a dict
/// with "tensors", "integers", "numbers" and "texts". Its zip comment holds the SHA-256 of what stands before.
/// Exact: dtype, values and strides come back bit for bit (from any device, to the CPU).
BYOLAB_API void write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint);

/// Throws Error if the file is missing, cut short, changed in any byte, or no checkpoint at all.
BYOLAB_API Checkpoint read_checkpoint(const std::filesystem::path& path);

/// Named tensors as `torch.save(state_dict, path)` writes them. Throws Error.
BYOLAB_API std::string state_dict_bytes(const std::map<std::string, at::Tensor>& tensors);

/// Named tensors of one of our checkpoints, of a safetensors file, or of a state_dict that Python saved with
/// torch.save, in either of its formats (also inside a dict, under "state_dict", "model" or the like). Throws Error as
/// above; a state_dict is guarded by its zip's CRCs alone.
BYOLAB_API std::map<std::string, at::Tensor> read_weights(const std::filesystem::path& path);

/// The same, and where in the file they stand.
struct SavedWeights {
  std::map<std::string, at::Tensor> tensors;
  std::string key;                  ///< of the dict in the file; "" where there is none inside
  std::vector<std::string> others;  ///< keys of further dicts of tensors beside it
};
/// Throws Error, too, where several could be meant: two of the usual names with other tensors, or none of these.
BYOLAB_API SavedWeights read_saved_weights(const std::filesystem::path& path);

}  // namespace byolab
