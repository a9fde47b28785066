#include "support/program_output.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>

extern char** environ;

namespace byolab {
namespace {

/// A file in memory for what a program says: whatever its length, nobody has to read while it runs.
class Said {
 public:
  Said() : file_(::memfd_create("said", MFD_CLOEXEC)) {}
  ~Said() { ::close(file_); }
  Said(const Said&) = delete;
  Said& operator=(const Said&) = delete;

  int file() const { return file_; }
  std::string text() const {
    std::string text(static_cast<std::size_t>(std::max<off_t>(0, ::lseek(file_, 0, SEEK_END))), '\0');
    const ssize_t size = ::pread(file_, text.data(), text.size(), 0);
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(0, size)));
    if (text.ends_with('\n')) text.pop_back();
    return text;
  }

 private:
  int file_;
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

/// Its wait status; −1 if it was not done in time, and has been killed.
int wait_for(pid_t process, std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  int status = 0;
  for (pid_t ended = 0; ended != process;) {
    ended = ::waitpid(process, &status, WNOHANG);
    if (ended < 0 && errno != EINTR) return -1;  // where SIGCHLD is ignored, nobody learns how it ended
    if (ended != process && std::chrono::steady_clock::now() > end) {
      ::kill(process, SIGKILL);
      ::waitpid(process, &status, 0);
      return -1;
    }
    if (ended != process) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return status;
}

}  // namespace

ProgramOutput ask_program(const std::vector<std::string>& words, const std::vector<std::string>& environment,
                          std::chrono::milliseconds limit) {
  std::vector<std::string> arguments = words, variables = environment;
  const Said out, err;
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&files, out.file(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&files, err.file(), STDERR_FILENO);
  pid_t process = 0;
  const int failure = ::posix_spawnp(&process, words.at(0).c_str(), &files, nullptr, pointers(arguments).data(),
                                     pointers(variables).data());
  ::posix_spawn_file_actions_destroy(&files);
  ProgramOutput said;
  if (failure != 0) {
    said.trouble = std::strerror(failure);
    return said;
  }
  const int status = wait_for(process, limit);
  if (status >= 0 && WIFEXITED(status))
    said.exit_code = WEXITSTATUS(status);
  else
    said.trouble = status < 0 ? "how it ended was not told in time" : "it was killed";
  said.out = out.text();
  said.err = err.text();
  return said;
}

std::vector<std::string> environment_less(const std::string& prefix) {
  std::vector<std::string> kept;
  for (char** entry = environ; *entry; ++entry)
    if (!std::string_view(*entry).starts_with(prefix)) kept.emplace_back(*entry);
  return kept;
}

}  // namespace byolab
