#include "byolab/value.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "byolab/error.hpp"

namespace byolab {
namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char letter : text) {
    switch (letter) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\r':
        out += "\\r";
        break;
      default:
        if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F) {
          constexpr char kDigits[] = "0123456789ABCDEF";
          out += "\\u00";
          out += kDigits[(letter >> 4) & 15];
          out += kDigits[letter & 15];
        } else {
          out += letter;
        }
    }
  }
  return out + '"';
}

/// The shortest decimal that reads back as the same number; always a TOML float, never an integer.
std::string decimal(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  char digits[40];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
  std::string text(digits, end);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string key_text(const std::string& key) {
  const bool bare = !key.empty() && std::all_of(key.begin(), key.end(), [](unsigned char letter) {
    return letter < 0x80 && (std::isalnum(letter) != 0 || letter == '_' || letter == '-');
  });
  return bare ? key : quoted(key);
}

}  // namespace

std::string Place::text() const {
  if (file.empty()) return "default";
  return line == 0 ? file : file + ':' + std::to_string(line) + ':' + std::to_string(column);
}

double Value::number() const {
  if (const auto* integer = get_if<std::int64_t>()) return static_cast<double>(*integer);
  if (const auto* real = get_if<double>()) return *real;
  throw Error(std::string("a number was asked of a ") + type_name());
}

const char* Value::type_name() const {
  constexpr const char* kNames[] = {"boolean", "integer", "number", "string", "list", "table"};
  return kNames[data_.index()];
}

const Value* Value::find(const std::string& key) const {
  if (const auto* table = get_if<Table>())
    for (const auto& [name, value] : *table)
      if (name == key) return &value;
  return nullptr;
}

Value* Value::find(const std::string& key) { return const_cast<Value*>(std::as_const(*this).find(key)); }

void Value::set(const std::string& key, Value value) {
  auto* table = get_if<Table>();
  if (!table) throw Error("'" + key + "' was to be set in what is no table but of type " + type_name());
  if (Value* old = find(key))
    *old = std::move(value);
  else
    table->emplace_back(key, std::move(value));
}

bool Value::erase(const std::string& key) {
  auto* table = get_if<Table>();
  return table && std::erase_if(*table, [&](const auto& entry) { return entry.first == key; }) > 0;
}

std::string Value::toml() const {
  if (const auto* value = get_if<bool>()) return *value ? "true" : "false";
  if (const auto* value = get_if<std::int64_t>()) return std::to_string(*value);
  if (const auto* value = get_if<double>()) return decimal(*value);
  if (const auto* value = get_if<std::string>()) return quoted(*value);
  std::string out;
  if (const auto* list = get_if<List>()) {
    for (const Value& element : *list) out += (out.empty() ? "" : ", ") + element.toml();
    return '[' + out + ']';
  }
  for (const auto& [key, value] : *get_if<Table>())
    out += (out.empty() ? " " : ", ") + key_text(key) + " = " + value.toml();
  return out.empty() ? "{}" : '{' + out + " }";
}

}  // namespace byolab
