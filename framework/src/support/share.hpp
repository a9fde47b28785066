#pragma once

#include <filesystem>

namespace byolab {

/// share/byolab beside the lib/ that libbyolab.so stands in, so that an installed tree can be moved.
std::filesystem::path share_folder();

}  // namespace byolab
