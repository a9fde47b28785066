#pragma once

#include <filesystem>

#include "byolab/error.hpp"

namespace byolab {

/// Has a browser (chromium or chrome; the variable BYOLAB_BROWSER names another) draw every plot of a report, and
/// writes each as SVG and PNG into `folder`. Returns how many files. Throws Error: no browser, or it drew nothing.
BYOLAB_API std::size_t write_plots(const std::filesystem::path& report, const std::filesystem::path& folder);

}  // namespace byolab
