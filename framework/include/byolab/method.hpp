#pragma once

#include "byolab/loss.hpp"
#include "byolab/networks.hpp"

namespace byolab {

/// A view of an image as a method plans for it.
struct View {
  std::string name;  ///< of its [[views]]; "local/3" for the third of a count
  std::int64_t channels = 3, height = 0, width = 0;
  bool target = true;  ///< [[views]] target: whether the target network sees it
  Needs needs;         ///< what the loss needs of it
};

/// What a method puts into Outputs for a view.
struct Gives {
  bool projection = true, prediction = true, target = true;
};

/// What a method does with the views, settled before the networks are made.
struct MethodPlan {
  bool predictor = true;  ///< whether its pass goes through [predictor], which else is not trained
  std::vector<std::string> target{"encoder", "projector"};  ///< parts that the target has; none: no second network
  std::vector<Gives> gives;                                 ///< one for each of Outputs::views
  bool own_pairs = false;  ///< its pairs are others than each prediction against every other view's target
};

/// The forward pass: which views go through which networks, and what the loss gets. Parameters of its own are trained
/// as the part "method", and have no copy in the target. What it computes is in autocast, as [run] dtype says.
class __attribute__((visibility("default"))) Method : public Component, public torch::nn::Module {
 public:
  static constexpr Kind kKind = Kind::method;
  ~Method() override;

  /// Once, before the networks are made and before `forward`; may be called again with the same views. Throws Error for
  /// views or a loss that it cannot serve.
  virtual MethodPlan plan(const std::vector<View>& views) = 0;
  /// What was planned. Called for each of the batches that are accumulated into a step.
  virtual Outputs forward(Networks& networks, const Batch& batch, const Step& step) = 0;
  /// Once after each optimizer step, without gradient.
  virtual void stepped(const Step& step);
};

}  // namespace byolab
