#include "normalize.hpp"

namespace {

struct Known {
  std::vector<double> mean, std;
};

Known known(Normalize::Stats stats) {
  switch (stats) {
    case Normalize::Stats::imagenet:
      return {{0.485, 0.456, 0.406}, {0.229, 0.224, 0.225}};
    case Normalize::Stats::cifar10:
      return {{0.4914, 0.4822, 0.4465}, {0.2470, 0.2435, 0.2616}};
    case Normalize::Stats::half:
      return {{0.5, 0.5, 0.5}, {0.5, 0.5, 0.5}};
    case Normalize::Stats::none:
      break;
  }
  return {{0, 0, 0}, {1, 1, 1}};
}

}  // namespace

void Normalize::describe(byolab::Fields& field, Options& options) {
  field("stats", options.stats,
        {{"imagenet", Stats::imagenet}, {"cifar10", Stats::cifar10}, {"half", Stats::half}, {"none", Stats::none}},
        "means and deviations of the channels of a known data set; half: [0, 1] to [-1, 1]",
        {.source = "imagenet: torchvision's models; cifar10: computed from its training images"});
  field("mean", options.mean, "of each channel, of values in [0, 1]; used in place of stats where it is written");
  field("std", options.std, "deviation of each channel, of values in [0, 1]; goes with mean", {.min = 0});
}

Normalize::Normalize(const Options& options) {
  Known use = known(options.stats);
  if (!options.mean.empty() || !options.std.empty()) use = {options.mean, options.std};
  const bool good = use.mean.size() == 3 && use.std.size() == 3 &&
                    std::all_of(use.std.begin(), use.std.end(), [](double x) { return x > 0; });
  if (!good)
    throw byolab::Error("normalize's mean and std do not fit the three channels",
                        "write three numbers in each, those of std above 0, or leave both out and choose stats");
  const auto beyond = [](double x) { return !(x >= 0 && x <= 1); };
  if (std::any_of(use.mean.begin(), use.mean.end(), beyond) || std::any_of(use.std.begin(), use.std.end(), beyond))
    throw byolab::Error("normalize's mean and std are of values in [0, 1], and one of them is beyond",
                        "divide those of values in 0 … 255 by 255");
  for (std::size_t c = 0; c < 3; ++c) {
    mean_[c] = static_cast<float>(use.mean[c]);
    deviation_[c] = static_cast<float>(use.std[c]);
  }
}
