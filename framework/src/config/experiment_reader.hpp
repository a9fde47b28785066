#pragma once

#include <algorithm>

#include "api/host_kind.hpp"
#include "config/experiment.hpp"
#include "config/field_reader.hpp"
#include "config/plugin_reader.hpp"

namespace byolab {

/// Reads the sections of a document one after the other, gathering what was resolved and what makes the identity.
class ExperimentReader {
 public:
  ExperimentReader(const Document& document, const Catalogue& catalogue, Problems& problems);
  Experiment read();

 private:
  void check_sections();
  void read_run(Experiment& experiment);
  void read_data(Experiment& experiment);
  void read_views(Experiment& experiment);
  ViewOptions read_view(const Value& table, std::size_t index, List& resolved, List& identity);
  AugmentOptions read_augment(const Value& table, List& resolved, List& identity);
  void read_method(Recipe& method);
  void read_evaluate(Experiment& experiment);
  void read_listed(const HostKind& kind, std::vector<ListedOptions>& listed);
  void read_checkpoint(Experiment& experiment);

  /// A section of options that only the host reads.
  template <class Options>
  void read_host(const std::string& name, Options& options);
  /// A section that names a plugin, with the host's options beside it.
  template <class Options>
  void read_part(const std::string& name, Kind kind, Options& options);
  void read_plain(const std::string& name, Kind kind, Recipe& recipe);
  struct Hosted {
    Value resolved, identity;
    std::vector<std::string> names;
  };
  static void settle_split(EvaluateOptions& options, Hosted& hosted, bool validation);
  template <class Options>
  Hosted host_options(const std::string& text, const std::string& path, const Value& table, Options& options);
  /// Reads the plugin and puts the host's keys behind its own; nothing if there is none.
  std::optional<Part> with_host(const Slot& slot, const Value& table, const Hosted& host);

  /// The section's table: empty, with the file's place, if it is not written or no table.
  const Value& table_of(const std::string& name);
  /// The section's list; null if it is not written or no list.
  const List* list_of(const std::string& name);
  const Value* written(const std::string& section, const std::string& key) const;
  void report(const Place& place, std::string sentence, std::vector<std::string> hints = {});
  void report_missing(const std::string& section, std::string hint);
  /// What a name is used as: "[[evaluate]]", "the name of its metrics' group"; one that is taken, and why.
  struct NameUse {
    std::string section, use, taken = {}, why = {};
  };
  void check_name(const NameUse& use, const std::string& name, const Place& place);
  /// Reports a name that one of the earlier elements has.
  template <class Element>
  void check_new(const std::string& name, const std::string& path, const Value& element,
                 const std::vector<Element>& earlier);
  void report_twice(const std::string& name, const std::string& path, const Value& element);

  const Document& document_;
  Reading reading_;
  Value nothing_;
  Value resolved_, identity_;
};

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

template <class Element>
void ExperimentReader::check_new(const std::string& name, const std::string& path, const Value& element,
                                 const std::vector<Element>& earlier) {
  const auto same = [&](const Element& other) { return other.name == name; };
  if (!name.empty() && std::any_of(earlier.begin(), earlier.end(), same)) report_twice(name, path, element);
}

}  // namespace byolab
