// How many augmented views one core makes in a second, from decoded pixels to normalised numbers in place.
//
//   augment_bench SIDE BLUR [SECONDS] [ORDER] [NUMBER]    e.g. augment_bench 224 blur 2 nhwc bfloat16
//
// All of BYOL's ops at their probabilities (Grill et al. 2020, table 6: jitter 0.8, gray 0.2, solarize 0.2), with
// blur (in every view) or "plain". Images have 32 × 32 pixels for a side of 32, and else 375 × 500, ImageNet's
// most frequent size. augment_rival.py runs this and torchvision's transforms in turn.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "support/stock.hpp"
#include "support/views.hpp"

namespace {

using namespace byolab;

struct Wanted {
  int side = 32;
  bool blur = false;
  double seconds = 1;
  Destination::Order order = Destination::Order::nchw;
  Destination::Number number = Destination::Number::float32;
};

Wanted read(int count, char** words) {
  Wanted wanted;
  if (count > 1) wanted.side = std::atoi(words[1]);
  if (count > 2) wanted.blur = std::strcmp(words[2], "blur") == 0;
  if (count > 3) wanted.seconds = std::atof(words[3]);
  if (count > 4 && std::strcmp(words[4], "nhwc") == 0) wanted.order = Destination::Order::nhwc;
  if (count > 5 && std::strcmp(words[5], "bfloat16") == 0) wanted.number = Destination::Number::bfloat16;
  return wanted;
}

Pipeline make_pipeline(const Wanted& wanted) {
  const Context context{.height = wanted.side, .width = wanted.side};
  std::vector<NamedAugmentation> ops;
  const auto add = [&](const std::string& toml) {
    ops.push_back({std::to_string(ops.size()), testing::make_augmentation(toml, context), ""});
  };
  add("plugin = 'random_resized_crop'\ninterpolation = 'bicubic'");
  add("plugin = 'horizontal_flip'");
  add("plugin = 'color_jitter'\np = 0.8");
  add("plugin = 'grayscale'\np = 0.2");
  if (wanted.blur) add("plugin = 'gaussian_blur'\np = 1.0");
  add("plugin = 'solarize'\np = 0.2");
  add("plugin = 'normalize'");
  return Pipeline(std::move(ops), {wanted.side, wanted.side});
}

}  // namespace

int main(int count, char** words) {
  const Wanted wanted = read(count, words);
  const Pipeline pipeline = make_pipeline(wanted);
  const Size size = wanted.side == 32 ? Size{32, 32} : Size{375, 500};
  constexpr std::size_t kImages = 32;  // more than one, so that caches are as cold as in training
  const std::size_t bytes = 3U * static_cast<std::size_t>(size.height) * static_cast<std::size_t>(size.width);
  std::vector<std::uint8_t> pixels(kImages * bytes);
  Random random(1, 2);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>((i / 64 + random.below(64)) % 256);
  const std::size_t numbers = 3U * static_cast<std::size_t>(wanted.side) * static_cast<std::size_t>(wanted.side);
  std::vector<float> views(kImages * numbers);

  std::uint64_t sample = 0;
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  double elapsed = 0;
  while (elapsed < wanted.seconds) {
    for (std::size_t i = 0; i < kImages; ++i, ++sample)
      pipeline.run(pixels.data() + i * bytes, size, {1, 0, sample, 0}, {views.data() + i * numbers, wanted.number, wanted.order});
    elapsed = std::chrono::duration<double>(Clock::now() - start).count();
  }
  std::printf("%.1f\n", static_cast<double>(sample) / elapsed);
}
