#pragma once

#include "byolab/capability.hpp"
#include "guard/border.hpp"
#include "guard/given.hpp"
#include "guard/guard.hpp"
#include "guard/held_modules.hpp"
#include "guard/on_loan.hpp"

// What the guards of held plugins have in common: kinds/<kind>/guard.hpp derives from these.
namespace byolab {

using Who = std::shared_ptr<const Callee>;

/// Of any kind.
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
    mark_given(given);
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

  /// What the holder made of its input is the holder's.
  static void mark_given(const at::Tensor& given) {
    if (const Callee* holder = callee_of_call()) mark_border(given, std::make_shared<const Callee>(*holder));
  }

  /// The holder, and through it the optimizer and checkpoints, know what stood in it when it was made.
  void expect_whole(const Interface& inner) const {
    const bool whole = inner.named_parameters(false).size() == this->named_parameters(false).size() &&
                       inner.named_buffers(false).size() == this->named_buffers(false).size() &&
                       inner.named_children().size() == this->named_children().size();
    if (!whole) throw Error("it added or dropped parameters, buffers or modules since it was made", kMakeAllAtFirst);
  }
};

/// `Guarded` of a module that has this capability. Those of one kind alone stand in its folder.
template <class Guarded>
class HeldWithoutDecay : public Guarded, public WithoutDecay {
 public:
  using Capability = WithoutDecay;
  using Guarded::Guarded;
  std::vector<std::string> without_decay() const override {
    return this->call("without_decay()", [](auto& inner) { return capability<WithoutDecay>(inner)->without_decay(); });
  }
};

template <class Guarded, class Interface>
std::shared_ptr<Component> with_capabilities(std::shared_ptr<Interface> inner, Who who) {
  return std::make_shared<Guarded>(std::move(inner), std::move(who));
}
template <class Guarded, class Interface, template <class> class First, template <class> class... Rest>
std::shared_ptr<Component> with_capabilities(std::shared_ptr<Interface> inner, Who who) {
  using Able = First<Guarded>;
  if (capability<typename Able::Capability>(*inner))
    return with_capabilities<Able, Interface, Rest...>(std::move(inner), std::move(who));
  return with_capabilities<Guarded, Interface, Rest...>(std::move(inner), std::move(who));
}

/// With those of the capabilities that `made` has, `Able<Guarded>` each. The kind was checked when the plugin was
/// enrolled.
template <class Guarded, class Interface, template <class> class... Able>
std::shared_ptr<Component> behind_guard(std::shared_ptr<Component> made, Who who) {
  return with_capabilities<Guarded, Interface, Able...>(std::static_pointer_cast<Interface>(std::move(made)),
                                                        std::move(who));
}

template <class Interface>
const torch::nn::Module* as_module(const Component& component) {
  return static_cast<const Interface*>(&component);
}

}  // namespace byolab
