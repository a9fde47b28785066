// What the framework costs over a loop written by hand: steps of both in turn, in one process.
//
//   overhead_bench EXPERIMENT.toml STEPS FOLDER [KEY=VALUE]...
//
// One side is `byolab run` itself (data, step, checks, record, display calls). The other, run in between, is what one
// writes with LibTorch alone: the same plugins' modules called directly, an equal network and batches of its own.
// Prints medians of the training thread's processor time and of wall time, and the quartiles of the steps' ratios.

#include <c10/core/GradMode.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>

#include "../../cmake/test_paths.hpp"
#include "app/experiment_file.hpp"
#include "train/model.hpp"
#include "train/run_data.hpp"
#include "train/trainer.hpp"

namespace {

using namespace byolab;

struct Moment {
  double wall = 0, processor = 0;  ///< seconds; the latter of this thread
};

Moment now() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return {std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(),
          static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec)};
}
Moment operator-(const Moment& a, const Moment& b) { return {a.wall - b.wall, a.processor - b.processor}; }

/// The step as a user of LibTorch writes it.
class ByHand {
 public:
  ByHand(const Experiment& experiment, const PluginCatalogue& catalogue)
      : compute_(settle_compute(experiment.run)),
        data_(experiment, catalogue, compute_),
        model_(make_model(experiment, catalogue, compute_, data_.context(), data_.planned_views())) {
    model_.train(true);
    data_.start(0);
  }

  double step(const Step& step) {
    for (const Parameter& parameter : model_.parameters) {
      at::Tensor value = parameter.value;
      value.mutable_grad().reset();
    }
    const ViewBatch batch = data_.next();
    Outputs outputs;
    {
      const Autocast autocast(compute_.device.type(), compute_.dtype);
      for (const at::Tensor& view : batch.views) {
        const at::Tensor y = model_.encoder.object->forward(view), z = model_.projector.object->forward(y);
        outputs.views.push_back({y.to(at::kFloat), z.to(at::kFloat), {}, {}});
        const c10::NoGradGuard no_grad;
        const at::Tensor of_target =
            model_.target_projector.object->forward(model_.target_encoder.object->forward(view));
        outputs.views.back().target = of_target.to(at::kFloat);
        projections_.push_back(z);
      }
      for (std::size_t v = 0; v < projections_.size(); ++v)
        outputs.views[v].prediction = model_.predictor.object->forward(projections_[v]).to(at::kFloat);
      projections_.clear();
    }
    const at::Tensor loss = model_.loss.object->forward(outputs, step);
    loss.backward();
    const c10::NoGradGuard no_grad;
    model_.optimizer.object->step(step);
    model_.rule.object->update(model_.target, model_.online, step);
    return loss.item<double>();
  }

 private:
  Compute compute_;
  RunData data_;
  Model model_;
  std::vector<at::Tensor> projections_;
};

/// Told of each step of the framework's, takes one by hand.
class InTurn final : public Listener {
 public:
  explicit InTurn(ByHand& by_hand) : by_hand_(by_hand) {}
  void on_start(const std::filesystem::path&, const Step&, const std::string&) override { last_ = now(); }
  void on_step(const StepReport& report) override {
    const Moment ended = now();
    framework.push_back(ended - last_);
    loss_by_hand = by_hand_.step(report.step);
    loss = report.loss;
    last_ = now();
    hand.push_back(last_ - ended);
  }

  std::vector<Moment> framework, hand;
  double loss = 0, loss_by_hand = 0;

 private:
  ByHand& by_hand_;
  Moment last_;
};

double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

void print(const char* what, const InTurn& steps, double Moment::*time) {
  constexpr std::size_t kWarmUp = 5;
  std::vector<double> a, b, ratios;
  for (std::size_t i = kWarmUp; i < steps.framework.size(); ++i) {
    a.push_back(steps.framework[i].*time);
    b.push_back(steps.hand[i].*time);
    ratios.push_back(a.back() / b.back());
  }
  std::printf("%s %.3f ms by hand %.3f ms ratio %.4f quartiles %.4f %.4f\n", what, 1e3 * quantile(a, 0.5),
              1e3 * quantile(b, 0.5), quantile(ratios, 0.5), quantile(ratios, 0.25), quantile(ratios, 0.75));
}

int measure(const std::vector<std::string>& words) {
  std::vector<std::string> sets(words.begin() + 4, words.end());
  sets.push_back("run.steps=" + words.at(2));
  sets.push_back("run.output=" + words.at(3));
  PluginSearch search;
  search.folders = {std::string(BYOLAB_BINARY_DIR) + "/lib/byolab/plugins"};
  const LoadedExperiment loaded = load_experiment(words.at(1), sets, search);
  ByHand by_hand(loaded.experiment, *loaded.catalogue);
  InTurn in_turn(by_hand);
  train({loaded.experiment, *loaded.catalogue, loaded.document.source, "overhead_bench", Existing::replace, {}, {}},
        in_turn);
  print("processor", in_turn, &Moment::processor);
  print("wall", in_turn, &Moment::wall);
  std::printf("losses of the last step %.6f and %.6f\n", in_turn.loss, in_turn.loss_by_hand);
  return 0;
}

}  // namespace

int main(int count, char** words) {
  if (count < 4) return std::fprintf(stderr, "usage: overhead_bench EXPERIMENT.toml STEPS FOLDER [KEY=VALUE]...\n"), 2;
  try {
    return measure({words, words + count});
  } catch (const WrongExperiment&) {
    return 2;
  } catch (const std::exception& error) {
    return std::fprintf(stderr, "error: %s\n", error.what()), 1;
  }
}
