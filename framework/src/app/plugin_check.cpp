#include "app/plugin_check.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/plugin_source.hpp"
#include "config/overrides.hpp"
#include "conformance/examine.hpp"
#include "support/text.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;
using conformance::CheckResult;
using conformance::Outcome;
using conformance::PluginReport;
using nlohmann::json;

struct CheckChoice : PluginSearch {
  std::vector<std::string> what, sets;
  std::string kind;
  fs::path source;
  std::string sanitizer = "both";
  bool json = false;
  conformance::Limits limits;
};

struct Chosen {
  Kind kind;
  std::string name;
  Table options;
};

bool is_file(const std::string& text) { return text.ends_with(".so") || text.find('/') != std::string::npos; }

/// A library that is named by its file is looked for in its own folder first.
PluginSearch with_folders_of(const CheckChoice& choice) {
  PluginSearch search = choice;
  for (const std::string& text : choice.what)
    if (is_file(text)) search.folders.push_back(fs::absolute(text).parent_path());
  return search;
}

/// By what they lead to; a pipe or a socket by its path, since "equivalent" knows files and folders alone.
bool same_file(const fs::path& one, const fs::path& other) {
  std::error_code error;
  return fs::equivalent(one, other, error) || fs::weakly_canonical(one, error) == fs::weakly_canonical(other, error);
}

void add_library(const PluginCatalogue& catalogue, const std::string& text, std::vector<Chosen>& chosen) {
  std::error_code error;
  const fs::path file = fs::absolute(text);
  if (!fs::exists(file, error))
    throw Error(fmt::format("there is no file {}", file.string()), "name a library (.so) or a plugin");
  for (const SearchedFolder& folder : catalogue.searched())
    for (const Verdict& verdict : folder.files) {
      if (!same_file(verdict.path, file)) continue;
      if (!verdict.taken && !verdict.reason.empty() && verdict.reason != "it was found before")
        throw Error(fmt::format("plugin library {} cannot be used: {}", file.string(), verdict.reason), verdict.hint);
      for (const Listed& listed : verdict.library.contents) chosen.push_back({listed.kind, listed.name, {}});
      return;
    }
  throw Error(fmt::format("{} is no plugin library", file.string()), "plugin libraries are named lib….so");
}

void add_named(const PluginCatalogue& catalogue, const std::string& name, std::vector<Chosen>& chosen) {
  const std::size_t before = chosen.size();
  for (const Kind kind : all_kinds())
    if (catalogue.library_of(kind, name)) chosen.push_back({kind, name, {}});
  if (chosen.size() == before)
    throw Error(fmt::format("there is no plugin '{}'\n{}", name, catalogue.account()),
                "byolab plugin list names all plugins");
}

/// `--set depth=18`, or `--set resnet.depth=18` where several plugins are checked.
void apply_sets(const std::vector<std::string>& sets, std::vector<Chosen>& chosen) {
  Problems problems;
  for (Setting setting : parse_settings(sets, problems)) {
    const auto is_meant = [&](const Chosen& one) {
      return setting.keys.size() > 1 && setting.keys.front() == one.name;
    };
    const bool addressed = std::any_of(chosen.begin(), chosen.end(), is_meant);
    if (!addressed && chosen.size() > 1)
      throw Error(fmt::format("--set {}: which of the {} plugins is meant?", setting.path, chosen.size()),
                  fmt::format("write its name in front: --set {}.{}=…", chosen.front().name, setting.path));
    for (Chosen& one : chosen) {
      if (addressed && !is_meant(one)) continue;
      Setting mine = setting;
      if (addressed) mine.keys.erase(mine.keys.begin());
      Value table{one.options};
      std::vector<Override> done;
      apply_setting(table, mine, done, problems);
      one.options = *table.get_if<Table>();
    }
  }
  if (!problems.empty()) throw Error(problems.text());
}

std::vector<Chosen> choose(const CheckChoice& choice, const PluginCatalogue& catalogue) {
  std::vector<Chosen> chosen;
  for (const std::string& text : choice.what)
    is_file(text) ? add_library(catalogue, text, chosen) : add_named(catalogue, text, chosen);
  if (!choice.kind.empty()) {
    const Kind kind = kind_named(choice.kind);
    std::erase_if(chosen, [&](const Chosen& one) { return one.kind != kind; });
    if (chosen.empty()) throw Error(fmt::format("there is no {} among them", choice.kind), "leave --kind out");
  }
  apply_sets(choice.sets, chosen);
  return chosen;
}

