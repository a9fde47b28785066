#include "config/expand.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>

namespace byolab {

namespace fs = std::filesystem;

namespace {

constexpr const char* kSeed = "run.seed";

bool is_variable(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(),
                                      [](unsigned char letter) { return std::isalnum(letter) || letter == '_'; });
}

/// What stands for ${name}. Nothing, and a problem, if there is no such thing.
std::optional<std::string> value_of(const std::string& name, const Place& place, const std::string& key,
                                    Problems& problems, std::optional<std::int64_t> seed) {
  if (name == kSeed) {
    if (seed) return std::to_string(*seed);
    problems.add(place, "'" + key + "' has ${run.seed}, which is not known there",
                 {"it stands in the sections of the run's parts, such as [encoder] load"});
    return std::nullopt;
  }
  if (const char* value = std::getenv(name.c_str())) return value;
  if (!is_variable(name)) {
    problems.add(place, "'" + key + "' has ${" + name + "}, which is nothing",
                 {"write ${NAME} for an environment variable, or ${run.seed} for the run's seed"});
    return std::nullopt;
  }
  const std::string or_else = key == "extends" ? "" : "   or say it on the command line: --set " + key + "=…";
  problems.add(place, "'" + key + "' needs the environment variable " + name + ", which is not set",
               {"export " + name + "=…" + or_else});
  return std::nullopt;
}

}  // namespace

std::optional<std::string> expand(const std::string& text, const Place& place, const std::string& key,
                                  Problems& problems, std::optional<std::int64_t> seed) {
  std::string out;
  std::size_t at = 0;
  for (std::size_t begin; (begin = text.find("${", at)) != std::string::npos;) {
    const std::size_t end = text.find('}', begin);
    if (end == std::string::npos) {
      problems.add(place, "'" + key + "' has '${' without '}'", {"write ${NAME} for an environment variable"});
      return std::nullopt;
    }
    const std::string name = text.substr(begin + 2, end - begin - 2);
    const auto value = value_of(name, place, key, problems, seed);
    if (!value) return std::nullopt;
    out.append(text, at, begin - at).append(*value);
    at = end + 1;
  }
  out.append(text, at);
  if (out.empty() && !text.empty()) {
    problems.add(place, "'" + key + "' is empty: the environment variable in " + text + " is set to nothing",
                 {"give it a value; or write " + key.substr(key.rfind('.') + 1) + " = \"\" if nothing is meant"});
    return std::nullopt;
  }
  return out;
}

std::string absolute_path(const std::string& path, const Place& place) {
  if (path.empty()) return path;
  fs::path full = path;
  if (const char* home = std::getenv("HOME"); home && (path == "~" || path.starts_with("~/")))
    full = fs::path(home) / path.substr(path.size() > 1 ? 2 : 1);
  if (full.is_relative() && place.line > 0) full = fs::path(place.file).parent_path() / full;
  return fs::absolute(full).lexically_normal().string();
}

}  // namespace byolab
