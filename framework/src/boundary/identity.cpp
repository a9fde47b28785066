#include "boundary/identity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "byolab/library.hpp"
#include "support/text.hpp"

namespace byolab {
namespace {

std::string value_of(const IdentityLines& lines, const std::string& key) {
  const auto found = std::find_if(lines.begin(), lines.end(), [&](const auto& line) { return line.first == key; });
  return found == lines.end() ? "(none)" : found->second;
}

bool must_agree(const std::string& key) { return key != "compiler"; }

/// `byolab plugin check --source` runs a host without sanitizer on a library with one, the run-time preloaded.
bool knowingly_sanitized(const std::string& key, const std::string& theirs) {
  const char* allowed = key == "sanitizer" ? std::getenv("BYOLAB_SANITIZER") : nullptr;
  return allowed && theirs == allowed;
}

}  // namespace

IdentityLines parse_identity(std::string_view text) {
  IdentityLines lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    if (const std::size_t equals = line.find('='); equals != std::string_view::npos)
      lines.emplace_back(printable(line.substr(0, equals)), printable(line.substr(equals + 1)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

const IdentityLines& own_identity() {
  static const IdentityLines lines = parse_identity(BYOLAB_IDENTITY);
  return lines;
}

bool compatible(const IdentityLines& plugin, const IdentityLines& host) {
  return std::all_of(host.begin(), host.end(), [&](const auto& line) {
    const std::string theirs = value_of(plugin, line.first);
    return !must_agree(line.first) || theirs == line.second || knowingly_sanitized(line.first, theirs);
  });
}

std::string comparison(const IdentityLines& plugin, const IdentityLines& host) {
  std::string text;
  for (const auto& [key, ours] : host) {
    const std::string theirs = value_of(plugin, key);
    if (!must_agree(key)) continue;
    if (theirs == ours)
      text += fmt::format("  {:<10} {:<54} same\n", key, ours);
    else
      text += fmt::format("  {:<10} plugin {:<20} this program {:<20} <- differs\n", key, theirs, ours);
  }
  return text;
}

}  // namespace byolab