CLI::Validator positive_seconds() {
  return {[](std::string& text) {
            char* end = nullptr;
            const double seconds = std::strtod(text.c_str(), &end);
            const bool good = end != text.c_str() && *end == 0 && std::isfinite(seconds) && seconds > 0;
            return good ? std::string() : fmt::format("'{}' is no number of seconds greater than 0", text);
          },
          "SECONDS"};
}

std::string time_text(double seconds) {
  if (std::isnan(seconds)) return "time per call not measured";
  if (seconds < 1e-6) return fmt::format("{:.0f} ns a call", seconds * 1e9);
  if (seconds < 1e-3) return fmt::format("{:.1f} µs a call", seconds * 1e6);
  return fmt::format("{:.2f} ms a call", seconds * 1e3);
}

void print_report(const PluginReport& report) {
  fmt::print("{} {}  ({}), {}\n", name_of(report.kind), report.name, shown(fs::path(report.library).filename()),
             time_text(report.seconds_per_call));
  if (!report.options.empty()) fmt::print("  tried with {}\n", printable(report.options, true));
  for (const CheckResult& result : report.results) {
    const bool failed = result.outcome == Outcome::failed;
    fmt::print("  {:<12} {:<15} {:>6.2f} s  {}\n", result.check,
               failed ? "FAILED" : conformance::name_of(result.outcome), result.seconds,
               result.sentence.empty() ? result.expects : printable(result.sentence, true));
  }
}

json report_json(const PluginReport& report) {
  json checks = json::array();
  for (const CheckResult& result : report.results)
    checks.push_back({{"check", result.check},
                      {"expects", result.expects},
                      {"outcome", conformance::name_of(result.outcome)},
                      {"sentence", result.sentence},
                      {"seconds", result.seconds}});
  return {{"kind", name_of(report.kind)},
          {"name", report.name},
          {"library", shown(report.library)},
          {"options", report.options},
          {"passed", report.passed()},
          {"seconds_per_call", std::isnan(report.seconds_per_call) ? json() : json(report.seconds_per_call)},
          {"checks", checks}};
}

int check(CheckChoice choice) {
  if (!choice.source.empty())
    return check_source({choice.source, choice.sanitizer, choice.sets, choice.kind, choice.json});
  if (choice.what.empty())
    throw Error("nothing to check is named", "name libraries (.so) or plugins, or a project with --source");
  if (std::getenv("BYOLAB_SANITIZER")) choice.limits = {10 * choice.limits.seconds, true};
  const PluginCatalogue catalogue(with_folders_of(choice).search());
  const std::vector<Chosen> chosen = choose(choice, catalogue);
  json reports = json::array();
  std::size_t failed = 0;
  for (const Chosen& one : chosen) {
    const PluginReport report = conformance::examine(catalogue, one.kind, one.name, one.options, choice.limits);
    failed += report.passed() ? 0 : 1;
    choice.json ? reports.push_back(report_json(report)) : print_report(report);
    std::fflush(stdout);
  }
  if (choice.json)
    std::cout << reports.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
  else
    fmt::print("{} of {} plugin{} passed\n", chosen.size() - failed, chosen.size(), chosen.size() == 1 ? "" : "s");
  return failed ? kFailed : 0;
}

}  // namespace

void add_plugin_check(CLI::App& plugin, Action& action) {
  auto choice = std::make_shared<CheckChoice>();
  CLI::App* command =
      plugin.add_subcommand("check", "Tries plugins: shapes, gradients, state, threads, ranges and more");
  choice->add_to(*command);
  command->add_option("WHAT", choice->what, "Libraries (.so), or names of plugins")->type_name("LIBRARY|NAME");
  command
      ->add_option("--source", choice->source, "A plugin project: builds it with sanitizers, and checks what comes out")
      ->type_name("FOLDER");
  command
      ->add_option("--sanitizer", choice->sanitizer,
                   "With --source: address (and undefined behaviour), thread, or both")
      ->capture_default_str()
      ->check(CLI::IsMember({"address", "thread", "both"}));
  command->add_option("--kind", choice->kind, "Only plugins of this kind");
  command
      ->add_option(
          "--set", choice->sets,
          "An option of the plugin: --set depth=18, or resnet.depth=18 where several are checked (may be repeated)")
      ->type_name("KEY=VALUE");
  command->add_option("--timeout", choice->limits.seconds, "Seconds after which a check counts as hanging")
      ->capture_default_str()
      ->check(positive_seconds());
  command->add_flag("--json", choice->json, "As JSON");
  command->callback([choice, &action] { action = [choice] { return check(*choice); }; });
}

}  // namespace byolab
