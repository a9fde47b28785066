#include "train/run_facts.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace byolab {
namespace {

std::string text_of(Size size) { return fmt::format("{}x{}", size.height, size.width); }

std::int64_t parameters_of(const torch::nn::Module& module) {
  std::int64_t count = 0;
  for (const at::Tensor& parameter : module.parameters()) count += parameter.numel();
  return count;
}

/// "23.5 M"
std::string rounded(std::int64_t count) {
  const auto number = static_cast<double>(count);
  if (count >= 1'000'000) return fmt::format("{:.1f} M", number / 1e6);
  if (count >= 1'000) return fmt::format("{:.1f} k", number / 1e3);
  return std::to_string(count);
}

/// Behind a number of images: ", of which an epoch leaves out 18 (36 %), others each time;", or ",".
std::string left_out(std::int64_t images, const Step& plan) {
  const std::int64_t out = images - plan.steps_per_epoch * plan.batch_size;
  if (out <= 0) return ",";
  return fmt::format(", of which an epoch leaves out {} ({:.2g} %), others each time;", out,
                     100.0 * static_cast<double>(out) / static_cast<double>(images));
}

bool has_running_statistics(const torch::nn::Module& module) {
  const auto buffers = module.named_buffers();
  return std::any_of(buffers.begin(), buffers.end(),
                     [](const auto& buffer) { return buffer.key().ends_with("running_mean"); });
}

/// The online network's parts, and the method and the loss, if they have any parameters.
std::vector<std::pair<std::string, std::int64_t>> parameters_of_parts(const Model& model) {
  std::vector<std::pair<std::string, std::int64_t>> parts{{"encoder", parameters_of(*model.encoder.object)},
                                                          {"projector", parameters_of(*model.projector.object)},
                                                          {"predictor", parameters_of(*model.predictor.object)}};
  if (const std::int64_t count = parameters_of(*model.method.object); count > 0) parts.emplace_back("method", count);
  if (const std::int64_t count = parameters_of(*model.loss.object); count > 0) parts.emplace_back("loss", count);
  return parts;
}

}  // namespace

std::string first_lines(const RunData& data, const Model& model, const Compute& compute, const Step& plan) {
  const std::string run = fmt::format(
      "{} images{} batch {}, {} steps in {} epochs; {}, {}, {} thread{}", data.images(), left_out(data.images(), plan),
      plan.batch_size, plan.total, (plan.total + plan.steps_per_epoch - 1) / plan.steps_per_epoch, compute.device.str(),
      dtype_name(compute.dtype), compute.threads, compute.threads == 1 ? "" : "s");
  std::vector<std::string> parts;
  for (const auto& [part, count] : parameters_of_parts(model)) parts.push_back(part + " " + rounded(count));
  return fmt::format("{}\nviews {} x {} of images of {} (the first; height x width); {} parameters\nevaluated: {}", run,
                     data.views(), text_of(data.view_size()), text_of(data.first_image_size()), fmt::join(parts, ", "),
                     data.preparation());
}

std::string note_on_frozen(const Experiment& experiment, const Model& model) {
  std::vector<std::string> moving;
  const auto look = [&](const char* name, const PartOptions& part, const torch::nn::Module& module) {
    if (part.freeze && has_running_statistics(module)) moving.emplace_back(name);
  };
  look("encoder", experiment.encoder, *model.encoder.object);
  look("projector", experiment.projector, *model.projector.object);
  look("predictor", experiment.predictor, *model.predictor.object);
  if (moving.empty()) return {};
  return fmt::format(
      "{} {} frozen, and the running statistics of batch norms there go on moving with the images: what is evaluated "
      "changes with them",
      fmt::join(moving, ", "), moving.size() == 1 ? "is" : "are");
}

std::vector<std::pair<std::string, std::string>> facts_of(const Experiment& experiment, const RunData& data,
                                                          const Model& model, const Step& plan) {
  std::vector<std::string> views, parts;
  for (const ViewOptions& view : experiment.views) views.push_back(view.name + " " + text_of(data.view_size()));
  for (const auto& [part, count] : parameters_of_parts(model)) parts.push_back(fmt::format("{} {}", part, count));
  const Widths& widths = model.widths;
  return {{"images", fmt::format("train {}, validation {}, test {}", data.size(DataPart::train),
                                 data.size(DataPart::validation), data.size(DataPart::test))},
          {"epoch_images", fmt::format("{} of {}", plan.steps_per_epoch * plan.batch_size, data.images())},
          {"frozen", note_on_frozen(experiment, model)},
          {"first_image", text_of(data.first_image_size())},
          {"evaluated_images", data.preparation()},
          {"views", fmt::format("{}", fmt::join(views, ", "))},
          {"widths", fmt::format("features {}, projection {}, prediction {}", widths.features, widths.projection,
                                 widths.prediction)},
          {"parameters", fmt::format("{}", fmt::join(parts, ", "))}};
}

}  // namespace byolab
