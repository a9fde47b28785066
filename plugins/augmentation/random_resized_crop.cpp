#include "random_resized_crop.hpp"

#include "sides.hpp"

namespace {

struct Box {
  int top, left, height, width;
  byolab::Draw draw() const {
    return {true,
            {static_cast<float>(top), static_cast<float>(left), static_cast<float>(height), static_cast<float>(width)}};
  }
};

struct Extent {
  int height, width;
};

int below(byolab::Random& random, int n) { return static_cast<int>(random.below(static_cast<std::uint32_t>(n))); }

Box place(byolab::Random& random, Extent box, byolab::Size size) {
  const int top = below(random, size.height - box.height + 1);
  const int left = below(random, size.width - box.width + 1);
  return {top, left, box.height, box.width};
}

Box middle(Extent box, byolab::Size size) {
  return {(size.height - box.height) / 2, (size.width - box.width) / 2, box.height, box.width};
}

int rounded(double x) { return static_cast<int>(std::nearbyint(x)); }  // a half to even, as Python and TensorFlow

/// The largest box in the middle whose ratio is allowed: where no try fits (a very long image).
Box fallback(byolab::Size size, const std::vector<double>& ratio) {
  const double own = static_cast<double>(size.width) / size.height;
  if (own < ratio[0]) return middle({std::max(1, rounded(size.width / ratio[0])), size.width}, size);
  if (own > ratio[1]) return middle({size.height, std::max(1, rounded(size.height * ratio[1]))}, size);
  return middle({size.height, size.width}, size);
}

void check_range(const char* name, const std::vector<double>& range) {
  if (range.size() == 2 && range[0] > 0 && range[0] <= range[1]) return;
  throw byolab::Error(std::string("random_resized_crop's ") + name + " is no range",
                      std::string("write ") + name + " = [smallest, largest], both above 0");
}

}  // namespace

void RandomResizedCrop::describe(byolab::Fields& field, Options& options) {
  field("size", options.size, "side of the result", {.min = 1, .max = kLargestSide, .unit = "pixels"});
  field("scale", options.scale, "range of the box's share of the image's area, drawn uniformly",
        {.min = 0, .max = 1, .source = "Grill et al. 2020, table 6; torchvision"});
  field("ratio", options.ratio, "range of the box's width over its height, drawn uniformly in the logarithm",
        {.min = 0, .source = "Grill et al. 2020, appendix B; torchvision"});
  describe_interpolation(field, options.interpolation);
  field("method", options.method, {{"torchvision", Method::torchvision}, {"reference", Method::reference}},
        "a box larger than the image: drawn again up to ten times, then the middle (torchvision), or cut to the image "
        "(reference)",
        {.source = "torchvision RandomResizedCrop; deepmind-research byol/utils/dataset.py"});
}

RandomResizedCrop::RandomResizedCrop(const Options& options) : options_(options) {
  check_range("scale", options.scale);
  check_range("ratio", options.ratio);
}

byolab::Draw RandomResizedCrop::draw(byolab::Random& random, byolab::Size size) const {
  const double area = static_cast<double>(size.height) * size.width;
  const auto log_low = static_cast<float>(std::log(options_.ratio[0])),
             log_high = static_cast<float>(std::log(options_.ratio[1]));
  const int tries = options_.method == Method::torchvision ? 10 : 1;
  for (int i = 0; i < tries; ++i) {
    const double target = area * static_cast<double>(random.uniform(static_cast<float>(options_.scale[0]),
                                                                    static_cast<float>(options_.scale[1])));
    const auto ratio = static_cast<double>(std::exp(random.uniform(log_low, log_high)));
    Extent box{rounded(std::sqrt(target / ratio)), rounded(std::sqrt(target * ratio))};
    if (options_.method == Method::reference)
      box = {std::clamp(box.height, 1, size.height), std::clamp(box.width, 1, size.width)};
    if (box.height >= 1 && box.width >= 1 && box.height <= size.height && box.width <= size.width)
      return place(random, box, size).draw();
  }
  return fallback(size, options_.ratio).draw();
}

byolab::Resampling RandomResizedCrop::resample(const byolab::Draw& draw, byolab::Size) const {
  const auto side = static_cast<int>(options_.size);
  const auto& [filter, antialias] = options_.interpolation;
  return {draw.value[0], draw.value[1], draw.value[2], draw.value[3], {side, side}, filter, false, antialias};
}
