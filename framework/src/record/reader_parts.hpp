#pragma once

#include <string>

#include "record/hdf5.hpp"

// What the two files of Reader share.

namespace byolab::hdf5 {

/// "'config/source' is no text: damaged, or not as byolab writes it"
[[noreturn]] void refuse(const std::string& path, const std::string& what);
/// A path for a sentence: "/" for the root.
std::string shown_path(const std::string& path);

bool is_number(hid_t type);
bool is_fixed_text(hid_t type);
bool is_varying_text(hid_t type);
std::string up_to_zero(const char* text, std::size_t size);
/// A number of any width as digits. `at` may lie anywhere.
std::string number_text(const char* at, hid_t type);

}  // namespace byolab::hdf5
