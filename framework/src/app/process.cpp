#include "app/process.hpp"

#include <fcntl.h>
#include <sys/personality.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "byolab/error.hpp"

namespace byolab {
namespace {

constexpr int kNoProgram = 127;

[[noreturn]] void become(const std::vector<std::string>& words, const std::vector<std::string>& environment,
                         const std::string& log) {
  if (!log.empty()) {
    ::unlink(log.c_str());  // should it be a link, it is not followed
    const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
  }
  for (const std::string& variable : environment) {
    const std::size_t equals = variable.find('=');
    ::setenv(variable.substr(0, equals).c_str(), variable.substr(equals + 1).c_str(), 1);
  }
  ::personality(ADDR_NO_RANDOMIZE);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execvp(arguments[0], arguments.data());
  ::_exit(kNoProgram);
}

}  // namespace

int run_process(const std::vector<std::string>& words, const std::vector<std::string>& environment,
                const std::string& log) {
  std::fflush(nullptr);
  const pid_t process = ::fork();
  if (process < 0) throw Error("cannot start " + words.at(0) + ": " + std::strerror(errno));
  if (process == 0) become(words, environment, log);
  int status = 0;
  ::waitpid(process, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == kNoProgram)
    throw Error("cannot start " + words.at(0), "install it, or put it into PATH");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace byolab
