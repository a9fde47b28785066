#include "train/views.hpp"

#include <fmt/format.h>

#include "config/problems.hpp"
#include "train/data_facts.hpp"
#include "train/model_state.hpp"
#include "train/plugged.hpp"

namespace byolab {
namespace {

std::vector<augment::Op> ops_of(const Augmentations& ops) {
  std::vector<augment::Op> all;
  for (const NamedAugmentation& op : ops)
    all.push_back({op, {Kind::augmentation, op.name, op.library}, stream_of(op.name)});
  return all;
}

/// What a view applies to images that are evaluated, too, with all options.
std::string evaluated_with(const ViewOptions& view, const Augmentations& ops) {
  std::string all;
  for (std::size_t i = 0; i < ops.size(); ++i)
    if (ops[i].op->in_evaluation()) {
      Value options = view.augment[i].recipe.resolved;
      options.erase("name");
      all += (all.empty() ? "" : ", ") + options.toml();
    }
  return all;
}

}  // namespace

Augmentations make_augmentations(const ViewOptions& view, const PluginCatalogue& catalogue) {
  Augmentations made;
  for (const AugmentOptions& augment : view.augment) {
    const auto plugged = make_plugged<Augmentation>(augment.recipe, catalogue, {});
    expect_stateless({"state/augment", plugged.object.get(), plugged.callee});
    made.push_back({augment.name, plugged.object, plugged.callee.library});
  }
  return made;
}

Size made_size(const Augmentations& ops, Size size) {
  std::vector<augment::Stage> plan;
  return augment::make_plan(ops_of(ops), size, ViewKey{}, plan);
}

void check_colours(const ViewOptions& view, const Augmentations& ops, Size size) {
  constexpr std::uint64_t kDraws = 256;  // what is drawn more seldom is told by the first image that gets it
  const std::vector<augment::Op> all = ops_of(ops);
  std::vector<augment::Stage> plan;
  for (std::uint64_t sample = 0; sample < kDraws; ++sample) {
    augment::make_plan(all, size, {0, 0, sample, 0}, plan);
    try {
      augment::check_colours(plan);
    } catch (const augment::ColoursError& error) {
      throw PlacedError(view.augment[static_cast<std::size_t>(error.op - all.data())].recipe.resolved.place, error);
    }
  }
}

void check_augmentations(const ViewOptions& view, const PluginCatalogue& catalogue) {
  constexpr Size kAnySize{4096, 4096};  // that of the images is not known here
  const Augmentations ops = make_augmentations(view, catalogue);
  try {
    check_colours(view, ops, kAnySize);
  } catch (const PlacedError&) {
    throw;
  } catch (const Error&) {  // against images of that size alone
  }
}

std::string note_on_normalisation(const std::vector<ViewOptions>& views, const std::vector<Augmentations>& ops) {
  const std::string first = evaluated_with(views[0], ops[0]);
  for (std::size_t i = 1; i < views.size(); ++i) {
    const std::string other = evaluated_with(views[i], ops[i]);
    if (other == first) continue;
    const auto text = [](const std::string& how) { return how.empty() ? std::string("nothing") : how; };
    return fmt::format(
        "views '{}' and '{}' normalise differently ({} and {}): one network sees both, and evaluation prepares images "
        "as '{}' does",
        views[0].name, views[i].name, text(first), text(other), views[0].name);
  }
  return {};
}

std::string preparation(const ViewOptions& first, const Augmentations& ops, Size view) {
  std::string text =
      fmt::format("images of {}x{} whole, of others the middle {:g} % of the shorter side, resized to that (bicubic)",
                  view.height, view.width, 100 * Pipeline::kEvaluatedShare);
  for (std::size_t i = 0; i < ops.size(); ++i)
    if (ops[i].op->in_evaluation()) text += "; then " + first.augment[i].name;
  return text;
}

}  // namespace byolab
