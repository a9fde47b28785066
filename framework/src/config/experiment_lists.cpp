// What stands in double brackets: [[views]], [[evaluate]], and the lists of kinds that have one of their own.
#include "config/experiment_reader.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "config/field_text.hpp"
#include "config/merge.hpp"

namespace byolab {
namespace {

constexpr const char* kNameAdvice =
    "it may hold no '/' and no control characters, not begin with '.', and have up to 200 bytes";

/// Of a folder, or of something in the record.
bool does_as_name(const std::string& name) {
  const auto control = [](unsigned char letter) { return letter < 0x20 || letter == 0x7F; };
  return !name.empty() && name.size() <= 200 && name.find('/') == std::string::npos && name.front() != '.' &&
         std::none_of(name.begin(), name.end(), control);
}

}  // namespace

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
      check_new(view.name, "views", (*views)[i], experiment.views);
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
      check_new(op.name, "views.augment", (*elements)[i], view.augment);
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
    if (const Value* name = table.find("name"))
      check_name({"[[evaluate]]", "the name of its metrics' group", "train", "is taken by the training's own metrics"},
                 options.name, name->place);
    check_new(options.name, "evaluate", table, experiment.evaluate);
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
    if (const Value* name = table.find("name"))
      check_name({fmt::format("[[{}]]", kind.section), "a file's name"}, host.name, name->place);
    check_new(host.name, kind.section, table, listed);
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

void ExperimentReader::check_name(const NameUse& use, const std::string& name, const Place& place) {
  if (does_as_name(name) && name != use.taken) return;
  report(place, fmt::format("'name' of {} must do as {}, found {}", use.section, use.use, Value(name).toml()),
         {use.taken.empty() ? kNameAdvice : fmt::format("{}; '{}' {}", kNameAdvice, use.taken, use.why)});
}

void ExperimentReader::report_twice(const std::string& name, const std::string& path, const Value& element) {
  const Value* at = element.find("name");
  if (!at) at = element.find("plugin");
  report(at ? at->place : element.place, fmt::format("two elements of '{}' are named '{}'", path, name),
         {"give one of them a `name` of its own"});
}

}  // namespace byolab
