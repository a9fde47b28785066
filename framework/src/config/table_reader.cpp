#include "config/table_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "config/field_text.hpp"
#include "config/suggest.hpp"
#include "support/text.hpp"

namespace byolab {

TableReader::TableReader(const Value& table, std::string text, Problems& problems)
    : table_(table), text_(std::move(text)), problems_(problems) {
  if (!table.get_if<Table>())
    report(table.place, fmt::format("{} must be a table, found {}", text_, type_with_article(table)));
}

void TableReader::finish() {
  const auto* table = table_.get_if<Table>();
  if (!table) return;
  for (const auto& [key, value] : *table)
    if (std::find(known_.begin(), known_.end(), key) == known_.end())
      report(value.key_place, fmt::format("unknown key '{}' for {}", shortened(key), text_),
             {suggestion(key, known_, "keys: " + joined(known_))});
}

const Value* TableReader::find(const std::string& key) {
  known_.push_back(key);
  return table_.find(key);
}

std::string TableReader::text(const std::string& key) {
  const Value* value = find(key);
  if (!value) return {};
  const auto* text = value->get_if<std::string>();
  if (text && is_printable(*text)) return *text;
  report(value->place, fmt::format("'{}' of {} must be a text{}, found {}", key, text_,
                                   text ? " of one line without control characters" : "", value->toml()));
  return {};
}

std::int64_t TableReader::integer(const std::string& key, std::int64_t initial, std::int64_t least) {
  const Value* value = find(key);
  if (!value) return initial;
  if (const auto* number = value->get_if<std::int64_t>(); number && *number >= least) return *number;
  report(value->place, fmt::format("'{}' of {} must be an integer ≥ {}, found {}", key, text_, least, value->toml()));
  return initial;
}

double TableReader::number(const std::string& key, double initial, double least) {
  const Value* value = find(key);
  if (!value) return initial;
  if (value->is_number() && std::isfinite(value->number()) && value->number() >= least) return value->number();
  report(value->place, fmt::format("'{}' of {} must be a number ≥ {}, found {}", key, text_, least, value->toml()));
  return initial;
}

const List* TableReader::list(const std::string& key) {
  const Value* value = find(key);
  if (!value) return nullptr;
  if (const auto* list = value->get_if<List>()) return list;
  report(value->place, fmt::format("'{}' of {} must be a list, found {}", key, text_, type_with_article(*value)));
  return nullptr;
}

std::size_t TableReader::word(const std::string& key, const std::vector<std::string>& allowed) {
  const Value* value = find(key);
  if (!value) return 0;
  const auto* word = value->get_if<std::string>();
  const auto found = word ? std::find(allowed.begin(), allowed.end(), *word) : allowed.end();
  if (found != allowed.end()) return static_cast<std::size_t>(found - allowed.begin());
  report(value->place,
         fmt::format("'{}' of {} must be one of {}; found {}", key, text_, joined(allowed), value->toml()),
         word && !nearest(*word, allowed).empty() ? std::vector{"did you mean '" + nearest(*word, allowed) + "'?"}
                                                  : std::vector<std::string>{});
  return 0;
}

void TableReader::report(const Place& place, std::string sentence, std::vector<std::string> hints) {
  problems_.add(place, std::move(sentence), std::move(hints));
}

}  // namespace byolab
