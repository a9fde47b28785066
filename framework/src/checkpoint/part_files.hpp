#pragma once

#include <filesystem>
#include <string>

#include "byolab/error.hpp"

namespace byolab {

// The weights of one part of a checkpoint ("online.encoder", "target.projector") for other programs, under the names
// that its module gives them. Throw Error if the checkpoint cannot be read or has no such part.

/// As a safetensors file. Throws Error for a dtype that the format does not have.
BYOLAB_API std::string safetensors_of_part(const std::filesystem::path& checkpoint, const std::string& part);

/// As `torch.save(state_dict, path)` writes it.
BYOLAB_API std::string state_dict_of_part(const std::filesystem::path& checkpoint, const std::string& part);

/// Whether a checkpoint is whole and can be read.
BYOLAB_API bool is_whole_checkpoint(const std::filesystem::path& path);

}  // namespace byolab
