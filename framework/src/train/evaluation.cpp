#include "train/evaluation.hpp"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include <map>
#include <optional>

#include "byolab/random.hpp"
#include "train/metric_names.hpp"
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
    for (const auto& [name, module] : model.modules())
      for (const at::Tensor& buffer : module->buffers()) kept_.emplace_back(buffer, buffer.clone());
    model.train(false);
  }
  ~AtRest() {
    const c10::AutoGradMode no_gradient(false);
    for (auto& [buffer, value] : kept_) buffer.copy_(value);
    model_.train(true);
  }

 private:
  const Model& model_;
  std::vector<std::pair<at::Tensor, at::Tensor>> kept_;
};

/// What the evaluators of one moment share. Everything is computed when it is first asked for.
class Moment final : public Subject {
 public:
  Moment(const Model& model, RunData& data, const Compute& compute, const Step& step, std::uint64_t seed)
      : model_(model), data_(data), compute_(compute), step_(step), seed_(seed) {}

  void look_at(Part part) { part_ = part; }

  const Embedded& train() override { return embedded(Part::train); }
  const Embedded& held_out() override { return embedded(part_); }
  std::pair<at::Tensor, at::Tensor> labels(const std::string& set) override {
    return {data_.labels(Part::train, set), data_.labels(part_, set)};
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
    return encoder.call("forward()", step_.index, [&](Encoder& f) { return f.forward(images.to(compute_.device)); });
  }
  at::Tensor head(const Plugged<Head>& head, const at::Tensor& x) const {
    const c10::AutoGradMode no_gradient(false);
    const Autocast autocast(compute_.device.type(), compute_.dtype);
    return head.call("forward()", step_.index, [&](Head& g) { return g.forward(x); });
  }
  static at::Tensor home(const at::Tensor& tensor) { return tensor.to(at::kCPU, at::kFloat); }

  const Embedded& embedded(Part part) {
    if (embedded_.contains(part)) return embedded_[part];
    std::vector<at::Tensor> pieces;
    for (std::int64_t begin = 0, n = data_.size(part); begin < n; begin += kBatch)
      pieces.push_back(home(features(model_.encoder, data_.plain(part, begin, std::min(n, begin + kBatch)))));
    return embedded_[part] = {at::cat(pieces), data_.labels(part)};
  }

  PairedViews make_pairs() const {
    PairedViews pairs;
    const std::vector<at::Tensor> views = data_.paired(part_, std::min(kPairs, data_.size(part_)));
    for (int v = 0; v < 2; ++v) {
      std::vector<at::Tensor> y, z, q, t;
      for (const at::Tensor& images : views[static_cast<std::size_t>(v)].split(kBatch)) {
        y.push_back(features(model_.encoder, images));
        z.push_back(head(model_.projector, y.back()));
        q.push_back(head(model_.predictor, z.back()));
        if (model_.has_target()) t.push_back(head(model_.target_projector, features(model_.target_encoder, images)));
      }
      pairs.features[v] = home(at::cat(y));
      pairs.projection[v] = home(at::cat(z));
      pairs.prediction[v] = home(at::cat(q));
      if (!t.empty()) pairs.target[v] = home(at::cat(t));
    }
    return pairs;
  }

  const Model& model_;
  RunData& data_;
  const Compute& compute_;
  Step step_;
  std::uint64_t seed_;
  Part part_ = Part::test;
  std::map<Part, Embedded> embedded_;
  std::map<Part, PairedViews> pairs_;
};

/// Running statistics for an untrained network: some forward passes in training mode over plain images.
void calibrate(const Model& model, const RunData& data, const Compute& compute, std::int64_t images) {
  const std::int64_t n = std::min(images, data.size(Part::train));
  const std::int64_t batch = std::min(n, std::max<std::int64_t>(32, images / kCalibrations));
  if (n < 2) return;
  model.train(true);
  const c10::AutoGradMode no_gradient(false);
  const Autocast autocast(compute.device.type(), compute.dtype);
  for (std::int64_t pass = 0, begin = 0; pass < kCalibrations; ++pass, begin += batch) {
    if (begin + batch > n) begin = 0;
    const at::Tensor x = data.plain(Part::train, begin, begin + batch).to(compute.device);
    const auto through = [&](const Plugged<Encoder>& encoder, const Plugged<Head>& projector) {
      const at::Tensor y = encoder.call("forward()", 0, [&](Encoder& f) { return f.forward(x); });
      return projector.call("forward()", 0, [&](Head& g) { return g.forward(y); });
    };
    const at::Tensor z = through(model.encoder, model.projector);
    model.predictor.call("forward()", 0, [&](Head& q) { return q.forward(z); });
    if (model.has_target()) through(model.target_encoder, model.target_projector);
  }
  model.train(false);
}

Part part_of(const EvaluateOptions& options, const RunData& data) {
  const bool validation = options.split == EvaluateOptions::Split::validation ||
                          (options.split == EvaluateOptions::Split::automatic && data.size(Part::validation) > 0);
  const Part part = validation ? Part::validation : Part::test;
  if (data.size(part) == 0)
    throw Error(fmt::format("[[evaluate]] '{}' has no images to look at: the {} split is empty", options.name,
                            validation ? "validation" : "test"),
                validation ? "set [data] validation, or split = \"test\"" : "set [data] validation, or give the data set a test split");
  return part;
}

}  // namespace

Evaluation::Evaluation(const Experiment& experiment, const PluginCatalogue& catalogue, const Context& context)
    : experiment_(experiment) {
  for (const EvaluateOptions& options : experiment.evaluate)
    items_.push_back({options, make_plugged<Evaluator>(options.recipe, catalogue, context)});
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
                                              std::int64_t done, const Step& step, bool all,
                                              SnapshotKeeper* keeper) const {
  std::vector<const Item*> due;
  for (const Item& item : items_)
    if (all || (item.options.every.count > 0 && item.options.every.due(step))) due.push_back(&item);
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
    const std::vector<double> values =
        item->evaluator.call("evaluate()", step.index, [&](Evaluator& evaluator) { return evaluator.evaluate(moment); });
    const std::vector<Metric> metrics =
        item->evaluator.call("metrics()", step.index, [](Evaluator& evaluator) { return evaluator.metrics(); });
    if (values.size() != metrics.size())
      throw Error(fmt::format("evaluator '{}' declares {} metrics and gave {} values", item->options.name, metrics.size(), values.size()));
    EvaluationReport report{done, item->options.name, {}};
    for (std::size_t i = 0; i < values.size(); ++i) report.values.emplace_back(metrics[i].name, values[i]);
    reports.push_back(std::move(report));
  }
  if (keeper) {
    moment.look_at(keeper->part());
    keeper->keep(moment, done);
  }
  return reports;
}

}  // namespace byolab
