#include "gaussian_blur.hpp"

namespace {
constexpr double kLargestKernel = 4095;
}

void GaussianBlur::describe(byolab::Fields& field, Options& options) {
  field("p", options.p, "probability",
        {.min = 0, .max = 1, .source = "Grill et al. 2020, table 6: 1 in the first view, 0.1 in the second"});
  field(
      "kernel", options.kernel,
      "side of the kernel: from 1 on in pixels, odd; below 1 as a share of the image's height, 2·int(share·height/2) + "
      "1, which at 0.1 is 23 for a height of 224 and 3 for 32",
      {.min = 1e-3, .max = kLargestKernel, .source = "0.1: deepmind-research byol/utils/augmentations.py"});
  field("sigma", options.sigma, "range of the standard deviation, drawn uniformly",
        {.min = 0, .unit = "pixels", .source = "Grill et al. 2020, appendix B; torchvision"});
  field("border", options.border, {{"reflect", Border::reflect}, {"zero", Border::zero}},
        "what lies beyond the border: the image mirrored (torchvision), or black (reference)");
}

GaussianBlur::GaussianBlur(const Options& options) : options_(options) {
  if (options.kernel >= 1 && std::fmod(options.kernel, 2) != 1)
    throw byolab::Error("gaussian_blur's kernel has a side of " + byolab::Value(options.kernel).toml() + " pixels",
                        "write an odd whole number, or a share of the image's height below 1");
  if (options.sigma.size() != 2 || options.sigma[0] <= 0 || options.sigma[0] > options.sigma[1])
    throw byolab::Error("gaussian_blur's sigma is no range", "write sigma = [smallest, largest], both above 0");
}

byolab::Draw GaussianBlur::draw(byolab::Random& random, byolab::Size) const {
  byolab::Draw draw{random.chance(options_.p), {}};
  draw.value[0] = random.uniform(static_cast<float>(options_.sigma[0]), static_cast<float>(options_.sigma[1]));
  return draw;
}

int GaussianBlur::radius_at(int height) const {
  return static_cast<int>((options_.kernel < 1 ? options_.kernel * height : options_.kernel) / 2);
}

void GaussianBlur::apply(byolab::Tile& tile, const byolab::Draw& draw, int, float) const {
  const int radius = radius_at(tile.rows);
  thread_local std::vector<float> kernel;  // keeps its memory from image to image
  kernel.resize(static_cast<std::size_t>(2 * radius + 1));
  double sum = 0;
  const auto weight = [sigma = static_cast<double>(draw.value[0])](int x) {
    return std::exp(-0.5 * x * x / (sigma * sigma));
  };
  for (int x = -radius; x <= radius; ++x) sum += weight(x);
  for (int x = -radius; x <= radius; ++x)
    kernel[static_cast<std::size_t>(x + radius)] = static_cast<float>(weight(x) / sum);
  byolab::tile::blur(tile, kernel.data(), radius, options_.border);
}
