#pragma once

#include <sys/types.h>

#include <cstdio>
#include <functional>
#include <optional>
#include <string>

namespace byolab::conformance {

/// How a child process ended, if not well.
struct ChildEnd {
  bool hung = false;
  std::string call;      ///< of a hang: "update() at step 3"; empty if it was in no plugin
  std::string sentence;  ///< of a crash, a sanitizer's report, an exit in the midst
};

/// A process that does some work, writes lines about it, and says at last that it has done all: without that it ended
/// badly, whatever its exit code. What it prints itself is kept and looked through if it
/// ends badly.
class Child {
 public:
  /// Forks. `work` gets the file descriptor to write lines to. `exits`: it ends through exit(), which runs destructors
  /// and a sanitizer's search for leaks.
  Child(const std::function<void(int channel)>& work, bool exits);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// The next line. Nothing once the process has ended; `end` says how. It is ended if no line comes for `seconds`.
  std::optional<std::string> next_line(double seconds, ChildEnd& end);

 private:
  bool fill(double seconds);
  void kill_slowly();
  ChildEnd end_hung();
  ChildEnd wait();
  std::string printed();

  pid_t process_ = -1;
  int channel_ = -1;
  bool said_end_ = false;
  std::FILE* output_ = nullptr;
  std::string buffer_;
};

}  // namespace byolab::conformance
