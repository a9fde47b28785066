#include "config/schema.hpp"

#include <iostream>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"

namespace byolab {

void add_schema(CLI::App& program, Action& action) {
  auto search = std::make_shared<PluginSearch>();
  CLI::App* command = program.add_subcommand("schema", "A JSON Schema of every experiment that the plugins allow");
  search->add_to(*command);
  command->callback([search, &action] {
    action = [search] {
      std::cout << make_schema(PluginCatalogue(search->search())).dump(2) << '\n';
      return 0;
    };
  });
}

}  // namespace byolab
