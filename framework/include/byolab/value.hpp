#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "byolab/abi.hpp"

namespace byolab {

/// Where a value was written. `line` 0 means: nowhere, it is a default.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
  std::string text() const;  ///< "file:line:column", or "default"
};

class Value;
/// Keys keep the order in which they were written. Small tables: look-up is linear.
using Table = std::vector<std::pair<std::string, Value>>;
using List = std::vector<Value>;

/// The host's neutral form of a piece of an experiment (TOML's types less dates), with its place.
class __attribute__((visibility("default"))) Value {
 public:
  Value() : data_(Table{}) {}
  Value(bool value) : data_(value) {}
  Value(std::int64_t value) : data_(value) {}
  Value(int value) : data_(static_cast<std::int64_t>(value)) {}
  Value(double value) : data_(value) {}
  Value(std::string value) : data_(std::move(value)) {}
  Value(const char* value) : data_(std::string(value)) {}
  Value(List value) : data_(std::move(value)) {}
  Value(Table value) : data_(std::move(value)) {}

  template <class T>
  const T* get_if() const {
    return std::get_if<T>(&data_);
  }
  template <class T>
  T* get_if() {
    return std::get_if<T>(&data_);
  }

  bool is_number() const { return get_if<std::int64_t>() || get_if<double>(); }
  double number() const;                            ///< of an integer or a float
  const char* type_name() const;                    ///< "table", "string", …
  const Value* find(const std::string& key) const;  ///< null unless this is a table that has the key
  Value* find(const std::string& key);
  void set(const std::string& key, Value value);  ///< adds or replaces; this must be a table
  bool erase(const std::string& key);
  std::string toml() const;  ///< inline TOML: `{ plugin = "ema", tau = 0.99 }`

  Place place;      ///< of the value
  Place key_place;  ///< of its key, if it stands in a table

 private:
  std::variant<bool, std::int64_t, double, std::string, List, Table> data_;
};

}  // namespace byolab
