#include "support/views.hpp"

#include "config/toml_reader.hpp"
#include "support/stock_plugin.hpp"

namespace byolab::testing {

std::shared_ptr<Augmentation> make_augmentation(const std::string& toml, const Context& context) {
  Problems problems;
  const auto table = parse_toml(toml, "test.toml", problems);
  if (!table) throw Error(problems.text());
  return stock<Augmentation>(*table->get_if<Table>(), context);
}

}  // namespace byolab::testing
