#include "sweep/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

extern char** environ;

namespace byolab {
namespace {

/// Text and pointers as execve wants them, made before the vfork: after it, no memory may be asked for.
class Words {
 public:
  explicit Words(std::vector<std::string> words) : words_(std::move(words)) {
    for (std::string& word : words_) pointers_.push_back(word.data());
    pointers_.push_back(nullptr);
  }
  char** data() { return pointers_.data(); }

 private:
  std::vector<std::string> words_;
  std::vector<char*> pointers_;
};

std::vector<std::string> environment_with(const std::map<std::string, std::string>& more) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry; ++entry) {
    const std::string text = *entry;
    if (!more.contains(text.substr(0, text.find('=')))) all.push_back(text);
  }
  for (const auto& [name, value] : more) all.push_back(fmt::format("{}={}", name, value));
  return all;
}

/// The child of a vfork has its parent's memory: a handler that ran in it would speak for the parent. A signal that has
/// come to the parent's group meanwhile (Ctrl-C, Ctrl-Z) is the parent's; ignoring it for a moment drops it here.
void forget_signals() {
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction action {};
    if (::sigaction(number, nullptr, &action) != 0 || action.sa_handler == SIG_IGN) continue;
    action = {};
    for (const auto handler : {SIG_IGN, SIG_DFL}) {
      action.sa_handler = handler;
      ::sigaction(number, &action, nullptr);
    }
  }
}

/// In the child, between vfork and exec: nothing but system calls. `failure` is the parent's, and tells it why not.
[[noreturn]] void become(char** words, char** environment, int log, int input, int nice, pid_t parent,
                         const sigset_t& signals, volatile int& failure) {
  ::setpgid(0, 0);
  forget_signals();
  ::sigprocmask(SIG_SETMASK, &signals, nullptr);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(127);  // the parent died before it could be told about
  ::setpriority(PRIO_PROCESS, 0, ::getpriority(PRIO_PROCESS, 0) + nice);
  ::dup2(input, STDIN_FILENO);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::execve(words[0], words, environment);
  failure = errno;
  ::_exit(127);
}

}  // namespace

pid_t start(const Command& command) {
  Words words(command.words), environment(environment_with(command.environment));
  const int log = ::open(command.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (log < 0 && errno == ELOOP)
    throw Error(command.log.string() + " is a link, and what it leads to is not byolab's to write", "remove the link");
  if (log < 0) throw Error(fmt::format("{} cannot be written: {}", command.log.string(), std::strerror(errno)));
  const int input = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const pid_t self = ::getpid();
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  // Not fork: copying the page tables of LibTorch's mappings takes it 4 ms, and their later faults one more.
  volatile int failure = 0;
  const pid_t child = ::vfork();  // NOLINT(clang-analyzer-security.insecureAPI.vfork)
  if (child == 0) become(words.data(), environment.data(), log, input, command.nice, self, before, failure);
  const int reason = child < 0 ? errno : failure;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ::close(log);
  ::close(input);
  if (child < 0)
    throw Error(fmt::format("no process can be started: {}", std::strerror(reason)), "fewer at a time: --jobs 1");
  if (reason != 0) {
    ::waitpid(child, nullptr, 0);
    throw Error(fmt::format("{} cannot be executed: {}", command.words[0], std::strerror(reason)));
  }
  ::setpgid(child, child);  // whoever comes first
  return child;
}

std::string end_text(int status) {
  if (WIFEXITED(status)) return fmt::format("exit code {}", WEXITSTATUS(status));
  const char* name = ::sigabbrev_np(WTERMSIG(status));
  return fmt::format("killed by SIG{}", name ? name : std::to_string(WTERMSIG(status)));
}

std::string last_words(const std::filesystem::path& log, std::uintmax_t begin) {
  std::ifstream file(log, std::ios::ate);
  const auto size = static_cast<std::streamoff>(file.tellg());
  file.seekg(std::max(static_cast<std::streamoff>(begin), size - 8192));
  std::string last, error;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("error: ")) error = line.substr(7);
    if (!line.empty() && line.front() != ' ') last = line;
  }
  return error.empty() ? last : error;
}

std::filesystem::path own_program() { return std::filesystem::read_symlink("/proc/self/exe"); }

}  // namespace byolab
