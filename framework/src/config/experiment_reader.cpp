#include "config/experiment_reader.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "config/defaults.hpp"
#include "config/field_text.hpp"
#include "config/flat_keys.hpp"
#include "config/identity_text.hpp"
#include "config/merge.hpp"
#include "config/sections.hpp"
#include "config/suggest.hpp"
#include "support/metric_direction.hpp"
#include "support/text.hpp"

namespace byolab {
namespace {

constexpr const char* kNameAdvice =
    "it may hold no '/' and no control characters, not begin with '.', and have up to 200 bytes";

/// Of a folder, or of a group in the record.
bool does_as_name(const std::string& name) {
  const auto control = [](unsigned char letter) { return letter < 0x20 || letter == 0x7F; };
  return !name.empty() && name.size() <= 200 && name.find('/') == std::string::npos && name.front() != '.' &&
         std::none_of(name.begin(), name.end(), control);
}

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
  if (!does_as_name(run.name)) {
    const Value* name = written("run", "name");
    report(name ? name->place : nothing_.place,
           fmt::format("'name' of [run] must do as a folder's name, found {}", Value(run.name).toml()), {kNameAdvice});
  }
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

void ExperimentReader::read_views(Experiment& experiment) {
  List resolved, identity;
  const List* views = list_of("views");
  if (!views) {
    if (!document_.root.find("views"))
      report_missing("[[views]]", "write two [[views]], each with preset = \"…\" or [[views.augment]] of its own");
  } else {
    if (views->size() < 2)
      report(document_.root.find("views")->key_place,
             fmt::format("two [[views]] or more are needed, found {}", views->size()),
             {"write one [[views]] for each view; they may be alike"});
    for (std::size_t i = 0; i < views->size(); ++i) {
      ViewOptions view = read_view((*views)[i], i, resolved, identity);
      for (const ViewOptions& other : experiment.views)
        if (other.name == view.name) report_twice(view.name, "views", (*views)[i]);
      experiment.views.push_back(std::move(view));
    }
  }
  resolved_.set("views", std::move(resolved));
  identity_.set("views", std::move(identity));
}

ViewOptions ExperimentReader::read_view(const Value& table, std::size_t index, List& resolved, List& identity) {
  struct Host {
    std::string name;
    static void describe(Fields& field, Host& o) { field("name", o.name, "of the view; by default view1, view2, …"); }
  } host{"view" + std::to_string(index + 1)};
  ViewOptions view;
  FieldReader reader(reading_, table, {"[[views]]", "views", {"augment", "preset"}, {}});
  Host::describe(reader, host);
  reader.bind();
  view.name = host.name;
  List augment, augment_identity;
  if (const Value* list = table.find("augment")) {
    const auto* elements = list->get_if<List>();
    const bool tables =
        elements && std::all_of(elements->begin(), elements->end(), [](const Value& e) { return e.get_if<Table>(); });
    if (!tables)
      report(list->place, "'augment' of [[views]] must be a list of tables",
             {"write [[views.augment]] with plugin = \"…\""});
    for (std::size_t i = 0; tables && i < elements->size(); ++i) {
      AugmentOptions op = read_augment((*elements)[i], augment, augment_identity);
      for (const AugmentOptions& other : view.augment)
        if (other.name == op.name && !op.name.empty()) report_twice(op.name, "views.augment", (*elements)[i]);
      view.augment.push_back(std::move(op));
    }
  }
  resolved.emplace_back(Table{{"name", view.name}, {"augment", std::move(augment)}});
  identity.emplace_back(Table{{"name", view.name}, {"augment", std::move(augment_identity)}});
  return view;
}

AugmentOptions ExperimentReader::read_augment(const Value& table, List& resolved, List& identity) {
  struct Host {
    std::string name;
    static void describe(Fields& field, Host& o) {
      field("name", o.name, "of the augmentation; by default its plugin's");
    }
  } host{name_of_element(table, "views.augment", 0)};
  AugmentOptions op;
  const Hosted hosted = host_options("[[views.augment]]", "views.augment", table, host);
  op.name = host.name;
  if (auto part = with_host({Kind::augmentation, "plugin", "views.augment", hosted.names, {}}, table, hosted)) {
    op.recipe = std::move(part->recipe);
    op.recipe.resolved.place = table.place;  // for what is wrong with where it stands
    resolved.push_back(op.recipe.resolved);
    identity.push_back(std::move(part->identity));
  }
  return op;
}

void ExperimentReader::read_evaluate(Experiment& experiment) {
  struct Host {
    std::string name;
    EvaluateOptions options;
    static void describe(Fields& field, Host& o) {
      field("name", o.name, "of its metrics' group; by default its plugin's");
      EvaluateOptions::describe(field, o.options);
    }
  };
  List resolved, identity;
  const List* list = list_of("evaluate");
  for (std::size_t i = 0; list && i < list->size(); ++i) {
    const Value& table = (*list)[i];
    Host host{name_of_element(table, "evaluate", i), {}};
    Hosted hosted = host_options("[[evaluate]]", "evaluate", table, host);
    settle_split(host.options, hosted, experiment.data.validation > 0);
    EvaluateOptions options = std::move(host.options);
    options.name = host.name;
    const Value* name = table.find("name");
    if (name && (!does_as_name(options.name) || options.name == "train")) {
      report(name->place,
             fmt::format("'name' of [[evaluate]] must do as the name of its metrics' group, found {}",
                         Value(options.name).toml()),
             {std::string(kNameAdvice) + "; 'train' is taken by the training's own metrics"});
    }
    for (const EvaluateOptions& other : experiment.evaluate)
      if (other.name == options.name && !options.name.empty()) report_twice(options.name, "evaluate", table);
    if (auto part = with_host({Kind::evaluator, "plugin", "evaluate", hosted.names, {}}, table, hosted)) {
      options.recipe = std::move(part->recipe);
      options.recipe.resolved.place = table.place;  // for what the run does not have of what it asks for
      resolved.push_back(options.recipe.resolved);
      identity.push_back(std::move(part->identity));
    }
    experiment.evaluate.push_back(std::move(options));
  }
  resolved_.set("evaluate", std::move(resolved));
  identity_.set("evaluate", std::move(identity));
}

/// Passive ones are no part of the identity. Of an experiment that has none at all, nothing is printed.
void ExperimentReader::read_listed(const HostKind& kind, std::vector<ListedOptions>& listed) {
  struct Host {
    std::string name;
    static void describe(Fields& field, Host& o) { field("name", o.name, "unique; by default its plugin's"); }
  };
  const List* list = list_of(kind.section);
  if (!list || list->empty()) return;
  List resolved, identity;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Value& table = (*list)[i];
    Host host{name_of_element(table, kind.section, i)};
    const Hosted hosted = host_options(fmt::format("[[{}]]", kind.section), kind.section, table, host);
    const Value* name = table.find("name");
    if (name && !does_as_name(host.name))
      report(name->place,
             fmt::format("'name' of [[{}]] must do as a file's name, found {}", kind.section, Value(host.name).toml()),
             {kNameAdvice});
    for (const ListedOptions& other : listed)
      if (other.name == host.name && !host.name.empty()) report_twice(host.name, kind.section, table);
    auto part = with_host({kind.kind, "plugin", kind.section, hosted.names, {}}, table, hosted);
    if (!part) continue;
    const Entry* entry = reading_.catalogue.find(kind.kind, part->recipe.name);
    const bool passive = entry && entry->passive;
    resolved.push_back(part->recipe.resolved);
    if (!passive) identity.push_back(std::move(part->identity));
    listed.push_back({host.name, std::move(part->recipe), passive});
  }
  resolved_.set(kind.section, std::move(resolved));
  if (!identity.empty()) identity_.set(kind.section, std::move(identity));
}

/// `auto` means one of the two, and which one is known here.
void ExperimentReader::settle_split(EvaluateOptions& options, Hosted& hosted, bool validation) {
  if (options.split != EvaluateOptions::Split::automatic) return;
  options.split = validation ? EvaluateOptions::Split::validation : EvaluateOptions::Split::test;
  for (Value* table : {&hosted.resolved, &hosted.identity}) table->set("split", validation ? "validation" : "test");
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

template <class Options>
ExperimentReader::Hosted ExperimentReader::host_options(const std::string& text, const std::string& path,
                                                        const Value& table, Options& options) {
  FieldReader reader(reading_, table, {text, path, {}, {}, false});
  Options::describe(reader, options);
  reader.bind();
  Hosted hosted{reader.resolved(), reader.identity(), {}};
  for (const Field& field : reader.fields()) hosted.names.push_back(field.name);
  return hosted;
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

const List* ExperimentReader::list_of(const std::string& name) {
  const Value* section = document_.root.find(name);
  if (!section) return nullptr;
  const auto* list = section->get_if<List>();
  if (list && std::all_of(list->begin(), list->end(), [](const Value& e) { return e.get_if<Table>(); })) return list;
  report(section->place,
         fmt::format("[[{}]] must be a list of tables, found {}", name,
                     list ? "a list of other things" : type_with_article(*section)),
         {fmt::format("write [[{}]], in two pairs of brackets, for each", name)});
  return nullptr;
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

void ExperimentReader::report_twice(const std::string& name, const std::string& path, const Value& element) {
  const Value* at = element.find("name");
  if (!at) at = element.find("plugin");
  report(at ? at->place : element.place, fmt::format("two elements of '{}' are named '{}'", path, name),
         {"give one of them a `name` of its own"});
}

}  // namespace byolab
