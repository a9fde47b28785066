#include "augment/plan.hpp"

namespace byolab::augment {

namespace {

void add_stages(const Op& op, const Draw& draw, const Random& random, Size& size, std::vector<Stage>& plan) {
  const Augmentation& augmentation = *op.augmentation.op;
  const int stages = augmentation.stages(draw);
  for (int i = 0; i < stages; ++i) {
    plan.push_back({&op, draw, random, i, augmentation.form(draw, i), {}});
    if (plan.back().form != Form::resampling) continue;
    plan.back().resampling = augmentation.resample(draw, size);
    size = plan.back().resampling.output;
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

}  // namespace byolab::augment
