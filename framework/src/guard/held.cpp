#include "guard/held.hpp"

#include "byolab/augmentation.hpp"
#include "byolab/dataset.hpp"
#include "byolab/encoder.hpp"
#include "byolab/evaluator.hpp"
#include "byolab/head.hpp"
#include "byolab/loss.hpp"
#include "byolab/optimizer.hpp"
#include "byolab/schedule.hpp"
#include "byolab/target_update.hpp"
#include "guard/border.hpp"
#include "guard/given.hpp"
#include "guard/held_modules.hpp"
#include "guard/on_loan.hpp"

namespace byolab {
namespace {

using Who = std::shared_ptr<const Callee>;

/// What all kinds share.
template <class Interface>
class Held : public Interface {
 public:
  Held(std::shared_ptr<Interface> inner, Who who) : inner_(std::move(inner)), who_(std::move(who)) {}

  void state(State& state) override {
    call("state()", [&](Interface& inner) { inner.state(state); });
  }
  std::vector<Metric> metrics() const override {
    return call("metrics()", [](Interface& inner) { return inner.metrics(); });
  }
  std::vector<double> values() const override {
    return call("values()", [](Interface& inner) { return inner.values(); });
  }

 protected:
  /// At the step of the call around it, where the function itself knows none.
  template <class Function>
  decltype(auto) call(const char* name, Function&& function) const {
    return call(name, step_of_call(), std::forward<Function>(function));
  }
  template <class Function>
  decltype(auto) call(const char* name, std::int64_t step, Function&& function) const {
    return guarded(*who_, name, step, [&]() -> decltype(auto) { return std::forward<Function>(function)(*inner_); });
  }

  const Who& who() const { return who_; }

 private:
  std::shared_ptr<Interface> inner_;
  Who who_;
};

/// A module: it has what the inner one has, the very same tensors.
template <class Interface>
class HeldModule : public Held<Interface> {
 public:
  HeldModule(const std::shared_ptr<Interface>& inner, Who who) : Held<Interface>(inner, std::move(who)) {
    for (const auto& item : inner->named_parameters(false))
      this->register_parameter(item.key(), item.value(), item.value().requires_grad());
    for (const auto& item : inner->named_buffers(false)) this->register_buffer(item.key(), item.value());
    for (const auto& item : inner->named_children()) this->register_module(item.key(), item.value());
  }
  void train(bool on = true) override {
    torch::nn::Module::train(on);
    this->call("train()", [&](Interface& inner) { inner.train(on); });
  }

 protected:
  /// What it gives is judged here, where it is known who gave it.
  template <class Function>
  at::Tensor rows(const at::Tensor& given, const char* what, std::int64_t (Interface::*width)() const,
                  Function&& function) {
    if (const Callee* holder = callee_of_call()) mark_border(given, std::make_shared<const Callee>(*holder));
    at::Tensor made = this->call("forward()", [&](Interface& inner) {
      const OnLoan loan({given});
      at::Tensor gave = function(inner);
      check_rows(gave, given.size(0), (inner.*width)(), given.scalar_type());  // `plugin check` computes in float64
      expect_unchanged(loan, what);
      expect_whole(inner);
      return gave;
    });
    mark_border(made, this->who());
    return made;
  }

