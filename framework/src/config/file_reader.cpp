#include "config/file_reader.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "config/expand.hpp"
#include "config/field_text.hpp"
#include "config/merge.hpp"
#include "config/toml_reader.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;

/// The text of a file, or why there is none.
std::optional<std::string> slurp(const fs::path& file, std::string& reason) {
  std::error_code error;
  if (fs::is_directory(file, error)) {
    reason = "it is a folder";
    return std::nullopt;
  }
  if (fs::exists(file, error) && !fs::is_regular_file(file, error)) {
    reason = "it is no ordinary file";
    return std::nullopt;
  }
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  if (!stream || (stream.peek() != std::ifstream::traits_type::eof() && !(text << stream.rdbuf()))) {
    reason = errno != 0 ? std::strerror(errno) : "reading failed";
    return std::nullopt;
  }
  return text.str();
}

}  // namespace

std::optional<Value> FileReader::read(const fs::path& file, const Place& why) {
  if (goes_in_circles(file, why)) return fail();
  std::string reason;
  const auto text = slurp(file, reason);
  if (!text) {
    problems_.add(why, "'" + file.string() + "' cannot be read: " + reason);
    return fail();
  }
  const bool first = std::find(files_.begin(), files_.end(), file) == files_.end();
  if (first) files_.push_back(file);
  auto value = parse_toml(*text, file.string(), problems_);
  if (value) {
    open_.push_back(file);
    value = extend(std::move(*value), file);
    open_.pop_back();
  }
  if (first) texts_.emplace_back(file.string(), *text);  // after what it extends
  return value ? value : fail();
}

std::optional<Value> FileReader::extend(Value over, const fs::path& file) {
  const Value* extends = over.find("extends");
  if (!extends) return over;
  const List bases = extends->get_if<List>() ? *extends->get_if<List>() : List{*extends};
  over.erase("extends");
  std::optional<Value> merged;
  for (const Value& base : bases) {
    const auto* name = base.get_if<std::string>();
    if (!name) {
      problems_.add(base.place, "'extends' must be a file's path or a list of paths, found " + type_with_article(base));
      fail();  // what the bases would have had is not missing
      continue;
    }
    const auto path = expand(*name, base.place, "extends", problems_);
    if (!path) {
      fail();
      continue;
    }
    const fs::path full =
        fs::path(*path).is_absolute() ? fs::path(*path) : (file.parent_path() / *path).lexically_normal();
    if (auto value = read(full, base.place))
      merged = merged ? merge(std::move(*merged), std::move(*value)) : std::move(*value);
  }
  return merged ? merge(std::move(*merged), std::move(over)) : over;
}

bool FileReader::goes_in_circles(const fs::path& file, const Place& why) {
  std::error_code error;
  for (std::size_t i = 0; i < open_.size(); ++i) {
    if (!fs::equivalent(open_[i], file, error)) continue;
    std::string chain;
    for (; i < open_.size(); ++i) chain += open_[i].string() + " -> ";
    problems_.add(why, "'extends' goes in a circle: " + chain + file.string());
    return true;
  }
  return false;
}

std::string FileReader::source() const {
  std::string out;
  for (const auto& [name, text] : texts_) {
    if (texts_.size() > 1) out += "# " + name + '\n';
    out += text;
    if (!text.empty() && text.back() != '\n') out += '\n';
  }
  return out;
}

}  // namespace byolab
