#include "conformance/child.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <regex>

#include "byolab/error.hpp"

namespace byolab::conformance {
namespace {

/// The one line of what a process printed that says best why it ended.
std::string telling_line(const std::string& printed) {
  static const std::regex lines[] = {std::regex("SUMMARY: ([^\n]+)"), std::regex("([^\n]*runtime error: [^\n]+)"),
                                     std::regex("\nbyolab: ([^\n]+?)\\. What was logged")};
  std::smatch found;
  for (const std::regex& line : lines)
    if (std::regex_search(printed, found, line)) return found[1];
  return {};
}

/// "update() at step 3", from the guard's "… in update() at step 3 crashed (abort)".
std::string running_call(const std::string& printed) {
  static const std::regex call(" in ([^\n]+?) crashed");
  std::smatch found;
  return std::regex_search(printed, found, call) ? found[1].str() : std::string();
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
  work(ends[1]);
  std::fflush(nullptr);
  if (exits) std::exit(0);
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
      return line;
    }
    if (channel_ < 0) break;
    if (!fill(seconds)) {
      kill_slowly();
      end = wait();
      end.hung = true;
      end.call = running_call(printed());
      ::close(channel_);
      channel_ = -1;
      return std::nullopt;
    }
  }
  if (process_ > 0) end = wait();
  return std::nullopt;
}

/// SIGABRT first: the guard then names the call that hangs.
void Child::kill_slowly() {
  ::kill(process_, SIGABRT);
  for (int i = 0; i < 20; ++i) {
    ::usleep(100'000);
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(process_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
        info.si_pid == process_)
      return;
  }
  ::kill(process_, SIGKILL);
}

ChildEnd Child::wait() {
  int status = 0;
  ::waitpid(process_, &status, 0);
  process_ = -1;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && printed().find("ERROR: ") == std::string::npos) return {};
  ChildEnd end;
  end.sentence = telling_line(printed());
  if (!end.sentence.empty()) return end;
  end.sentence =
      WIFSIGNALED(status)
          ? fmt::format("the process was ended by signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)))
          : fmt::format("the process ended with exit code {} in the midst", WEXITSTATUS(status));
  return end;
}

std::string Child::printed() {
  std::rewind(output_);
  std::string text;
  char bytes[4096];
  for (std::size_t count; (count = std::fread(bytes, 1, sizeof bytes, output_)) > 0;) text.append(bytes, count);
  return text;
}

}  // namespace byolab::conformance