  /// The holder, and through it the optimizer and checkpoints, know what stood in it when it was made.
  void expect_whole(const Interface& inner) const {
    const bool whole = inner.named_parameters(false).size() == this->named_parameters(false).size() &&
                       inner.named_buffers(false).size() == this->named_buffers(false).size() &&
                       inner.named_children().size() == this->named_children().size();
    if (!whole) throw Error("it added or dropped parameters, buffers or modules since it was made", kMakeAllAtFirst);
  }
};

class HeldEncoder final : public HeldModule<Encoder> {
 public:
  using HeldModule::HeldModule;
  std::int64_t features() const override {
    return call("features()", [](Encoder& f) { return f.features(); });
  }
  at::Tensor forward(const at::Tensor& images) override {
    return rows(images, "the images", &Encoder::features, [&](Encoder& f) { return f.forward(images); });
  }
};

class HeldHead final : public HeldModule<Head> {
 public:
  using HeldModule::HeldModule;
  std::int64_t outputs() const override {
    return call("outputs()", [](Head& h) { return h.outputs(); });
  }
  at::Tensor forward(const at::Tensor& x) override {
    return rows(x, "its input", &Head::outputs, [&](Head& h) { return h.forward(x); });
  }
  bool adapts() const override {
    return call("adapts()", [](Head& h) { return h.adapts(); });
  }
  void adapt(const at::Tensor& projections, const at::Tensor& targets, const Step& step) override {
    call("adapt()", step.index, [&](Head& h) { h.adapt(projections, targets, step); });
  }
};

class HeldLoss final : public HeldModule<Loss> {
 public:
  using HeldModule::HeldModule;
  Needs needs() const override {
    return call("needs()", [](Loss& loss) { return loss.needs(); });
  }
  at::Tensor forward(const Outputs& outputs, const Step& step) override {
    at::Tensor made = call("forward()", step.index, [&](Loss& loss) {
      const OnLoan loan = loan_of(outputs);
      at::Tensor value = loss.forward(outputs, step);
      check_loss(value, false);
      expect_unchanged(loan, "the outputs of the networks");
      expect_whole(loss);
      return value;
    });
    mark_border(made, who());
    return made;
  }
};

class HeldRule final : public Held<TargetUpdate> {
 public:
  using Held::Held;
  bool has_network() const override {
    return call("has_network()", [](TargetUpdate& rule) { return rule.has_network(); });
  }
  void start(Weights& target, const Weights& online) override {
    call("start()", [&](TargetUpdate& rule) { rule.start(target, online); });
  }
  void update(Weights& target, const Weights& online, const Step& step) override {
    call("update()", step.index, [&](TargetUpdate& rule) { rule.update(target, online, step); });
  }
  bool restarts_online(const Step& step) const override {
    return call("restarts_online()", step.index, [&](TargetUpdate& rule) { return rule.restarts_online(step); });
  }
  std::vector<Law> laws() const override {
    return call("laws()", [](TargetUpdate& rule) { return rule.laws(); });
  }
};

class HeldOptimizer final : public Held<Optimizer> {
 public:
  using Held::Held;
  void start(const std::vector<Parameter>& parameters) override {
    call("start()", [&](Optimizer& optimizer) { optimizer.start(parameters); });
  }
  void step(const Step& step) override {
    call("step()", step.index, [&](Optimizer& optimizer) { optimizer.step(step); });
  }
  double rate(const Step& step) const override {
    return call("rate()", step.index, [&](Optimizer& optimizer) { return optimizer.rate(step); });
  }
  bool scales_gradients() const override {
    return call("scales_gradients()", [](Optimizer& optimizer) { return optimizer.scales_gradients(); });
  }
};

class HeldCurve final : public Held<ScheduleCurve> {
 public:
  using Held::Held;
  double at(const Step& step) const override {
    return call("at()", step.index, [&](ScheduleCurve& curve) { return curve.at(step); });
  }
};

class HeldEvaluator final : public Held<Evaluator> {
 public:
  using Held::Held;
  std::vector<double> evaluate(Subject& subject) override {
    return call("evaluate()", [&](Evaluator& evaluator) { return evaluator.evaluate(subject); });
  }
};

class HeldAugmentation final : public Held<Augmentation> {
 public:
  using Held::Held;
  Draw draw(Random& random, Size size) const override {
    return call("draw()", [&](Augmentation& op) { return op.draw(random, size); });
  }
  int stages(const Draw& draw) const override {
    return call("stages()", [&](Augmentation& op) { return op.stages(draw); });
  }
  Form form(const Draw& draw, int stage) const override {
    return call("form()", [&](Augmentation& op) { return op.form(draw, stage); });
  }
  bool in_evaluation() const override {
    return call("in_evaluation()", [](Augmentation& op) { return op.in_evaluation(); });
  }
  Resampling resample(const Draw& draw, Size size) const override {
    return call("resample()", [&](Augmentation& op) { return op.resample(draw, size); });
  }
  double reduce(const Tile& tile, const Draw& draw, int stage) const override {
    return call("reduce()", [&](Augmentation& op) { return op.reduce(tile, draw, stage); });
  }
  void apply(Tile& tile, const Draw& draw, int stage, float mean) const override {
    call("apply()", [&](Augmentation& op) { op.apply(tile, draw, stage, mean); });
  }
  at::Tensor apply(const at::Tensor& image, const Draw& draw, Random& random) const override {
    return call("apply()", [&](Augmentation& op) { return op.apply(image, draw, random); });
  }
};

class HeldDataset final : public Held<Dataset> {
 public:
  using Held::Held;
  std::int64_t size() const override {
    return call("size()", [](Dataset& data) { return data.size(); });
  }
  void read(std::int64_t index, Picture& picture) const override {
    call("read()", [&](Dataset& data) { data.read(index, picture); });
  }
  std::int64_t label(std::int64_t index, std::string_view set) const override {
    return call("label()", [&](Dataset& data) { return data.label(index, set); });
  }
  std::vector<std::string> classes(std::string_view set) const override {
    return call("classes()", [&](Dataset& data) { return data.classes(set); });
  }
  std::vector<std::string> label_sets() const override {
    return call("label_sets()", [](Dataset& data) { return data.label_sets(); });
  }
  std::string fingerprint() const override {
    return call("fingerprint()", [](Dataset& data) { return data.fingerprint(); });
  }
  std::string source(std::int64_t index) const override {
    return call("source()", [&](Dataset& data) { return data.source(index); });
  }
  bool annotate(std::int64_t index, Annotation& annotation) const override {
    return call("annotate()", [&](Dataset& data) { return data.annotate(index, annotation); });
  }
};

/// The kind was checked when the plugin was enrolled, so that this never needs a plugin's type information.
template <class Guarded, class Interface>
std::shared_ptr<Component> wrapped(std::shared_ptr<Component> made, Who who) {
  return std::make_shared<Guarded>(std::static_pointer_cast<Interface>(std::move(made)), std::move(who));
}

std::shared_ptr<Component> in_guard(std::shared_ptr<Component> made, Who who) {
  switch (who->kind) {
    case Kind::encoder:
      return wrapped<HeldEncoder, Encoder>(std::move(made), std::move(who));
    case Kind::head:
      return wrapped<HeldHead, Head>(std::move(made), std::move(who));
    case Kind::augmentation:
      return wrapped<HeldAugmentation, Augmentation>(std::move(made), std::move(who));
    case Kind::loss:
      return wrapped<HeldLoss, Loss>(std::move(made), std::move(who));
    case Kind::target_update:
      return wrapped<HeldRule, TargetUpdate>(std::move(made), std::move(who));
    case Kind::optimizer:
      return wrapped<HeldOptimizer, Optimizer>(std::move(made), std::move(who));
    case Kind::schedule:
      return wrapped<HeldCurve, ScheduleCurve>(std::move(made), std::move(who));
    case Kind::dataset:
      return wrapped<HeldDataset, Dataset>(std::move(made), std::move(who));
    case Kind::evaluator:
      return wrapped<HeldEvaluator, Evaluator>(std::move(made), std::move(who));
  }
  return made;
}

}  // namespace

std::shared_ptr<Component> guarded_held(std::shared_ptr<Component> made, Who who) {
  std::shared_ptr<Component> held = in_guard(std::move(made), who);
  HeldModules::note(held, std::move(who));
  return held;
}

}  // namespace byolab
