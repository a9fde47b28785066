#include "sweep/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "config/expand.hpp"
#include "config/suggest.hpp"
#include "sweep/effects.hpp"
#include "train/circumstances.hpp"
#include "train/data_facts.hpp"
#include "train/metric_names.hpp"
#include "train/provenance.hpp"
#include "train/starting_weights.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;

class Planner {
 public:
  Planner(const Draft& draft, const std::vector<std::string>& sets, const PluginCatalogue& catalogue,
          const std::vector<fs::path>& presets, Problems& problems)
      : draft_(draft),
        catalogue_(catalogue),
        presets_(presets),
        problems_(problems),
        sets_(parse_settings(sets, problems)) {}

  Plan make(fs::path output) {
    const Document base = draft_.with(sets_, problems_, presets_);
    // The file by itself: what is wrong there is said once, and not for each trial.
    const Experiment plain = read_experiment(base, catalogue_, problems_);
    plan_.source = base.source;
    plan_.output = output.empty() ? fs::path(plain.run.output) : fs::absolute(output).lexically_normal();
    plan_.threads = plain.run.threads > 0 ? static_cast<int>(plain.run.threads) : 1;
    const Value* written = base.root.find("sweep");
    if (!written) {
      if (!base.complete) return std::move(plan_);  // the file could not be read, which has been said
      problems_.add({base.root.place.file, 0, 0}, "there is no [sweep] in it",
                    {"write [sweep] with seeds = [0, 1, 2], and [[sweep.axis]] for what varies"});
      return std::move(plan_);
    }
    spec_ = read_sweep(*written, problems_);
    plan_.name = spec_.name.empty() ? fs::path(base.root.place.file).stem().string() : spec_.name;
    plan_.folder = plan_.output / plan_.name;
    check_seed_settings();
    if (spec_.seeds.empty()) spec_.seeds = {plain.run.seed};
    plan_.metric = spec_.metric;
    plan_.better = spec_.better;
    if (!plan_.metric.empty() && plan_.better == Direction::unknown)
      plan_.notes.push_back(
          fmt::format("which values of {} are better is not known, so that no trial is called best; "
                      "[sweep] better = \"less\" or \"greater\" says it",
                      plan_.metric));
    for (const Axis& axis : spec_.axes) plan_.axes.push_back(axis.name);
    const std::vector<Arm> arms = arms_of(spec_, problems_);
    if (too_many(arms.size(), written->place)) return std::move(plan_);
    add_arms(arms);
    add_baseline(arms.empty());
    plan_.claims = read_claims(plain.claims, claimable(arms), plan_.metric, problems_);
    for (Claim& claim : plan_.claims)
      for (std::string* arm : {&claim.arm, &claim.other, &claim.arm_from, &claim.other_from}) *arm = run_as(*arm);
    if (problems_.empty()) check_metrics(*written);
    if (problems_.empty()) effects_.judge_sets(plan_.notes, problems_);
    return std::move(plan_);
  }

 private:
  void check_seed_settings() {
    for (const Setting& setting : sets_)
      if (setting.path == "run.seed" && !spec_.seeds.empty())
        problems_.add(setting.place, "'run.seed' changes nothing: [sweep] seeds says which seeds there are",
                      {"--set sweep.seeds=[2]"});
  }

  bool too_many(std::size_t arms, const Place& place) {
    constexpr std::size_t kMost = 100'000;
    if (arms * spec_.seeds.size() <= kMost) return false;
    problems_.add(place, fmt::format("{} arms of {} seeds are more than a sweep takes ({} trials)", arms,
                                     spec_.seeds.size(), kMost));
    return true;
  }

  /// A column of the table of trials belongs to training or to an evaluator of some trial.
  void check_metrics(const Value& sweep) {
    std::vector<std::string> columns{"train_loss", "train_z_std"};
    for (const auto& [name, evaluator] : evaluators_)
      for (const std::string& metric : evaluator.metrics) columns.push_back(name + "_" + metric);
    const auto known = [&](const std::string& metric) {
      const auto may_have = [&](const auto& one) { return one.second.unknown && metric.starts_with(one.first + "_"); };
      return std::find(columns.begin(), columns.end(), metric) != columns.end() ||
             std::any_of(evaluators_.begin(), evaluators_.end(), may_have);
    };
    const auto check = [&](const std::string& metric, const Place& place, const char* where) {
      if (!metric.empty() && !known(metric))
        problems_.add(place, fmt::format("{} names the metric '{}', which no trial will have", where, metric),
                      {suggestion(metric, columns, "metrics: " + joined(columns))});
    };
    if (const Value* written = sweep.find("metric")) check(plan_.metric, written->place, "[sweep]");
    for (const Claim& claim : plan_.claims) check(claim.metric, claim.place, "a [[claim]]");
  }

