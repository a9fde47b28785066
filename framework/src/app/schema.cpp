#include "config/schema.hpp"

#include <iostream>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "support/text.hpp"

namespace byolab {

void add_schema(CLI::App& program, Action& action) {
  auto search = std::make_shared<PluginSearch>();
  CLI::App* command = program.add_subcommand("schema", "A JSON Schema of every experiment that the plugins allow");
  search->add_to(*command);
  command->add_flag_function(
      "--json", [](std::int64_t) {}, "As JSON, which a schema always is");
  command->callback([search, &action] {
    action = [search] {
      std::vector<std::string> left_out;
      std::cout << make_schema(PluginCatalogue(search->search()), &left_out).dump(2) << '\n';
      for (const std::string& reason : left_out)
        std::cerr << "warning: the schema leaves a plugin out: " << printable(reason, true) << '\n';
      return 0;
    };
  });
}

}  // namespace byolab
