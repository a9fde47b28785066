#include "train/evaluation.hpp"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include <set>

#include "byolab/capability.hpp"
#include "byolab/random.hpp"
#include "config/problems.hpp"
#include "guard/given.hpp"
#include "train/dense.hpp"
#include "train/metric_names.hpp"
#include "train/model_state.hpp"
#include "train/moment.hpp"
#include "train/networks.hpp"
#include "train/snapshots.hpp"

namespace byolab {
namespace {

constexpr std::int64_t kCalibrations = 40;  // 0.9⁴⁰ = 1.5 %: what is left of a running mean's start

/// Puts the networks into evaluation mode, and everything back afterwards, the buffers too.
class AtRest {
 public:
  explicit AtRest(const Model& model) : model_(model) {
    for (const NamedModule& network : model.modules())
      for (const at::Tensor& buffer : network.module->buffers())
        if (buffer.defined()) kept_.emplace_back(buffer, buffer.clone());
    model.train(false);
  }
  /// After an error, too: what can be put back is.
  ~AtRest() {
    const c10::AutoGradMode no_gradient(false);
    for (auto& [buffer, value] : kept_)
      if (buffer.sizes() == value.sizes() && buffer.scalar_type() == value.scalar_type()) buffer.copy_(value);
    model_.train(true);
  }
  AtRest(const AtRest&) = delete;
  AtRest& operator=(const AtRest&) = delete;

