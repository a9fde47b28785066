#include "config/identity_text.hpp"

#include <algorithm>
#include <vector>

#include "config/experiment.hpp"
#include "support/hash.hpp"

namespace byolab {
namespace {

void collect(const Value& value, const std::string& path, std::vector<std::string>& lines) {
  if (const auto* table = value.get_if<Table>()) {
    for (const auto& [key, element] : *table) collect(element, path.empty() ? key : path + '.' + key, lines);
  } else if (const auto* list = value.get_if<List>()) {
    // The length tells [[1]] from [1], and an empty list from none.
    lines.push_back(path + ".length = " + std::to_string(list->size()));
    for (std::size_t i = 0; i < list->size(); ++i) collect((*list)[i], path + '[' + std::to_string(i) + ']', lines);
  } else {
    lines.push_back(path + " = " + value.toml());
  }
}

}  // namespace

std::string identity_lines(const Value& value) {
  std::vector<std::string> lines;
  collect(value, {}, lines);
  std::sort(lines.begin(), lines.end());
  std::string out;
  for (const std::string& line : lines) out += line + '\n';
  return out;
}

void identify(Experiment& experiment, const Circumstances& circumstances) {
  const std::string settled = "device = " + circumstances.device + "\ndtype = " + circumstances.dtype +
                              "\nmemory_format = " + circumstances.memory_format +
                              "\nthreads = " + std::to_string(circumstances.threads) +
                              "\ndata = " + circumstances.data + '\n' + circumstances.weights;
  experiment.identity = hex(sha256({experiment.identity_text, settled})).substr(0, 16);
}

}  // namespace byolab