  /// What an evaluator will record; one that cannot be made without images may record anything.
  void note_evaluator(const EvaluateOptions& options) {
    if (options.split == EvaluateOptions::Split::test) plan_.on_test.insert(options.name);
    if (!looked_at_.insert(options.name + "\n" + options.recipe.resolved.toml()).second) return;
    Recorded& recorded = evaluators_[options.name];
    try {
      for (const Metric& metric : evaluator_metrics(options, catalogue_)) recorded.metrics.insert(metric.name);
    } catch (const PlacedError& error) {
      recorded.unknown = true;
      plan_.notes.push_back(fmt::format("evaluator '{}' may not be made: {}", options.name, error.what()));
    } catch (const std::exception&) {
      recorded.unknown = true;
    }
  }

  /// [checkpoint] best names a metric of the evaluators, which have been looked at.
  void check_best(const std::string& best, const Place& place, Problems& problems) const {
    const std::string name = best.substr(0, best.find('/'));
    const auto evaluator = evaluators_.find(name);
    if (best.empty() || evaluator == evaluators_.end() || evaluator->second.unknown) return;
    const std::set<std::string>& metrics = evaluator->second.metrics;
    if (metrics.contains(best.substr(name.size() + 1))) return;
    const std::vector<std::string> names(metrics.begin(), metrics.end());
    problems.add(place, fmt::format("[checkpoint] best = \"{}\": no evaluator gives that metric", best),
                 {suggestion(best.substr(name.size() + 1), names, "metrics of '" + name + "': " + joined(names))});
  }

  /// What an augmentation has against its options as a whole, it says when it is made.
  void try_augmentations(const ViewOptions& view) {
    std::string options;
    for (const AugmentOptions& op : view.augment) options += op.recipe.resolved.toml() + '\n';
    if (tried_.insert(options).second) check_augmentations(view, catalogue_);
  }

  /// Of the arms, in the order of their trials.
  std::vector<std::string> labels() const {
    std::vector<std::string> all;
    for (const Trial& trial : plan_.trials)
      if (all.empty() || all.back() != trial.label) all.push_back(trial.label);
    return all;
  }

  /// What claims may speak of: the arms that there are, and, where something is wrong, those that there would be.
  std::vector<std::string> claimable(const std::vector<Arm>& arms) const {
    std::vector<std::string> all = labels();
    for (const auto& [label, same] : same_as_) all.push_back(label);
    if (problems_.empty()) return all;
    for (const Arm& arm : arms) all.push_back(arm.label);
    all.push_back(baseline_arm().label);
    return all;
  }

  /// The arm whose trials stand for this one's.
  std::string run_as(const std::string& label) const {
    const auto same = same_as_.find(label);
    return same == same_as_.end() ? label : same->second;
  }

  Arm baseline_arm() const {
    return {spec_.baseline.empty() ? plan_.name : "baseline", std::vector<std::string>(spec_.axes.size()),
            spec_.baseline};
  }

  void add_arms(const std::vector<Arm>& arms) {
    constexpr std::size_t kTold = 5;
    std::size_t doubles = 0;
    for (const Arm& arm : arms) {
      std::string same;  // as another arm in all its seeds
      for (const std::int64_t seed : spec_.seeds) {
        std::optional<Trial> trial = make_trial(arm, seed);
        if (!trial) break;  // with another seed, the same problems would come
        if (const auto taken = by_id_.find(trial->id); taken != by_id_.end())
          same = plan_.trials[taken->second].label;
        else
          add(std::move(*trial));
      }
      if (!same.empty()) same_as_[arm.label] = same;
      if (!same.empty() && ++doubles <= kTold)
        plan_.notes.push_back(
            fmt::format("'{}' is the same experiment as '{}', and is not run twice", arm.label, same));
    }
    if (doubles > kTold)
      plan_.notes.push_back(
          fmt::format("so are {} other arms: {} arms in all say what another says", doubles - kTold, doubles));
  }