 private:
  const Model& model_;
  std::vector<std::pair<at::Tensor, at::Tensor>> kept_;
};

/// Running statistics for an untrained network: some forward passes in training mode over plain images.
void calibrate(const Model& model, const RunData& data, const Compute& compute, std::int64_t images) {
  const std::int64_t n = std::min(images, data.size(DataPart::train));
  const std::int64_t batch = std::min(n, std::max<std::int64_t>(32, images / kCalibrations));
  if (n < 2) return;
  model.train(true);
  const c10::AutoGradMode no_gradient(false);
  const Autocast autocast(compute.device.type(), compute.dtype);
  for (std::int64_t pass = 0, begin = 0; pass < kCalibrations; ++pass, begin += batch) {
    if (begin + batch > n) begin = 0;
    const at::Tensor x = data.plain(DataPart::train, begin, begin + batch).to(compute.device);
    apply(model.predictor, apply(model.projector, apply(model.encoder, x, 0), 0), 0);
    if (!model.has_target()) continue;
    const at::Tensor y = apply(model.target_encoder, x, 0);
    if (model.target_projector) apply(model.target_projector, y, 0);
  }
  model.train(false);
}

EvaluationReport evaluate(const std::string& name, const Plugged<Evaluator>& evaluator, Moment& moment,
                          std::int64_t done, const Step& step) {
  const std::vector<Metric> metrics = evaluator.call("metrics()", step.index, [](Evaluator& e) { return e.metrics(); });
  return evaluator.call("evaluate()", step.index, [&](Evaluator& e) {
    const std::vector<double> values = e.evaluate(moment);
    moment.expect_unchanged();
    if (values.size() != metrics.size())
      throw Error(fmt::format("it gave {} numbers for {} declared metrics", values.size(), metrics.size()),
                  "one value for each of metrics(), in that order; NaN where it makes no sense");
    EvaluationReport report{done, name, {}};
    for (std::size_t i = 0; i < values.size(); ++i) report.values.emplace_back(metrics[i].name, values[i]);
    return report;
  });
}

Predictions predict(const std::string& name, const Plugged<Evaluator>& evaluator, Moment& moment, const Step& step) {
  return evaluator.call("predictions()", step.index, [&](Evaluator& e) {
    const at::Tensor named = capability<Predicts>(e)->predictions(moment);
    moment.expect_unchanged();
    const std::int64_t n = moment.size(Split::held_out), classes = moment.classes("");
    if (!named.defined() || named.scalar_type() != at::kLong || named.sizes() != at::IntArrayRef({n}))
      throw Error(fmt::format("it gave {}; expected is a class for each of {} held-out images: Long [{}]",
                              named.defined() ? shape_text(named.sizes(), named.scalar_type()) : "no tensor", n, n));
    if (n > 0 && (named.min().item<std::int64_t>() < -1 || named.max().item<std::int64_t>() >= classes))
      throw Error(fmt::format("it named a class beyond the {} that there are, from 0 on (-1: none)", classes));
    return Predictions{name, named};
  });
}

/// An evaluator asks for what the run does not have.
[[noreturn]] void refuse(const EvaluateOptions& options, const Callee& evaluator, const std::string& missing,
                         const char* fix) {
  throw PlacedError(
      options.recipe.resolved.place,
      Error(fmt::format("[[evaluate]] '{}': {} asks for {}", options.name, text_of(evaluator), missing), fix));
}

DataPart part_of(const EvaluateOptions& options, const RunData& data) {
  const bool validation = options.split == EvaluateOptions::Split::validation;
  const DataPart part = validation ? DataPart::validation : DataPart::test;
  if (data.size(part) > 0) return part;
  const std::string why = validation ? "the validation split is empty" : data.no_test_images();
  throw Error(fmt::format("[[evaluate]] '{}' gets no images to look at: {}", options.name,
                          why.empty() ? "the test split is empty" : why),
              validation ? "set [data] validation, or split = \"test\""
                         : "mend what is said there, or set [data] validation = 0.1, which sets a tenth of the "
                           "training images aside, or give the "
                           "data set a test split, or leave the evaluator out");
}

}  // namespace

Evaluation::Evaluation(const Experiment& experiment, const PluginCatalogue& catalogue, const Context& context)
    : experiment_(experiment) {
  for (const EvaluateOptions& options : experiment.evaluate) {
    const auto evaluator = make_plugged<Evaluator>(options.recipe, catalogue, context);
    items_.push_back({options, evaluator, evaluator.call("asks()", -1, [](Evaluator& e) { return e.asks(); })});
  }
  state_names_ = declared_state(components());
}

void Evaluation::check(const RunData& data, const Model& model) const {
  for (const auto& [options, evaluator, asks] : items_) {
    part_of(options, data);
    if (asks.annotations && !data.annotated())
      refuse(options, evaluator.callee, fmt::format("boxes of objects, and {} knows none", text_of(data.data_set())),
             "take a data set that knows where objects are, or leave this evaluator out");
    if (asks.maps && !capability<MapEncoder>(*model.encoder.object))
      refuse(options, evaluator.callee, fmt::format("feature maps, and {} gives none", text_of(model.encoder.callee)),
             kTakeAMapEncoder);
  }
}

const Evaluation::Item* Evaluation::predicting() const {
  for (const Item& item : items_)
    if (capability<Predicts>(*item.evaluator.object)) return &item;
  return nullptr;
}

std::string Evaluation::predictor() const {
  const Item* item = predicting();
  return item ? item->options.name : "";
}

std::vector<NamedComponent> Evaluation::components() const {
  std::vector<NamedComponent> all;
  for (const Item& item : items_)
    all.push_back({"state/evaluate/" + item.options.name, item.evaluator.object.get(), item.evaluator.callee});
  return all;
}

void Evaluation::save(Checkpoint& checkpoint, std::int64_t step) const {
  save_states(components(), state_names_, checkpoint, step);
}

void Evaluation::load(const Checkpoint& checkpoint, const std::vector<std::string>& added) const {
  std::vector<NamedComponent> known = components();
  for (const std::string& name : added)
    std::erase_if(known, [&](const NamedComponent& one) { return one.name == "state/evaluate/" + name; });
  load_states(known, checkpoint, -1);
}

Evaluation::Wanted Evaluation::due_after(const Step& step) {
  return [step](const EvaluateOptions& options) { return options.every.count > 0 && options.every.due(step); };
}

Evaluation::Wanted Evaluation::all() {
  return [](const EvaluateOptions&) { return true; };
}

Evaluation::Wanted Evaluation::without_row(const History& history, std::int64_t done) {
  std::set<std::string> there;
  for (const GroupHistory& rows : history)
    if (!rows.steps.empty() && rows.steps.back() == done) there.insert(rows.group);
  return [there](const EvaluateOptions& options) { return !there.contains("metrics/" + options.name); };
}

std::vector<GroupSpec> Evaluation::groups() const {
  std::vector<GroupSpec> groups;
  for (const Item& item : items_) {
    GroupSpec group{"metrics/" + item.options.name, {}, "step"};
    for (const Metric& metric : declared_metrics(item.evaluator.callee, *item.evaluator.object))
      group.columns.push_back({metric.name, metric.meaning, metric.unit});
    groups.push_back(std::move(group));
  }
  return groups;
}

std::vector<EvaluationReport> Evaluation::run(const Model& model, RunData& data, const Compute& compute,
                                              std::int64_t done, const Step& step, const Wanted& wanted,
                                              SnapshotKeeper* keeper) const {
  std::vector<const Item*> due;
  for (const Item& item : items_)
    if (wanted(item.options)) due.push_back(&item);
  return run_items(due, model, data, compute, done, step, keeper);
}

void Evaluation::look(const Model& model, RunData& data, const Compute& compute, std::int64_t done, const Step& step,
                      SnapshotKeeper& keeper) const {
  run_items({}, model, data, compute, done, step, &keeper);
}

std::vector<EvaluationReport> Evaluation::run_items(const std::vector<const Item*>& items, const Model& model,
                                                    RunData& data, const Compute& compute, std::int64_t done,
                                                    const Step& step, SnapshotKeeper* keeper) const {
  if (items.empty() && !keeper) return {};

  const AtRest rest(model);
  const bool untrained = done == 0 && experiment_.encoder.load.empty();  // loaded weights bring their statistics along
  if (untrained) calibrate(model, data, compute, experiment_.run.calibrate);
  const auto seed = static_cast<std::uint64_t>(experiment_.run.seed);
  seed_torch(seed, "evaluation", done);
  Moment moment(model, data, compute, step, seed);
  std::vector<EvaluationReport> reports;
  for (const Item* item : items) {
    moment.look_at(part_of(item->options, data), item->asks);
    reports.push_back(evaluate(item->options.name, item->evaluator, moment, done, step));
  }
  if (keeper) {
    const Item* item = data.classes() > 0 ? predicting() : nullptr;
    moment.look_at(keeper->part(), item ? item->asks : Asks{});
    const Predictions named = item ? predict(item->options.name, item->evaluator, moment, step) : Predictions{};
    keeper->keep(moment, named, done);
  }
  check_inventory(model, step.index);  // before what they hold is put back
  return reports;
}

}  // namespace byolab
