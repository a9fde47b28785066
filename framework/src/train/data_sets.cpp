#include "train/data_sets.hpp"

#include <fmt/format.h>

#include "data/guarded_dataset.hpp"
#include "data/split.hpp"
#include "support/text.hpp"
#include "train/data_facts.hpp"
#include "train/model_state.hpp"

namespace byolab {
namespace {

Plugged<Dataset> open_split(const Recipe& recipe, const PluginCatalogue& catalogue, const char* split) {
  Context context;
  context.split = split;
  Plugged<Dataset> made = make_plugged<Dataset>(recipe, catalogue, context);
  expect_stateless({"state/data", made.object.get(), made.callee});
  made.object = guarded_dataset(made.object, made.callee);
  return made;
}

/// A plugin's own words, where its name and the call stand before them.
std::string_view own_words(std::string_view text) {
  constexpr std::string_view kCall = "failed in its constructor: ";
  const std::size_t at = text.find(kCall);
  return at == text.npos ? text : text.substr(at + kCall.size());
}

}  // namespace

DataSets open_data(const Experiment& experiment, const PluginCatalogue& catalogue) {
  const Recipe& recipe = experiment.data.recipe;
  DataSets sets;
  sets.train = open_split(recipe, catalogue, "train");
  try {
    sets.test = open_split(recipe, catalogue, "test");
  } catch (const Error& error) {
    sets.no_test = error;
  }
  return sets;
}

std::string DataSets::fingerprint(double validation) const {
  // Earlier versions set as many images of each class aside, which is another draw where classes are not equal.
  const bool by_share = validation > 0 && !has_equal_classes(*train.object);
  return "train: " + train.object->fingerprint() + (by_share ? ", validation a share of each class" : "") +
         "; test: " + (test ? test.object->fingerprint() : "none");
}

std::vector<std::string> DataSets::notes() const {
  std::vector<std::string> all;
  for (const Plugged<Dataset>* one : {&train, &test}) {
    if (!*one) continue;
    const std::vector<Metric> metrics = one->object->metrics();
    const std::vector<double> values = one->object->values();
    for (std::size_t i = 0; i < metrics.size(); ++i)
      if (values[i] != 0)
        all.push_back(printable(fmt::format("{}: {:.12g} {}", one->callee.name, values[i], metrics[i].meaning)));
  }
  if (no_test) all.push_back(printable(fmt::format("there are no test images: {}", own_words(no_test->what()))));
  return all;
}

DataFacts look_at_data(const Experiment& experiment, const PluginCatalogue& catalogue) {
  const DataSets sets = open_data(experiment, catalogue);
  const double validation = experiment.data.validation;
  return {sets.fingerprint(validation), training_images(*sets.train.object, validation, experiment.data.subset)};
}

}  // namespace byolab