  void add(Trial trial) {
    by_id_[trial.id] = plan_.trials.size();
    plan_.trials.push_back(std::move(trial));
  }

  /// The arm that is the baseline is one of those there are, or one more.
  void add_baseline(bool alone) {
    if (!spec_.baseline_label.empty()) {
      const std::vector<std::string> known = labels();
      plan_.baseline = run_as(spec_.baseline_label);
      if (problems_.empty() && std::find(known.begin(), known.end(), plan_.baseline) == known.end())
        problems_.add(spec_.baseline_place,
                      fmt::format("'baseline' of [sweep]: no arm is labelled '{}'", plan_.baseline),
                      {suggestion(plan_.baseline, known, "arms: " + joined(known))});
      return;
    }
    if (spec_.baseline.empty() && !alone) return;
    const Arm arm = baseline_arm();
    const std::vector<std::string> taken_labels = labels();
    for (const std::int64_t seed : spec_.seeds) {
      std::optional<Trial> trial = make_trial(arm, seed);
      if (!trial) return;
      if (const auto taken = by_id_.find(trial->id); taken != by_id_.end()) {
        plan_.baseline = plan_.trials[taken->second].label;
        return;
      }
      if (std::find(taken_labels.begin(), taken_labels.end(), arm.label) != taken_labels.end()) {
        problems_.add(spec_.baseline_place,
                      fmt::format("two arms are labelled '{}': the baseline's settings are an arm of their own, which "
                                  "has that label",
                                  arm.label),
                      {"give the other arm another label"});
        return;
      }
      plan_.baseline = arm.label;
      add(std::move(*trial));
    }
  }

  std::optional<Trial> make_trial(const Arm& arm, std::int64_t seed) {
    Problems problems;
    const std::vector<Setting> own = in_order_of_application(arm, spec_.baseline.size());
    std::vector<Setting> settings = sets_;
    settings.insert(settings.end(), own.begin(), own.end());
    Value number(seed);
    number.place = number.key_place = {"seed", 0, 0};
    settings.push_back({{"run", "seed"}, "run.seed", number, number.place});
    const Document document = draft_.with(std::move(settings), problems, presets_);
    if (problems.empty() && seed == spec_.seeds.front())
      effects_.look(document.root, own, spec_.baseline.size(), problems);
    Experiment experiment = read_experiment(document, catalogue_, problems);
    std::optional<Trial> trial;
    if (problems.empty()) weights_.check(experiment, document.root, problems);
    if (problems.empty()) trial = settle(experiment, arm, problems, document.root);
    for (const Problem& problem : problems.sorted()) {
      std::vector<std::string> hints = problem.hints;
      hints.push_back(fmt::format("in trial '{}'", arm.label));
      problems_.add(problem.place, problem.sentence, std::move(hints));
    }
    return problems.empty() ? std::move(trial) : std::nullopt;
  }

