#pragma once

#include "byolab/fields.hpp"

namespace byolab {

/// Collects what is declared and reads nothing: for documentation and the schema.
class FieldLister final : public Fields {
 public:
  void bind() override {}
  const std::vector<Field>& fields() const { return fields_; }

 protected:
  void declare(Field field) override {
    field.assign = nullptr;  // it refers to options that are about to go
    fields_.push_back(std::move(field));
  }

 private:
  std::vector<Field> fields_;
};

}  // namespace byolab
