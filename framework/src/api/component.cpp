#include "byolab/component.hpp"

#include <limits>

#include "byolab/augmentation.hpp"
#include "byolab/dataset.hpp"
#include "byolab/encoder.hpp"
#include "byolab/evaluator.hpp"
#include "byolab/group.hpp"
#include "byolab/head.hpp"
#include "byolab/method.hpp"
#include "byolab/optimizer.hpp"
#include "byolab/registry.hpp"
#include "byolab/schedule.hpp"
#include "byolab/target_update.hpp"

// The destructors stand here and not in the headers: they are the classes' key functions, so that vtables and
// type information exist once, in libbyolab.so, and not again in each plugin library.

namespace byolab {

State::~State() = default;

void State::operator()(const std::string& name, std::vector<at::Tensor>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) (*this)(name + "." + std::to_string(i), values[i]);
}

PrefixedState::PrefixedState(State& state, const std::string& prefix) : state_(state), prefix_(prefix + ".") {}
PrefixedState::~PrefixedState() = default;
void PrefixedState::operator()(const std::string& name, at::Tensor& value) { state_(prefix_ + name, value); }
void PrefixedState::operator()(const std::string& name, std::int64_t& value) { state_(prefix_ + name, value); }
void PrefixedState::operator()(const std::string& name, double& value) { state_(prefix_ + name, value); }

Component::~Component() = default;
Encoder::~Encoder() = default;
Head::~Head() = default;
Loss::~Loss() = default;
TargetUpdate::~TargetUpdate() = default;
Optimizer::~Optimizer() = default;
ScheduleCurve::~ScheduleCurve() = default;
Augmentation::~Augmentation() = default;
Dataset::~Dataset() = default;
Evaluator::~Evaluator() = default;
Subject::~Subject() = default;
Registry::~Registry() = default;
Method::~Method() = default;
Network::~Network() = default;
Networks::~Networks() = default;

Needs Loss::needs_of(std::size_t, std::size_t) const { return needs(); }
void Loss::stepped(const Step&) {}
void Method::stepped(const Step&) {}

at::Tensor gather(const at::Tensor& rows) { return rows; }

double Optimizer::rate(const Step&) const { return std::numeric_limits<double>::quiet_NaN(); }

void TargetUpdate::start(Weights&, const Weights&) {}

std::string Dataset::source(std::int64_t index) const { return "image " + std::to_string(index); }

namespace {

[[noreturn]] void not_overridden(const char* function, const char* forms) {
  throw Error(std::string("the augmentation declares a form that needs ") + function + ", which it does not override",
              std::string("override ") + function + ", needed for " + forms + ", or return another form");
}

}  // namespace

Resampling Augmentation::resample(const Draw&, Size) const {
  not_overridden("resample(draw, size)", "Form::resampling");
}

double Augmentation::reduce(const Tile&, const Draw&, int) const {
  not_overridden("reduce(tile, draw, stage)", "Form::reduction");
}

void Augmentation::apply(Tile&, const Draw&, int, float) const {
  not_overridden("apply(tile, draw, stage, mean)", "Form::pointwise, reduction and neighbourhood");
}

at::Tensor Augmentation::apply(const at::Tensor&, const Draw&, Random&) const {
  not_overridden("apply(image, draw, random)", "Form::tensor");
}

}  // namespace byolab
