#include "config/problems.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace byolab {

PlacedError::PlacedError(Place place, const Error& error)
    : Error(place.text() + ": " + error.what(), error.hint()), place_(std::move(place)), sentence_(error.what()) {}
PlacedError::~PlacedError() = default;

std::string Problem::text() const {
  std::string out = "error: ";
  if (!place.file.empty()) out += place.text() + ": ";
  out += sentence;
  for (const std::string& hint : hints) out += "\n  " + hint;
  return out;
}

void Problems::add(Place place, std::string sentence, std::vector<std::string> hints) {
  if (std::find(settled_.begin(), settled_.end(), place.text()) != settled_.end()) return;
  for (const Problem& problem : list_)  // two readers may stumble over the same mistake
    if (problem.place.text() == place.text() && problem.sentence == sentence) return;
  list_.push_back({std::move(place), std::move(sentence), std::move(hints)});
}

void Problems::add(Place place, const std::exception& error, const std::string& doing) {
  std::vector<std::string> hints;
  if (const auto* ours = dynamic_cast<const Error*>(&error); ours && !ours->hint().empty()) {
    std::size_t start = 0;
    for (std::size_t end; (end = ours->hint().find('\n', start)) != std::string::npos; start = end + 1)
      hints.push_back(ours->hint().substr(start, end - start));
    hints.push_back(ours->hint().substr(start));
  }
  const auto* placed = dynamic_cast<const PlacedError*>(&error);
  add(placed ? placed->place() : std::move(place),
      (doing.empty() ? "" : doing + ": ") + (placed ? placed->sentence() : error.what()), std::move(hints));
}

std::vector<Problem> Problems::sorted() const {
  std::map<std::string, std::size_t> met;
  for (const Problem& problem : list_) met.emplace(problem.place.file, met.size());
  std::vector<Problem> out = list_;
  std::stable_sort(out.begin(), out.end(), [&](const Problem& a, const Problem& b) {
    return std::tuple(met[a.place.file], a.place.line, a.place.column) <
           std::tuple(met[b.place.file], b.place.line, b.place.column);
  });
  return out;
}

std::string Problems::text() const {
  std::string out;
  for (const Problem& problem : sorted()) out += problem.text() + '\n';
  return out;
}

}  // namespace byolab
