#include "config/schema.hpp"

#include <algorithm>
#include <map>

#include "api/host_kind.hpp"
#include "config/describe.hpp"
#include "config/schema_fields.hpp"
#include "config/schema_sweep.hpp"
#include "config/sections.hpp"

namespace byolab {
namespace {

using nlohmann::json;

json object_of(json properties) {
  return {{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
}

/// A plugin's name, summary and the properties of its options.
struct PluginSchema {
  std::string name, summary;
  json properties;
};

void add_once(std::vector<std::string>* list, const std::string& line) {
  if (list && std::find(list->begin(), list->end(), line) == list->end()) list->push_back(line);
}

std::vector<PluginSchema> plugins_of(const Catalogue& catalogue, Kind kind, std::vector<std::string>* left_out) {
  std::vector<PluginSchema> out;
  for (const std::string& name : catalogue.names(kind)) {
    try {
      if (const Entry* entry = catalogue.find(kind, name))
        out.push_back({name, entry->summary, properties_of(fields_of_plugin(*entry))});
    } catch (const std::exception& error) {
      add_once(left_out, error.what());  // a library's plugins may all be left out for the same reason
    }
  }
  return out;
}

/// Adds a schema to those that a key may have: two plugins may give one name different types.
void widen(json& properties, const std::string& key, const json& schema) {
  json& present = properties[key];
  if (present.is_null()) {
    present = schema;
  } else if (present != schema) {
    if (!present.contains("x-union")) present = {{"anyOf", json::array({present})}, {"x-union", true}};
    for (const json& one : present["anyOf"])
      if (one == schema) return;
    present["anyOf"].push_back(schema);
  }
}

/// A table that names a plugin, or inherits one and then may have any plugin's keys.
json plugin_table(const std::vector<PluginSchema>& plugins, Kind kind, const json& host) {
  const char* key = host_kind(kind).key;
  json branches = json::array(), any = host;
  for (const PluginSchema& plugin : plugins) {
    json properties = host;
    properties.update(plugin.properties);
    properties[key] = {{"enum", {plugin.name}}, {"description", plugin.summary}};
    json branch = object_of(std::move(properties));
    branch["title"] = plugin.name;
    branch["required"] = {key};
    branches.push_back(std::move(branch));
    for (const auto& [name, schema] : plugin.properties.items()) widen(any, name, schema);
  }
  for (auto& [name, schema] : any.items()) schema.erase("x-union");
  json inherited = object_of(std::move(any));  // has no `plugin` among its properties
  inherited["title"] = "inherited or default";
  branches.push_back(std::move(inherited));
  return {{"anyOf", std::move(branches)}};
}

json text_schema(const char* description) { return {{"type", "string"}, {"description", description}}; }

class SchemaMaker {
 public:
  SchemaMaker(const Catalogue& catalogue, std::vector<std::string>* left_out) {
    for (const HostKind* one : host_kinds()) plugins_[one->kind] = plugins_of(catalogue, one->kind, left_out);
  }

  json make() const {
    json properties;
    properties["extends"] = {{"description", "a file, or a list of files, that this one is merged over"},
                             {"anyOf", {json{{"type", "string"}}, list_of({{"type", "string"}})}}};
    for (const Section& section : sections()) properties[section.name] = section_schema(section);
    json out = object_of(std::move(properties));
    out["$schema"] = "http://json-schema.org/draft-04/schema#";
    out["title"] = "byolab experiment";
    for (const HostKind* one : host_kinds())
      out["definitions"][one->name] =
          plugin_table(plugins_.at(one->kind), one->kind, {{"name", text_schema("in a list of plugins")}});
    return out;
  }

 private:
  json section_schema(const Section& section) const {
    json host = section.host ? properties_of(section.host()) : json::object();
    if (section.list && section.name != "claim") {
      host["name"] = text_schema("by default its plugin's name");
      host["remove"] = {{"type", "boolean"}, {"description", "true drops the inherited element of this name"}};
    }
    json table;
    if (section.name == "sweep")
      table = sweep_schema();
    else if (section.name == "claim")
      table = claim_schema();
    else if (section.name == "views")
      table = view_schema(host);
    else if (section.kind)
      table = plugin_table(plugins_.at(*section.kind), *section.kind, host);
    else if (section.host)
      table = object_of(std::move(host));
    json out = section.list ? list_of(std::move(table)) : std::move(table);
    out["description"] = section.meaning;
    return out;
  }

  json view_schema(json host) const {
    json op_host{{"name", host["name"]}, {"remove", host["remove"]}};
    host["name"] = text_schema("by default view1, view2, …");
    host["preset"] = text_schema("a preset's name or path: augmentations that this view starts from");
    host["augment"] = list_of(plugin_table(plugins_.at(Kind::augmentation), Kind::augmentation, op_host));
    return object_of(std::move(host));
  }

  std::map<Kind, std::vector<PluginSchema>> plugins_;
};

}  // namespace

json make_schema(const Catalogue& catalogue, std::vector<std::string>* left_out) {
  return SchemaMaker(catalogue, left_out).make();
}

}  // namespace byolab
