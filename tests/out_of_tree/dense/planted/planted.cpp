// What a dense evaluator is tried on: maps that point to the objects, maps that do not, and a look at what it is given.
#include <byolab/plugin.hpp>

#include <fstream>

namespace {

/// (1, y, x) of each pixel, from −1 to 1: [h · w, 3].
at::Tensor places(const at::Tensor& images) {
  const auto along = [&](std::int64_t side) { return at::linspace(-1, 1, side, images.options()); };
  const auto yx = at::meshgrid({along(images.size(2)), along(images.size(3))}, "ij");
  return at::stack({at::ones_like(yx[0]), yx[0], yx[1]}, -1).flatten(0, 1);
}

/// The means of the colours, times something to train; the rest is in the maps.
class MapsOnly : public byolab::Encoder, public byolab::MapEncoder {
 public:
  MapsOnly() { scale_ = register_parameter("scale", at::ones({3})); }
  std::int64_t features() const override { return 3; }
  at::Tensor forward(const at::Tensor& images) override { return images.mean({2, 3}) * scale_; }

 private:
  at::Tensor scale_;
};

/// How far each cell of 4 × 4 pixels is from the ground, a plane through the colours of the image's border.
struct Planted final : MapsOnly {
  std::vector<std::int64_t> map_channels() const override { return {1}; }
  std::vector<at::Tensor> maps(const at::Tensor& images) override;
};

/// Cells of the same size, of numbers that go up and down far too fast with what is in them to point anywhere.
struct Noise final : MapsOnly {
  Noise() { speed_ = register_buffer("speed", at::randn({4, 1, 1})); }
  std::vector<std::int64_t> map_channels() const override { return {4}; }
  std::vector<at::Tensor> maps(const at::Tensor& images) override;
  at::Tensor speed_;
};

// The plane's sum of absolute differences is the least one, by weights that are the differences' inverses: where the
// object reaches the border it counts for little.
std::vector<at::Tensor> Planted::maps(const at::Tensor& images) {
  const at::Tensor place = places(images), colour = images.flatten(2).transpose(1, 2);  // [n, h · w, 3]
  const at::Tensor border = at::nonzero(place.slice(1, 1).abs().amax(1) > 0.9).flatten();
  const at::Tensor a = place.index_select(0, border), b = colour.detach().index_select(1, border);
  at::Tensor plane, weight = at::ones_like(b.narrow(2, 0, 1));
  for (int i = 0; i < 30; ++i) {
    plane = at::linalg_solve((a * weight).transpose(1, 2).matmul(a), (a * weight).transpose(1, 2).matmul(b));
    weight = 1 / ((b - a.matmul(plane)).norm(2, 2, true) + 1e-3);
  }
  const at::Tensor distance = ((colour - place.matmul(plane)).square().sum(2) + 1e-6).sqrt();
  return {at::avg_pool2d(distance.view({images.size(0), 1, images.size(2), images.size(3)}), {4, 4})};
}

std::vector<at::Tensor> Noise::maps(const at::Tensor& images) {
  return {at::sin(1e4 * speed_ * at::avg_pool2d(images.mean(1, true), {4, 4}))};
}

/// Writes what a dense evaluator sees to files of float32: for either split (train, test) FILE.SPLIT.images, .maps,
/// .boxes (number of the image, left, top, right, bottom) and .masks.
struct Dump final : byolab::Evaluator {
  struct Options {
    std::string file;
  };
  static void describe(byolab::Fields& field, Options& options) {
    field("file", options.file, "what the files begin with", {.unit = "path", .required = true});
  }
  static byolab::Table try_with(const std::string& folder) { return {{"file", folder + "/dump"}}; }
  explicit Dump(const Options& options) : file_(options.file) {}
  byolab::Asks asks() const override { return {.maps = true, .annotations = true}; }
  std::vector<byolab::Metric> metrics() const override { return {{"objects", "how many were written"}}; }

  std::vector<double> evaluate(byolab::Subject& subject) override {
    objects_ = 0;
    write_split(subject, byolab::Split::train, file_ + ".train");
    write_split(subject, byolab::Split::held_out, file_ + ".test");
    return {objects_};
  }

 private:
  static void append(std::ofstream& file, const at::Tensor& tensor) {
    const at::Tensor dense = tensor.to(at::kFloat).contiguous();
    file.write(static_cast<const char*>(dense.data_ptr()), static_cast<std::streamsize>(dense.nbytes()));
  }
  void write_split(byolab::Subject& subject, byolab::Split split, const std::string& file) {
    std::ofstream boxes(file + ".boxes", std::ios::binary), masks(file + ".masks", std::ios::binary),
        pixels(file + ".images", std::ios::binary), cells(file + ".maps", std::ios::binary);
    const std::int64_t n = subject.size(split);
    const at::Tensor images = subject.images(split, 0, n);
    append(pixels, images);
    append(cells, subject.maps(images).back());
    const auto annotations = subject.annotations(split, 0, n);
    for (std::size_t i = 0; i < annotations.size(); ++i)
      for (const byolab::Annotation& one : annotations[i]) {
        append(boxes, at::tensor({static_cast<float>(i), one.left, one.top, one.right, one.bottom}));
        append(masks, at::tensor(one.mask, at::kByte));
        ++objects_;
      }
  }

  std::string file_;
  double objects_ = 0;
};

}  // namespace

BYOLAB_PLUGINS(registry) {
  registry.add<Planted>("planted", "maps in which what differs from the ground stands out");
  registry.add<Noise>("noise", "maps that point nowhere");
  registry.add<Dump>("dump", "writes what a dense evaluator sees");
}
