#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/plugin_check.hpp"
#include "app/plugin_new.hpp"
#include "config/describe.hpp"
#include "config/presets.hpp"
#include "config/suggest.hpp"
#include "support/text.hpp"

namespace byolab {
namespace {

using nlohmann::json;

template <class Visit>
void for_each_plugin(const PluginCatalogue& catalogue, Visit&& visit) {
  for (const Kind kind : all_kinds())
    for (const std::string& name : catalogue.names(kind)) {
      const LibraryFile& library = *catalogue.library_of(kind, name);
      for (const Listed& listed : library.contents)
        if (listed.kind == kind && listed.name == name) visit(listed, library);
    }
}

int list_as_json(const PluginCatalogue& catalogue) {
  json plugins = json::array();
  for_each_plugin(catalogue, [&](const Listed& listed, const LibraryFile& library) {
    plugins.push_back({{"kind", name_of(listed.kind)},
                       {"name", listed.name},
                       {"version", listed.version},
                       {"summary", listed.summary},
                       {"library", shown(library.path)},
                       {"sha256", library.sha256}});
  });
  std::cout << plugins.dump(2) << '\n';
  return 0;
}

int list_as_text(const PluginCatalogue& catalogue) {
  for_each_plugin(catalogue, [](const Listed& listed, const LibraryFile& library) {
    fmt::print("{:<14} {:<22} {:<5} {:<70} {}\n", name_of(listed.kind), listed.name, listed.version, listed.summary,
               shown(library.path.filename()));
  });
  std::vector<std::filesystem::path> folders;
  for (const SearchedFolder& folder : catalogue.searched()) folders.push_back(folder.where.folder / "presets");
  for (const std::string& name : preset_names(folders))
    fmt::print("{:<14} {:<22} for [[views]]: preset = \"{}\"\n", "(preset)", name, name);
  std::fflush(stdout);
  for (const std::string& line : catalogue.notes()) std::cerr << line << '\n';
  return 0;
}

json explained(const Verdict& verdict) {
  json file{{"file", shown(verdict.path)}, {"taken", verdict.taken}};
  if (verdict.taken) {
    file["plugins"] = verdict.library.contents.size();
    file["sha256"] = verdict.library.sha256;
  } else {
    file["reason"] = printable(verdict.reason, true);
    if (!verdict.hint.empty()) file["fix"] = printable(verdict.hint, true);
  }
  return file;
}

int explain_as_json(const PluginCatalogue& catalogue) {
  json folders = json::array();
  for (const SearchedFolder& folder : catalogue.searched()) {
    json files = json::array();
    for (const Verdict& verdict : folder.files) files.push_back(explained(verdict));
    folders.push_back({{"folder", shown(folder.where.folder)},
                       {"origin", folder.where.origin},
                       {"problem", folder.problem},
                       {"files", std::move(files)}});
  }
  std::cout << folders.dump(2) << '\n';
  return 0;
}

/// Every folder looked in, every file, why it was taken or refused.
int explain_as_text(const PluginCatalogue& catalogue) {
  for (const SearchedFolder& folder : catalogue.searched()) {
    fmt::print("{}  ({}){}{}\n", shown(folder.where.folder), folder.where.origin, folder.problem.empty() ? "" : ": ",
               folder.problem);
    for (const Verdict& verdict : folder.files) {
      if (verdict.taken)
        fmt::print("  {}: taken, {} plugins, sha256 {}\n", shown(verdict.path.filename()),
                   verdict.library.contents.size(), verdict.library.sha256.substr(0, 16));
      else
        fmt::print("  {}: refused: {}\n{}", shown(verdict.path.filename()), printable(verdict.reason, true),
                   verdict.hint.empty() ? "" : fmt::format("    fix: {}\n", printable(verdict.hint, true)));
    }
  }
  return 0;
}

std::vector<std::string> all_names(const PluginCatalogue& catalogue) {
  std::vector<std::string> names;
  for (const Kind kind : all_kinds())
    for (const std::string& name : catalogue.names(kind)) names.push_back(name);
  return names;
}

std::vector<const Entry*> entries_named(const PluginCatalogue& catalogue, const std::string& name,
                                        const std::string& kind) {
  std::vector<const Entry*> entries;
  for (const Kind each : all_kinds())
    if (kind.empty() || kind == name_of(each))
      if (const Entry* entry = catalogue.find(each, name)) entries.push_back(entry);
  if (entries.empty() && !kind.empty()) kind_named(kind);  // throws if there is no such kind
  if (entries.empty())
    throw Error(fmt::format("there is no {} '{}'\n{}", kind.empty() ? "plugin" : kind, name, catalogue.account()),
                suggestion(name, kind.empty() ? all_names(catalogue) : catalogue.names(kind_named(kind)),
                           "byolab plugin list names all plugins"));
  return entries;
}

int describe(const PluginCatalogue& catalogue, const std::string& name, const std::string& kind, bool as_json) {
  json all = json::array();
  for (const Entry* entry : entries_named(catalogue, name, kind)) {
    if (as_json)
      all.push_back(describe_json(*entry));
    else
      std::cout << describe_text(*entry) << '\n';
  }
  if (as_json) std::cout << all.dump(2) << '\n';
  return 0;
}

void add_list(CLI::App& plugin, Action& action) {
  struct Choice : PluginSearch {
    bool json = false, explain = false;
  };
  auto choice = std::make_shared<Choice>();
  CLI::App* list = plugin.add_subcommand("list", "Kind, name, version, one line and library of every plugin");
  choice->add_to(*list);
  list->add_flag("--json", choice->json, "As JSON");
  list->add_flag("--explain", choice->explain, "Every folder looked in, every file, why taken or refused");
  list->callback([choice, &action] {
    action = [choice] {
      const PluginCatalogue catalogue(choice->search());
      if (choice->explain) return choice->json ? explain_as_json(catalogue) : explain_as_text(catalogue);
      return choice->json ? list_as_json(catalogue) : list_as_text(catalogue);
    };
  });
}

void add_describe(CLI::App& plugin, Action& action) {
  struct Choice : PluginSearch {
    std::string name, kind;
    bool json = false;
  };
  auto choice = std::make_shared<Choice>();
  CLI::App* command = plugin.add_subcommand("describe", "What a plugin does, and each of its options");
  choice->add_to(*command);
  command->add_option("NAME", choice->name, "The plugin's name")->required();
  command->add_option("--kind", choice->kind, "Its kind, if several kinds have the name");
  command->add_flag("--json", choice->json, "As JSON");
  command->callback([choice, &action] {
    action = [choice] { return describe(PluginCatalogue(choice->search()), choice->name, choice->kind, choice->json); };
  });
}

void add_seal(CLI::App& plugin, Action& action) {
  auto path = std::make_shared<std::filesystem::path>();
  CLI::App* command = plugin.add_subcommand("seal", "Writes a freshly linked library's contents and digest into it");
  command->add_option("LIBRARY", *path, "The .so file")->required();
  command->callback([path, &action] {
    action = [path] {
      seal(*path);
      return 0;
    };
  });
}

/// Of two plugins of one kind and name, one library is left out, with all that it holds.
void refuse_taken(const PluginCatalogue& catalogue, Kind kind, const std::string& name) {
  if (const LibraryFile* library = catalogue.library_of(kind, name))
    throw Error(fmt::format("{} '{}' is there already, in {}", name_of(kind), name, shown(library->path)),
                "choose another name: of two libraries with a plugin of one kind and name, one is left out");
}

void add_new(CLI::App& plugin, Action& action) {
  struct Choice : PluginSearch {
    std::string kind, name;
    std::filesystem::path folder;
  };
  auto choice = std::make_shared<Choice>();
  CLI::App* command = plugin.add_subcommand("new", "Makes a folder with a plugin that builds and trains");
  command->add_option("KIND", choice->kind, "encoder, head, augmentation, loss, target_update, …")->required();
  command->add_option("NAME", choice->name, "Its name, in snake_case")->required();
  command->add_option("--folder", choice->folder, "The folder to make (default: NAME, here)");
  choice->add_to(*command);
  command->callback([choice, &action] {
    action = [choice] {
      const auto folder = choice->folder.empty() ? std::filesystem::path(choice->name) : choice->folder;
      refuse_taken(PluginCatalogue(choice->search()), kind_named(choice->kind), choice->name);
      make_plugin_project(kind_named(choice->kind), choice->name, folder);
      fmt::print("made {}; {} says how to build and use it\n", folder.string(), (folder / "README.md").string());
      return 0;
    };
  });
}

}  // namespace

void add_plugin(CLI::App& program, Action& action) {
  CLI::App* plugin = program.add_subcommand("plugin", "Makes, lists, describes, checks and seals plugins");
  plugin->require_subcommand(1);
  add_new(*plugin, action);
  add_list(*plugin, action);
  add_describe(*plugin, action);
  add_plugin_check(*plugin, action);
  add_seal(*plugin, action);
}

}  // namespace byolab
