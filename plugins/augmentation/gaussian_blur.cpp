#include "gaussian_blur.hpp"

void GaussianBlur::describe(byolab::Fields& field, Options& options) {
  field("p", options.p, "probability",
        {.min = 0, .max = 1, .source = "Grill et al. 2020, table 6: 1 in the first view, 0.1 in the second"});
  field("kernel", options.kernel,
        "side of the kernel, odd; 0: 2·int(height/20) + 1, which is 23 at a height of 224 and 3 at 32",
        {.min = 0, .unit = "pixels", .source = "deepmind-research byol/utils/augmentations.py"});
  field("sigma", options.sigma, "range of the standard deviation, drawn uniformly",
        {.min = 0, .unit = "pixels", .source = "Grill et al. 2020, appendix B; torchvision"});
  field("border", options.border, {{"reflect", Border::reflect}, {"zero", Border::zero}},
        "what lies beyond the border: the image mirrored (torchvision), or black (reference)");
}

GaussianBlur::GaussianBlur(const Options& options) : options_(options) {
  if (options.kernel != 0 && options.kernel % 2 == 0)
    throw byolab::Error("gaussian_blur's kernel has an even side of " + std::to_string(options.kernel),
                        "write an odd number, or 0 to have it follow from the image's height");
  if (options.sigma.size() != 2 || options.sigma[0] <= 0 || options.sigma[0] > options.sigma[1])
    throw byolab::Error("gaussian_blur's sigma is no range", "write sigma = [smallest, largest], both above 0");
}

byolab::Draw GaussianBlur::draw(byolab::Random& random, byolab::Size) const {
  byolab::Draw draw{random.chance(options_.p), {}};
  draw.value[0] = random.uniform(static_cast<float>(options_.sigma[0]), static_cast<float>(options_.sigma[1]));
  return draw;
}

void GaussianBlur::apply(byolab::Tile& tile, const byolab::Draw& draw, int, float) const {
  const int radius = options_.kernel ? static_cast<int>(options_.kernel / 2) : tile.rows / 20;
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
