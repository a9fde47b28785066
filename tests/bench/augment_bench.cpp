// How many augmented views one core makes in a second, from decoded pixels to normalised numbers in place.
//
//   augment_bench SIDE CASE HEIGHT WIDTH [SECONDS] [ORDER] [NUMBER]    e.g. augment_bench 224 blur 375 500 2 nhwc
//   bfloat16
//
// All of BYOL's ops at their probabilities (Grill et al. 2020, table 6: jitter 0.8, gray 0.2, solarize 0.2) from
// images of HEIGHT × WIDTH. The case is "plain"; "blur" (in every view); or, plain, with a plugin of another library
// between jitter and gray: "foreign" (point-wise, on tiles) or "tensor" (knows nothing of tiles).
// augment_rival.py runs this and torchvision's transforms in turn.

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "support/views.hpp"

namespace {

using namespace byolab;

struct Wanted {
  int side = 32;
  std::string kind = "plain";
  Size image{32, 32};
  double seconds = 1;
  Destination::Order order = Destination::Order::nchw;
  Destination::Number number = Destination::Number::float32;
};

Wanted read(const std::vector<std::string>& words) {
  Wanted wanted;
  wanted.side = std::stoi(words.at(1));
  wanted.kind = words.at(2);
  wanted.image = {std::stoi(words.at(3)), std::stoi(words.at(4))};
  if (words.size() > 5) wanted.seconds = std::stod(words[5]);
  if (words.size() > 6 && words[6] == "nhwc") wanted.order = Destination::Order::nhwc;
  if (words.size() > 7 && words[7] == "bfloat16") wanted.number = Destination::Number::bfloat16;
  return wanted;
}

/// Swaps red and blue: as a tile, or as a tensor.
class Swap final : public Augmentation {
 public:
  explicit Swap(bool tiles) : tiles_(tiles) {}
  Draw draw(Random&, Size) const override { return {}; }
  Form form(const Draw&, int) const override { return tiles_ ? Form::pointwise : Form::tensor; }
  void apply(Tile& tile, const Draw&, int, float) const override {
    for (int i = 0; i < tile.rows * tile.stride; ++i) std::swap(tile.plane[0][i], tile.plane[2][i]);
  }
  at::Tensor apply(const at::Tensor& image, const Draw&, Random&) const override { return image.flip(0); }

 private:
  bool tiles_;
};

Pipeline make_pipeline(const Wanted& wanted) {
  std::vector<NamedAugmentation> ops;
  const auto add = [&](const std::string& toml) {
    ops.push_back({std::to_string(ops.size()), testing::make_augmentation(toml, context), ""});
  };
  add("plugin = 'random_resized_crop'\ninterpolation = 'bicubic'\nsize = " + std::to_string(wanted.side));
  add("plugin = 'horizontal_flip'");
  add("plugin = 'color_jitter'\np = 0.8");
  if (wanted.kind == "foreign" || wanted.kind == "tensor")
    ops.push_back({"swap", std::make_shared<Swap>(wanted.kind == "foreign"), ""});
  add("plugin = 'grayscale'\np = 0.2");
  if (wanted.kind == "blur") add("plugin = 'gaussian_blur'\np = 1.0");
  add("plugin = 'solarize'\np = 0.2");
  add("plugin = 'normalize'");
  return Pipeline(std::move(ops), {wanted.side, wanted.side});
}

double views_per_second(const Wanted& wanted) {
  const Pipeline pipeline = make_pipeline(wanted);
  const Size size = wanted.image;
  constexpr std::size_t kImages = 32;  // more than one, so that caches are as cold as in training
  const std::size_t bytes = 3U * static_cast<std::size_t>(size.height) * static_cast<std::size_t>(size.width);
  std::vector<std::uint8_t> pixels(kImages * bytes);
  Random random(1, 2);
  for (std::size_t i = 0; i < pixels.size(); ++i)
    pixels[i] = static_cast<std::uint8_t>((i / 64 + random.below(64)) % 256);
  const std::size_t numbers = 3U * static_cast<std::size_t>(wanted.side) * static_cast<std::size_t>(wanted.side);
  std::vector<float> views(kImages * numbers);

  std::uint64_t sample = 0;
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  double elapsed = 0;
  while (elapsed < wanted.seconds) {
    for (std::size_t i = 0; i < kImages; ++i, ++sample)
      pipeline.run(pixels.data() + i * bytes, size, {1, 0, sample, 0},
                   {views.data() + i * numbers, wanted.number, wanted.order});
    elapsed = std::chrono::duration<double>(Clock::now() - start).count();
  }
  return static_cast<double>(sample) / elapsed;
}

}  // namespace

int main(int count, char** words) {
  if (count < 5)
    return std::fprintf(stderr, "usage: augment_bench SIDE CASE HEIGHT WIDTH [SECONDS] [ORDER] [NUMBER]\n"), 2;
  try {
    std::printf("%.1f\n", views_per_second(read({words, words + count})));
  } catch (const std::exception& error) {
    return std::fprintf(stderr, "augment_bench: %s\n", error.what()), 1;
  }
  return 0;
}
