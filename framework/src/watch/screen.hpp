#pragma once

#include <string>
#include <vector>

#include "byolab/error.hpp"

namespace byolab {

/// The terminal's second screen, while it lives; the first one, with all that stood there, comes back afterwards,
/// also on Ctrl-C.
class BYOLAB_API Screen {
 public:
  Screen();
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  /// Characters in a line, lines.
  std::size_t width() const;
  std::size_t height() const;
  /// Shows these lines from the top, as many as there is room for.
  void show(const std::vector<std::string>& lines);
};

/// Waits so long, or until Ctrl-C or SIGTERM; false after one of these. Catches them while it lives.
class BYOLAB_API Pause {
 public:
  Pause();
  ~Pause();
  Pause(const Pause&) = delete;
  Pause& operator=(const Pause&) = delete;
  bool wait(double seconds) const;
};

}  // namespace byolab
