#pragma once

#include "config/reading.hpp"

namespace byolab {

/// Reads declared options from a table, reports all that is wrong with it, and fills in defaults.
class FieldReader final : public Fields {
 public:
  /// `table` must outlive the reader. A table without a place makes for messages without one.
  FieldReader(Reading& reading, const Value& table, Owner owner);

  void bind() override;

  /// In the order of their declaration.
  const std::vector<Field>& fields() const { return fields_; }
  /// Every option with the value that it got; options that were refused are left out.
  const Value& resolved() const { return resolved_; }
  /// The same, less what cannot change results.
  const Value& identity() const { return identity_; }

 protected:
  /// Throws Error if the name is reserved or taken: a mistake of the plugin's author.
  void declare(Field field) override;

 private:
  void read(const Field& field);
  void report_unknown_keys();

  Reading& reading_;
  const Value& table_;
  Owner owner_;
  std::vector<Field> fields_;
  Value resolved_, identity_;
};

/// `value` with `place` wherever it, or something in it, has none: defaults are reported where they were used.
Value with_place(Value value, const Place& place);

}  // namespace byolab
