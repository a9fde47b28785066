#include "config/experiment_reader.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "config/defaults.hpp"
#include "config/field_text.hpp"
#include "config/flat_keys.hpp"
#include "config/identity_text.hpp"
#include "config/sections.hpp"
#include "config/suggest.hpp"
#include "support/metric_direction.hpp"
#include "support/text.hpp"

namespace byolab {
namespace {

void append(Value& table, const Value& more) {
  for (const auto& [key, value] : *more.get_if<Table>()) table.set(key, value);
}

}  // namespace

ExperimentReader::ExperimentReader(const Document& document, const Catalogue& catalogue, Problems& problems)
    : document_(document), reading_{catalogue, problems} {
  nothing_.place = {document.root.place.file, 0, 0};
}

Experiment ExperimentReader::read() {
  Experiment experiment;
  check_sections();
  read_run(experiment);
  reading_.seed = experiment.run.seed;
  read_data(experiment);
  read_views(experiment);
  read_part("encoder", Kind::encoder, experiment.encoder);
  read_part("projector", Kind::head, experiment.projector);
  read_part("predictor", Kind::head, experiment.predictor);
  read_part("target", Kind::target_update, experiment.target);
  read_method(experiment.method);
  read_plain("loss", Kind::loss, experiment.loss);
  read_plain("optimizer", Kind::optimizer, experiment.optimizer);
  read_evaluate(experiment);
  for (const HostKind* kind : host_kinds())
    if (*kind->section) read_listed(*kind, experiment.listed[kind->kind]);
  read_checkpoint(experiment);
  read_host("record", experiment.record);
  PluginsOptions plugins;
  read_host("plugins", plugins);
  List paths;
  for (const auto& path : plugin_paths(document_, reading_.problems)) paths.emplace_back(path.string());
  resolved_.find("plugins")->set("path", std::move(paths));
  experiment.sweep = table_of("sweep");
  experiment.claims = list_of("claim") ? Value(*list_of("claim")) : Value(List{});
  experiment.resolved = std::move(resolved_);
  experiment.identity_text = identity_lines(identity_);
  const auto active = flat_keys(identity_);
  for (const auto& [key, value] : flat_keys(experiment.resolved))
    if (!active.contains(key)) experiment.passive.push_back(key);
  const auto as_written = [&](const char* key) {
    return *experiment.resolved.find("run")->find(key)->get_if<std::string>();
  };
  if (reading_.problems.empty())
    identify(experiment,
             {as_written("device"), as_written("dtype"), as_written("memory_format"), experiment.run.threads, ""});
  return experiment;
}

void ExperimentReader::check_sections() {
  std::vector<std::string> names;
  for (const Section& section : sections()) names.push_back(section.name);
  for (const auto& [key, value] : *document_.root.get_if<Table>()) {
    if (std::find(names.begin(), names.end(), key) != names.end()) continue;
    report(value.key_place, fmt::format("unknown section '{}'", shortened(key)),
           {suggestion(key, names, "sections: " + joined(names))});
  }
}

void ExperimentReader::read_run(Experiment& experiment) {
  RunOptions& run = experiment.run;
  run.name = std::filesystem::path(document_.root.place.file).stem().string();
  read_host("run", run);
  Value& resolved = *resolved_.find("run");
  const Value *epochs = written("run", "epochs"), *steps = written("run", "steps");
  if (epochs && steps)
    report(steps->key_place, "'steps' and 'epochs' of [run] are both written",
           {"drop one: either says how long the run is"});
  if (steps && steps->is_number() && steps->number() == 0)
    report(steps->place, "'steps' of [run] must be ≥ 1, found 0");
  if (run.steps > 0) run.epochs = 0;
  for (Value* table : {&resolved, identity_.find("run")}) table->erase(run.steps > 0 ? "epochs" : "steps");
  for (const std::string& what : run.stop_when)
    if (what != "collapsed")
      report(written("run", "stop_when")->place,
             fmt::format("'stop_when' of [run] knows \"collapsed\" alone, found {}", Value(what).toml()),
             {"a loss that is not finite ends every run, as diverged"});
  // Where nothing ends a run early, that there could be something is no part of its identity.
  if (run.stop_when.empty())
    for (const char* key : {"stop_when", "collapsed_below", "collapsed_for"}) identity_.find("run")->erase(key);
  if (run.device.starts_with("cuda"))
    report(written("run", "device")->place,
           fmt::format("'device' of [run] is {}, but byolab trains on the CPU only, for now", Value(run.device).toml()),
           {"write device = \"cpu\", or leave it out"});
  else if (run.device != "auto" && run.device != "cpu")
    report(written("run", "device")->place,
           fmt::format("'device' of [run] must be auto or cpu, found {}", Value(run.device).toml()));
  const Value* name = written("run", "name");
  check_name({"[run]", "a folder's name"}, run.name, name ? name->place : nothing_.place);
}

void ExperimentReader::read_data(Experiment& experiment) {
  read_part("data", Kind::dataset, experiment.data);
  const double validation = experiment.data.validation;
  if (validation >= 1 && (validation < 2 || validation != std::trunc(validation)))
    report(written("data", "validation")->place,
           fmt::format("'validation' of [data] must be a share below 1 or a whole number of images from 2 on, found {}",
                       validation),
           {"0.1 sets a tenth of the training images aside, 1000 a thousand of them"});
}

void ExperimentReader::read_checkpoint(Experiment& experiment) {
  read_host("checkpoint", experiment.checkpoint);
  const std::string& best = experiment.checkpoint.best;
  // As it is printed, with nothing left implicit, both are written: "" and auto.
  if (experiment.checkpoint.better != CheckpointOptions::Better::automatic && best.empty())
    report(written("checkpoint", "better")->key_place, "'better' of [checkpoint] changes nothing without 'best'",
           {"write best = \"knn/top1\", say: the metric by which the best checkpoint is kept"});
  if (best.empty()) return;
  std::vector<std::string> names;
  for (const EvaluateOptions& evaluator : experiment.evaluate) names.push_back(evaluator.name);
  const std::string name = best.substr(0, best.find('/'));
  if (name.size() + 1 >= best.size() || std::find(names.begin(), names.end(), name) == names.end())
    report(written("checkpoint", "best")->place,
           fmt::format("'best' of [checkpoint] must be a metric of an evaluator, as in \"knn/top1\", found {}",
                       Value(best).toml()),
           {suggestion(name, names, "evaluators: " + joined(names))});
  else if (experiment.checkpoint.better == CheckpointOptions::Better::automatic &&
           direction_of(best) == Direction::unknown)
    report(written("checkpoint", "best")->place,
           fmt::format("'best' of [checkpoint] is {}, of which it is not known which values are better",
                       Value(best).toml()),
           {"write better = \"less\" or better = \"greater\" beside it"});
}

std::optional<Part> ExperimentReader::with_host(const Slot& slot, const Value& table, const Hosted& host) {
  auto part = read_plugin(reading_, slot, table);
  if (!part) return std::nullopt;
  append(part->recipe.resolved, host.resolved);
  append(part->identity, host.identity);
  return part;
}

template <class Options>
void ExperimentReader::read_host(const std::string& name, Options& options) {
  FieldReader reader(reading_, table_of(name), {'[' + name + ']', name, {}, {}});
  Options::describe(reader, options);
  reader.bind();
  resolved_.set(name, reader.resolved());
  identity_.set(name, reader.identity());
}

template <class Options>
void ExperimentReader::read_part(const std::string& name, Kind kind, Options& options) {
  const std::string standard = default_plugin(name);
  if (standard.empty() && !document_.root.find(name)) {
    report_missing('[' + name + ']', fmt::format("write [{}] with plugin = \"…\"; {} plugins: {}", name, name_of(kind),
                                                 joined(reading_.catalogue.names(kind))));
    return;
  }
  const Value& table = table_of(name);
  if (standard.empty() && &table == &nothing_) return;  // reported as no table
  const Hosted hosted = host_options('[' + name + ']', name, table, options);
  auto part = with_host({kind, "plugin", name, hosted.names, standard}, table, hosted);
  if (!part) return;
  options.recipe = part->recipe;
  options.recipe.resolved.place = table.place;
  resolved_.set(name, std::move(part->recipe.resolved));
  identity_.set(name, std::move(part->identity));
}

void ExperimentReader::read_plain(const std::string& name, Kind kind, Recipe& recipe) {
  auto part = read_plugin(reading_, {kind, "plugin", name, {}, default_plugin(name)}, table_of(name));
  if (!part) return;
  recipe = part->recipe;
  recipe.resolved.place = table_of(name).place;
  resolved_.set(name, std::move(part->recipe.resolved));
  identity_.set(name, std::move(part->identity));
}

/// The default is what every run did before there were methods: it is no part of an identity, and printed where it is
/// written.
void ExperimentReader::read_method(Recipe& method) {
  const std::string standard = default_plugin("method");
  const Value& table = table_of("method");
  auto part = read_plugin(reading_, {Kind::method, "plugin", "method", {}, standard}, table);
  if (!part) return;
  method = part->recipe;
  method.resolved.place = table.place;
  if (&table == &nothing_) return;
  resolved_.set("method", std::move(part->recipe.resolved));
  if (part->identity.toml() != Value(Table{{"plugin", standard}}).toml())
    identity_.set("method", std::move(part->identity));
}

const Value& ExperimentReader::table_of(const std::string& name) {
  const Value* section = document_.root.find(name);
  if (!section) return nothing_;
  if (section->get_if<Table>()) return *section;
  report(section->place, fmt::format("[{}] must be a table, found {}", name, type_with_article(*section)),
         {fmt::format("write [{}] on a line of its own, and its keys below", name)});
  return nothing_;
}

const Value* ExperimentReader::written(const std::string& section, const std::string& key) const {
  const Value* table = document_.root.find(section);
  return table ? table->find(key) : nullptr;
}

void ExperimentReader::report(const Place& place, std::string sentence, std::vector<std::string> hints) {
  reading_.problems.add(place, std::move(sentence), std::move(hints));
}

/// With a file unread, its sections are not missing.
void ExperimentReader::report_missing(const std::string& section, std::string hint) {
  if (document_.complete) report(nothing_.place, section + " is missing", {std::move(hint)});
}

}  // namespace byolab