  /// Settles what depends on the machine, so that the trial's identity is known before it runs, and the same wherever
  /// it does.
  Trial settle(Experiment& experiment, const Arm& arm, Problems& problems, const Value& root) {
    Trial trial{{}, arm.label, arm.values, experiment.run.seed, settings_text(arm), {}, 0, 0, {}};
    try {
      const DataFacts& facts = facts_of(experiment);
      experiment.run.threads = plan_.threads;
      Circumstances circumstances = circumstances_here(experiment.run, facts.fingerprint);
      circumstances.weights = weights_.digest(experiment);
      Value& run = *experiment.resolved.find("run");
      run.set("threads", plan_.threads);
      if (experiment.run.device == "auto") run.set("device", circumstances.device);
      run.set("dtype", circumstances.dtype);
      run.set("memory_format", circumstances.memory_format);
      run.set("output", (plan_.output / "trials").string());
      identify(experiment, circumstances);
      trial.id = experiment.identity;
      trial.folder = plan_.output / "trials" / trial.id;
      trial.toml = to_toml(experiment.resolved);
      const std::int64_t per_step = experiment.run.batch_size * experiment.run.accumulate;
      trial.step_images = per_step;
      trial.steps = experiment.run.steps > 0 ? experiment.run.steps : experiment.run.epochs * (facts.images / per_step);
      const Step step{0, trial.steps, std::max<std::int64_t>(1, facts.images / per_step), per_step};
      for (const ViewOptions& view : experiment.views) try_augmentations(view);
      for (const EvaluateOptions& evaluator : experiment.evaluate) note_evaluator(evaluator);
      check_best(experiment.checkpoint.best, place_of(root, "checkpoint", "best"), problems);
      for (const EvaluateOptions& evaluator : experiment.evaluate)
        if (const std::int64_t every = evaluator.every.in_steps(step); every > 0)
          trial.evaluations += static_cast<double>(std::max<std::int64_t>(0, trial.steps - 1) / every) /
                               static_cast<double>(experiment.evaluate.size());
      if (facts.images < per_step && experiment.run.steps + experiment.run.epochs > 0)
        problems.add(
            place_of(root, "run", "batch_size"),
            fmt::format("a step takes {} images ([run] batch_size × accumulate), but there are only {} to train on",
                        per_step, facts.images));
      for (const PluginInfo& plugin : plugins_used(experiment, catalogue_))
        plan_.libraries[plugin.kind + " " + plugin.name] = plugin.sha256;
    } catch (const std::exception& error) {
      problems.add(place_of(root, "data", "plugin"), error, "");
    }
    return trial;
  }

  static Place place_of(const Value& root, const char* section, const char* key) {
    const Value* table = root.find(section);
    const Value* value = table ? table->find(key) : nullptr;
    return value ? value->place : table ? table->place : root.place;
  }

  /// What the arm sets beyond the baseline; the baseline itself, what that sets.
  std::string settings_text(const Arm& arm) const {
    const bool is_baseline = arm.settings.size() == spec_.baseline.size();
    const auto begin = arm.settings.begin() + (is_baseline ? 0 : static_cast<std::ptrdiff_t>(spec_.baseline.size()));
    std::string text;
    for (const Setting& setting : std::vector<Setting>(begin, arm.settings.end()))
      text += (text.empty() ? "" : ", ") + setting.path + " = " + setting.value.toml();
    return text;
  }

  /// Data sets are opened once each, however many trials use them.
  const DataFacts& facts_of(const Experiment& experiment) {
    const std::string key = experiment.resolved.find("data")->toml();
    if (const auto found = facts_.find(key); found != facts_.end()) return found->second;
    return facts_[key] = look_at_data(experiment, catalogue_);
  }

  const Draft& draft_;
  const PluginCatalogue& catalogue_;
  const std::vector<fs::path>& presets_;
  Problems& problems_;
  std::vector<Setting> sets_;
  SweepSpec spec_;
  Plan plan_;
  std::map<std::string, std::size_t> by_id_;
  std::map<std::string, std::string> same_as_;  ///< arms that are not run, since another is the same experiment
  std::map<std::string, DataFacts> facts_;
  StartingWeights weights_;
  Effects effects_{sets_};

  struct Recorded {
    std::set<std::string> metrics;
    bool unknown = false;
  };
  std::map<std::string, Recorded> evaluators_;  ///< of any trial, by their names
  std::set<std::string> looked_at_;             ///< evaluators with their options
  std::set<std::string> tried_;                 ///< augmentations that could be made, those of a view
};

}  // namespace

Plan make_plan(const Draft& draft, const std::vector<std::string>& sets, const PluginCatalogue& catalogue,
               const std::vector<fs::path>& presets, fs::path output, Problems& problems) {
  return Planner(draft, sets, catalogue, presets, problems).make(std::move(output));
}

std::vector<std::size_t> running_order(const Plan& plan) {
  std::map<std::string, std::size_t> met;  // trials of an arm so far
  std::vector<std::pair<std::size_t, std::size_t>> order;
  for (std::size_t i = 0; i < plan.trials.size(); ++i) order.emplace_back(met[plan.trials[i].label]++, i);
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::size_t> out;
  for (const auto& [round, index] : order) out.push_back(index);
  return out;
}

}  // namespace byolab
