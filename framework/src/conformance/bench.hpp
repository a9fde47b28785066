#pragma once

#include <torch/nn/module.h>

#include <atomic>
#include <chrono>
#include <memory>

#include "conformance/check.hpp"
#include "train/compute.hpp"

namespace byolab::conformance {

/// How numbers lie in memory. All give the same tensor.
enum class Layout { contiguous, channels_last, strided };
/// What a plugin's inputs hold.
enum class Fill { usual, zero, equal, huge, tiny };

const char* name_of(Layout layout);
const char* name_of(Fill fill);

/// What a bench tries a plugin on.
struct Setup {
  int size = 0;  ///< one of the kind's sizes, from 0 on
  at::ScalarType dtype = at::kFloat;
  Layout layout = Layout::contiguous;
  Fill fill = Fill::usual;
  bool evaluation = false;  ///< networks in evaluation mode, forward alone
  Table options = {};       ///< laid over the user's
};

/// A scalar function of leaf tensors that ask for gradients, the same whenever it is called.
struct Function {
  std::vector<std::pair<std::string, at::Tensor>> inputs;
  std::function<at::Tensor()> value;
};

/// Something that was only lent to a plugin, and what it held.
struct Lent {
  std::string name;
  at::Tensor tensor, before;
  bool may_be_scaled = false;  ///< by a number ≥ 0
};

/// A plugin of some kind at work: made, and used step after step on inputs that depend on the step and the setup
/// alone. There is one class for each kind; the checks know this interface. A step throws Failure where what the
/// plugin gives is no good at sight (a wrong shape).
class Bench {
 public:
  virtual ~Bench() = default;

  /// Uses the plugin once, as a run would at step k. Gives the numbers that came out.
  virtual std::vector<at::Tensor> step(std::int64_t k) = 0;
  virtual Component& component() = 0;
  virtual torch::nn::Module* module() { return nullptr; }
  /// Tensors that the plugin moves and that are not its own: a rule's target, an optimizer's parameters.
  virtual std::vector<at::Tensor> moved() { return {}; }
  /// Whether a run calls it from many threads at once.
  virtual bool concurrent() const { return false; }
  /// What of it can be differentiated; without inputs if nothing can.
  virtual Function function() { return {}; }

  /// Of the newest step.
  const std::vector<Lent>& lent() const { return lent_; }
  double seconds() const { return seconds_; }

 protected:
  void lend(const std::string& name, const at::Tensor& tensor, bool may_be_scaled = false) {
    if (tensor.defined()) lent_.push_back({name, tensor, tensor.detach().clone(), may_be_scaled});
  }
  void begin(std::int64_t k) {
    lent_.clear();
    seed_torch(0, "conformance", k);
  }
  /// Calls the plugin, and measures that alone.
  template <class Work>
  decltype(auto) timed(Work&& work) {
    struct Watch {
      std::atomic<double>& seconds;
      std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
      ~Watch() { seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); }
    } watch{seconds_};
    return std::forward<Work>(work)();
  }

 private:
  std::vector<Lent> lent_;
  std::atomic<double> seconds_ = 0;  ///< steps may run on many threads at once
};

/// Made with a seed of LibTorch's generators, always the same. Throws Error if the plugin refuses.
std::unique_ptr<Bench> make_bench(const Specimen& specimen, const Setup& setup = {});
/// float64 for kinds that compute in what they are given: there a unit near a kink (ReLU) does not flip by a rounding.
at::ScalarType widest(Kind kind);

}  // namespace byolab::conformance
