#include "conformance/child.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <string_view>

#include "byolab/error.hpp"
#include "guard/crash_report.hpp"
#include "support/text.hpp"

/// There if the process runs with a sanitizer that looks for leaks.
extern "C" __attribute__((weak)) void __lsan_do_leak_check();

namespace byolab::conformance {
namespace {

constexpr std::string_view kEnd = "end";  // the last line of a process that has done its work
constexpr std::size_t kMostPrinted = 1 << 20;

/// What stands behind `begin` in the first line that holds it; nothing if none does.
std::optional<std::string> line_after(const std::string& printed, const std::string& begin) {
  const std::size_t at = printed.find(begin);
  if (at == std::string::npos) return std::nullopt;
  const std::size_t from = at + begin.size();
  return printed.substr(from, printed.find('\n', from) - from);
}

/// The one line of what a process printed that says best why it ended.
std::string telling_line(const std::string& printed) {
  if (const auto summary = line_after(printed, "SUMMARY: ")) return *summary;
  if (const auto error = line_after(printed, "runtime error: ")) {
    const std::size_t at = printed.find("runtime error: ");
    const std::size_t begin = printed.rfind('\n', at) + 1;  // npos + 1 is 0
    return printed.substr(begin, at - begin) + "runtime error: " + *error;
  }
  std::string crash = line_after(printed, "\nbyolab: ").value_or("");
  if (!crash.empty() && crash.back() == '.') crash.pop_back();
  return crash;
}

/// "update() at step 3", from the guard's "… in update() at step 3 crashed (abort)", or, where that was on a thread
/// that worked for it, "… was in update() at step 3".
std::string running_call(const std::string& printed) {
  std::string line = telling_line(printed);
  if (const std::size_t other = line.rfind(" was in "); other != std::string::npos) return line.substr(other + 8);
  const std::size_t end = line.rfind(" crashed");
  const std::size_t begin = line.rfind(" in ", end);
  return end == std::string::npos || begin == std::string::npos ? "" : line.substr(begin + 4, end - begin - 4);
}

bool has_ended(pid_t process) {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(process), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == process;
}

}  // namespace

Child::Child(const std::function<void(int)>& work, bool exits) : output_(std::tmpfile()) {
  int ends[2];
  if (!output_ || ::pipe(ends) != 0) throw Error(fmt::format("cannot start a process: {}", std::strerror(errno)));
  std::fflush(nullptr);
  process_ = ::fork();
  if (process_ < 0) throw Error(fmt::format("cannot start a process: {}", std::strerror(errno)));
  if (process_ > 0) {
    ::close(ends[1]);
    channel_ = ends[0];
    return;
  }
  ::close(ends[0]);
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  ::dup2(::fileno(output_), STDOUT_FILENO);
  ::dup2(::fileno(output_), STDERR_FILENO);
  install_crash_reports();
  work(ends[1]);
  std::fflush(nullptr);
  [[maybe_unused]] const auto written = ::write(ends[1], "end\n", kEnd.size() + 1);
  // Never exit(): the functions that it runs may want a lock that another thread held at the fork. Sanitizers say what
  // they have found at _exit() as well, but for leaks, which have to be asked for.
  if (exits && &__lsan_do_leak_check) __lsan_do_leak_check();
  ::_exit(0);
}

Child::~Child() {
  if (process_ > 0) {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  if (channel_ >= 0) ::close(channel_);
  if (output_) std::fclose(output_);
}

/// Reads more of what was written. False if nothing came in that time; an empty read closes the channel.
bool Child::fill(double seconds) {
  pollfd wait{channel_, POLLIN, 0};
  int ready = 0;
  do ready = ::poll(&wait, 1, static_cast<int>(seconds * 1000));
  while (ready < 0 && errno == EINTR);
  if (ready == 0) return false;
  char bytes[4096];
  const ssize_t count = ::read(channel_, bytes, sizeof bytes);
  if (count > 0) {
    buffer_.append(bytes, static_cast<std::size_t>(count));
  } else {
    ::close(channel_);
    channel_ = -1;
  }
  return true;
}

std::optional<std::string> Child::next_line(double seconds, ChildEnd& end) {
  for (;;) {
    if (const std::size_t at = buffer_.find('\n'); at != std::string::npos) {
      std::string line = buffer_.substr(0, at);
      buffer_.erase(0, at + 1);
      if (line != kEnd) return line;
      said_end_ = true;
    } else if (channel_ < 0) {
      break;
    } else if (!fill(seconds)) {
      end = end_hung();
      return std::nullopt;
    }
  }
  if (process_ < 0) return std::nullopt;
  // It has closed the channel: it ends, or a plugin closed what is not its own and goes on.
  for (double waited = 0; !has_ended(process_) && waited < seconds; waited += 0.01) ::usleep(10'000);
  end = has_ended(process_) ? wait() : end_hung();
  return std::nullopt;
}

ChildEnd Child::end_hung() {
  kill_slowly();
  ChildEnd end = wait();
  end.hung = true;
  end.call = running_call(printed());
  if (channel_ >= 0) ::close(channel_);
  channel_ = -1;
  return end;
}

/// SIGABRT first: the guard then names the call that hangs.
void Child::kill_slowly() {
  ::kill(process_, SIGABRT);
  for (int i = 0; i < 20; ++i) {
    ::usleep(100'000);
    if (has_ended(process_)) return;
  }
  ::kill(process_, SIGKILL);
}

ChildEnd Child::wait() {
  int status = 0;
  ::waitpid(process_, &status, 0);
  process_ = -1;
  const std::string text = printed();
  if (said_end_ && WIFEXITED(status) && WEXITSTATUS(status) == 0 && text.find("ERROR: ") == std::string::npos)
    return {};
  ChildEnd end;
  end.sentence = shortened(telling_line(text), 500);
  if (!end.sentence.empty()) return end;
  end.sentence =
      WIFSIGNALED(status)
          ? fmt::format("the process was ended by signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)))
          : fmt::format("the process ended with exit code {} in the midst", WEXITSTATUS(status));
  return end;
}

/// Its last words, if it printed very much.
std::string Child::printed() {
  const off_t size = ::lseek(::fileno(output_), 0, SEEK_END);
  std::string text(std::min<std::size_t>(static_cast<std::size_t>(std::max<off_t>(size, 0)), kMostPrinted), '\0');
  const ssize_t got = ::pread(::fileno(output_), text.data(), text.size(), size - static_cast<off_t>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  return text;
}

}  // namespace byolab::conformance
