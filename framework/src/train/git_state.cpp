#include "train/git_state.hpp"

#include <fmt/format.h>

#include <sstream>

#include "support/program_output.hpp"

namespace byolab {
namespace {

constexpr std::chrono::seconds kPatience(10);  // a repository on a slow disk holds no run up for longer

/// Without the variables by which a hook's git, say, is told of another repository than the folder's.
std::vector<std::string> own_environment() {
  std::vector<std::string> variables = environment_less("GIT_");
  variables.emplace_back("GIT_OPTIONAL_LOCKS=0");  // looking changes nothing
  variables.emplace_back("LC_ALL=C");
  return variables;
}

ProgramOutput git(const std::filesystem::path& folder, const std::vector<std::string>& words) {
  std::vector<std::string> command{"git", "-C", folder.string()};
  command.insert(command.end(), words.begin(), words.end());
  return ask_program(command, own_environment(), kPatience);
}

std::string unknown(const ProgramOutput& said, const std::filesystem::path& folder) {
  if (said.exit_code < 0) return fmt::format("unknown: the git program cannot be asked: {}", said.trouble);
  if (said.err.find("not a git repository") != std::string::npos)
    return fmt::format("unknown: {} is in no git repository", folder.string());
  if (said.err.find("Needed a single revision") != std::string::npos)
    return fmt::format("unknown: the repository of {} has no commit yet", folder.string());
  return fmt::format("unknown: git says: {}", said.err.substr(0, said.err.find('\n')));
}

std::string changes_text(const std::string& porcelain) {
  std::size_t changed = 0, untracked = 0;
  std::istringstream lines(porcelain);
  for (std::string line; std::getline(lines, line);) ++(line.starts_with("??") ? untracked : changed);
  if (changed + untracked == 0) return "none";
  const std::string first = fmt::format("{} file{} changed", changed, changed == 1 ? "" : "s");
  return untracked == 0 ? first : fmt::format("{}, {} not tracked", first, untracked);
}

}  // namespace

GitState git_state(const std::filesystem::path& folder) {
  const ProgramOutput head = git(folder, {"rev-parse", "--verify", "HEAD"});
  if (!head.good()) return {unknown(head, folder), unknown(head, folder)};
  GitState state{head.out, {}};
  if (const ProgramOutput branch = git(folder, {"symbolic-ref", "--quiet", "--short", "HEAD"}); branch.good())
    state.commit += fmt::format(" ({})", branch.out);
  const ProgramOutput status = git(folder, {"status", "--porcelain"});
  state.changes = status.good() ? changes_text(status.out) : unknown(status, folder);
  return state;
}

}  // namespace byolab
