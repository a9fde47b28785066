#pragma once

#include <filesystem>
#include <string>

#include "byolab/error.hpp"

namespace byolab {

/// What `-o` names: a file, which is written whole or not at all; a device or a pipe, which is written into; or
/// standard output ("-").

/// Throws Error if nothing may be written there: a record or a checkpoint, a link to a file, a folder.
void check_output(const std::filesystem::path& output);
/// Whether it is an ordinary file, which can have others beside it.
bool may_stand_beside(const std::filesystem::path& output);
/// Throws Error as above, or with the system's reason. Says "wrote …" where standard output is free for that.
void write_output(const std::filesystem::path& output, const std::string& bytes, const std::string& remark = {});

}  // namespace byolab
