#include "augment/plan.hpp"

#include <string>

namespace byolab::augment {

namespace {

constexpr int kMostStages = 1000;

void check_stages(int stages) {
  if (stages < 0 || stages > kMostStages)
    throw Error("stages() gave " + std::to_string(stages) + "; expected is a number from 0 to " +
                std::to_string(kMostStages));
}

void check_form(Form form) {
  if (form < Form::resampling || form > Form::tensor)
    throw Error("form() gave " + std::to_string(static_cast<int>(form)) + ", which is no byolab::Form");
}

constexpr int kLongestSide = 1 << 16;

void check_output(Size output) {
  const auto fits = [](int side) { return side >= 1 && side <= kLongestSide; };
  if (!fits(output.height) || !fits(output.width))
    throw Error("resample() asks for an image of " + std::to_string(output.height) + " × " +
                std::to_string(output.width) + "; expected are sides from 1 to " + std::to_string(kLongestSide));
}

void add_stages(const Op& op, const Draw& draw, const Random& random, Size& size, std::vector<Stage>& plan) {
  const Augmentation& augmentation = *op.augmentation.op;
  const int stages = augmentation.stages(draw);
  check_stages(stages);
  for (int i = 0; i < stages; ++i) {
    plan.push_back({&op, draw, random, i, augmentation.form(draw, i), {}});
    check_form(plan.back().form);
    if (plan.back().form != Form::resampling) continue;
    plan.back().resampling = augmentation.resample(draw, size);
    size = plan.back().resampling.output;
    check_output(size);
  }
}

}  // namespace

Size make_plan(const std::vector<Op>& ops, Size size, const ViewKey& key, std::vector<Stage>& plan) {
  plan.clear();
  for (const Op& op : ops) {
    guarded(op.callee, "draw()", -1, [&] {
      Random random(key.seed, op.stream, key.epoch << 40 | key.sample, key.view);
      const Draw draw = op.augmentation.op->draw(random, size);
      if (draw.active) add_stages(op, draw, random, size, plan);
    });
  }
  return size;
}

ColoursError::ColoursError(const Op& normaliser, const Op& op)
    : Error("augmentation '" + op.augmentation.name +
                "' changes colours, of which it takes values in [0, 1], behind '" + normaliser.augmentation.name +
                "', which has normalised them",
            "write '" + op.augmentation.name + "' before '" + normaliser.augmentation.name +
                "'; what is added to a preset stands behind all of it, so copy the preset's list, or change its "
                "elements by name"),
      op(&op) {}

ColoursError::~ColoursError() = default;

void check_colours(const std::vector<Stage>& plan) {
  const Op* normaliser = nullptr;
  for (const Stage& stage : plan) {
    if (stage.form == Form::resampling || stage.form == Form::neighbourhood) continue;
    const bool normalises = stage.op->augmentation.op->in_evaluation();
    const bool colours = normalises || stage.form != Form::tensor;
    if (normaliser && stage.op != normaliser && colours) throw ColoursError(*normaliser, *stage.op);
    if (normalises) normaliser = stage.op;
  }
}

}  // namespace byolab::augment
