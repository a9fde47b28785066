#include "train/evaluation.hpp"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include <map>
#include <optional>
#include <set>

#include "byolab/random.hpp"
#include "guard/on_loan.hpp"
#include "train/metric_names.hpp"
#include "train/model_state.hpp"
#include "train/networks.hpp"
#include "train/snapshots.hpp"

namespace byolab {
namespace {

constexpr std::int64_t kBatch = 250;        // images a forward pass in evaluation
constexpr std::int64_t kPairs = 1000;       // images for alignment and the like
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

/// What the evaluators of one moment share. Everything is computed when it is first asked for.
class Moment final : public Subject {
 public:
  Moment(const Model& model, RunData& data, const Compute& compute, const Step& step, std::uint64_t seed)
      : model_(model), data_(data), compute_(compute), step_(step), seed_(seed) {
    lend("the online network's weights", model.online.tensors(Which::parameters));
    lend("the target network's weights", model.target.tensors(Which::parameters));
  }

  void look_at(DataPart part) { part_ = part; }

  /// Throws Error if an evaluator wrote what all share. To be called inside the guarded call.
  void expect_unchanged() const {
    for (const auto& [what, loan] : loans_) byolab::expect_unchanged(loan, what);
  }

  const Embedded& train() override { return embedded(DataPart::train); }
  const Embedded& held_out() override { return embedded(part_); }
  std::pair<at::Tensor, at::Tensor> labels(const std::string& set) override {
    return {data_.labels(DataPart::train, set), data_.labels(part_, set)};
  }
  const PairedViews& pairs() override {
    if (!pairs_.contains(part_)) pairs_[part_] = make_pairs();
    return pairs_[part_];
  }
  std::int64_t classes(const std::string& set) override { return data_.classes(set); }
  const Weights& online() override { return model_.online; }
  const Weights* target() override { return model_.has_target() ? &model_.target : nullptr; }
  Step step() const override { return step_; }
  std::uint64_t seed() const override { return seed_; }

 private:
  at::Tensor features(const Plugged<Encoder>& encoder, const at::Tensor& images) const {
    const c10::AutoGradMode no_gradient(false);
    const Autocast autocast(compute_.device.type(), compute_.dtype);
    return apply(encoder, images.to(compute_.device), step_.index);
  }
  at::Tensor head(const Plugged<Head>& head, const at::Tensor& x) const {
    const c10::AutoGradMode no_gradient(false);
    const Autocast autocast(compute_.device.type(), compute_.dtype);
    return apply(head, x, step_.index);
  }
  static at::Tensor home(const at::Tensor& tensor) { return tensor.to(at::kCPU, at::kFloat); }

  void lend(const std::string& what, std::vector<at::Tensor> tensors) {
    loans_.emplace_back(what, OnLoan(std::move(tensors)));
  }

  const Embedded& embedded(DataPart part) {
    if (embedded_.contains(part)) return embedded_[part];
    std::vector<at::Tensor> pieces;
    for (std::int64_t begin = 0, n = data_.size(part); begin < n; begin += kBatch)
      pieces.push_back(home(features(model_.encoder, data_.plain(part, begin, std::min(n, begin + kBatch)))));
    const Embedded& made = embedded_[part] = {at::cat(pieces), data_.labels(part)};
    lend("features or labels", {made.features, made.labels});
    return made;
  }

  PairedViews make_pairs() {
    PairedViews pairs;
    const std::vector<at::Tensor> views = data_.paired(part_, std::min(kPairs, data_.size(part_)));
    for (int v = 0; v < 2; ++v) {
      std::vector<at::Tensor> y, z, q, t;
      for (const at::Tensor& images : views[static_cast<std::size_t>(v)].split(kBatch)) {
        y.push_back(features(model_.encoder, images));
        z.push_back(head(model_.projector, y.back()));
        q.push_back(head(model_.predictor, z.back()));
        if (model_.target_projector) t.push_back(head(model_.target_projector, features(model_.target_encoder, images)));
      }
      pairs.features[v] = home(at::cat(y));
      pairs.projection[v] = home(at::cat(z));
      pairs.prediction[v] = home(at::cat(q));
      if (!t.empty()) pairs.target[v] = home(at::cat(t));
      lend("paired views", {pairs.features[v], pairs.projection[v], pairs.prediction[v], pairs.target[v]});
    }
    return pairs;
  }

  const Model& model_;
  RunData& data_;
  const Compute& compute_;
  Step step_;
  std::uint64_t seed_;
  DataPart part_ = DataPart::test;
  std::map<DataPart, Embedded> embedded_;
  std::map<DataPart, PairedViews> pairs_;
  std::vector<std::pair<std::string, OnLoan>> loans_;
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
  for (const EvaluateOptions& options : experiment.evaluate)
    items_.push_back({options, make_plugged<Evaluator>(options.recipe, catalogue, context)});
  state_names_ = declared_state(components());
}

void Evaluation::check(const RunData& data) const {
  for (const Item& item : items_) part_of(item.options, data);
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
    moment.look_at(part_of(item->options, data));
    reports.push_back(evaluate(item->options.name, item->evaluator, moment, done, step));
  }
  if (keeper) {
    moment.look_at(keeper->part());
    keeper->keep(moment, done);
  }
  check_inventory(model, step.index);  // before what they hold is put back
  return reports;
}

}  // namespace byolab
