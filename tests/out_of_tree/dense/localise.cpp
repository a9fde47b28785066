#include "localise.hpp"

namespace {

/// Whether the centre of each of h × w cells over an image lies in one of the boxes: [h · w].
at::Tensor inside(const std::vector<byolab::Annotation>& boxes, std::int64_t h, std::int64_t w,
                  const at::Tensor& image) {
  const at::Tensor y =
      (at::arange(h, at::kDouble) + 0.5) * (static_cast<double>(image.size(1)) / static_cast<double>(h));
  const at::Tensor x =
      (at::arange(w, at::kDouble) + 0.5) * (static_cast<double>(image.size(2)) / static_cast<double>(w));
  at::Tensor any = at::zeros({h, w}, at::kBool);
  for (const auto& box : boxes)
    any |= (y.ge(box.top) & y.lt(box.bottom)).unsqueeze(1) & (x.ge(box.left) & x.lt(box.right)).unsqueeze(0);
  return any.flatten().to(at::kDouble);
}

at::Tensor with_ones(const at::Tensor& vectors) {
  return at::cat({vectors, at::ones_like(vectors.narrow(-1, 0, 1))}, -1);
}

/// Share of images whose cell of the greatest score is inside.
double hit(const at::Tensor& score, const at::Tensor& inside) {
  return inside.gather(1, score.argmax(1, true)).mean().item<double>();
}

}  // namespace

void Localise::describe(byolab::Fields& field, Options& options) {
  field("ridge", options.ridge, "weight of the squared coefficients, for each cell", {.min = 0});
  field("batch", options.batch, "images at a time", {.min = 1, .unit = "images"});
}

std::vector<byolab::Metric> Localise::metrics() const {
  return {{"hit", "share of images in which the longest vector's cell lies in a box"},
          {"readout_hit", "the same of the cell that a linear read-out chooses"},
          {"chance", "share of all cells that lie in a box"}};
}

Localise::Cells Localise::cells_of(byolab::Subject& subject, byolab::Split split) const {
  std::vector<at::Tensor> vectors, within;
  for (std::int64_t begin = 0, n = subject.size(split); begin < n; begin += options_.batch) {
    const std::int64_t end = std::min(n, begin + options_.batch);
    const at::Tensor images = subject.images(split, begin, end), map = subject.maps(images).back();
    vectors.push_back(map.flatten(2).transpose(1, 2).to(at::kDouble));
    const auto annotations = subject.annotations(split, begin, end);
    for (std::int64_t i = 0; i < end - begin; ++i)
      within.push_back(inside(annotations[static_cast<std::size_t>(i)], map.size(2), map.size(3), images[i]));
  }
  return {at::cat(vectors), at::stack(within)};
}

at::Tensor Localise::readout(const Cells& cells) const {
  const at::Tensor x = with_ones(cells.vectors.flatten(0, 1)), y = cells.inside.flatten();
  const at::Tensor gram = x.t().matmul(x) / x.size(0) + options_.ridge * at::eye(x.size(1), at::kDouble);
  return at::linalg_solve(gram, x.t().matmul(y) / x.size(0));
}

std::vector<double> Localise::evaluate(byolab::Subject& subject) {
  const at::NoGradGuard no_gradient;
  const Cells train = cells_of(subject, byolab::Split::train), test = cells_of(subject, byolab::Split::held_out);
  const at::Tensor chosen = with_ones(test.vectors).matmul(readout(train));
  return {hit(test.vectors.norm(2, 2), test.inside), hit(chosen, test.inside), test.inside.mean().item<double>()};
}

BYOLAB_PLUGINS(registry) {
  registry.add<Localise>("localise", "whether feature maps point to the objects in the images");
}
