#include <ATen/Functions.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include "byolab/encoder.hpp"
#include "byolab/networks.hpp"
#include "conformance/tensors.hpp"
#include "guard/dense.hpp"
#include "kinds/encoder/bench.hpp"

// Feature maps and vectors of patches: shapes, finite numbers, determinism, a way for the gradient, inputs unchanged.
namespace byolab::conformance {
namespace {

struct Sides {
  std::int64_t height, width;
};
constexpr Sides kDenseSizes[] = {{32, 32}, {48, 40}, {64, 64}};

/// An encoder with images for it.
struct Tried {
  Plugged<Encoder> encoder;
  at::Tensor images;
};

Tried make_tried(const Specimen& specimen, const Setup& setup) {
  Context context;
  context.height = kDenseSizes[setup.size].height;
  context.width = kDenseSizes[setup.size].width;
  seed_torch(0, "conformance/constructor");
  Tried tried{specimen.make<Encoder>(setup.options, context), {}};
  const at::ScalarType weights = setup.dtype == at::kBFloat16 ? at::kFloat : setup.dtype;
  tried.encoder.object->to(weights);
  tried.encoder.object->train(!setup.evaluation);
  tried.images = numbers({4, context.channels, context.height, context.width}, {.dtype = weights}, 5);
  seed_torch(0, "conformance", 0);
  return tried;
}

template <class Capability>
Capability& able(const Tried& tried, const char* what) {
  if (auto* found = capability<Capability>(*tried.encoder.object)) return *found;
  throw DoesNotApply(std::string("it gives no ") + what);
}

Tensors maps_of(const Tried& tried) {
  auto& encoder = able<MapEncoder>(tried, "feature maps");
  return tried.encoder.call("maps()", 0, [&](Encoder&) { return checked_maps(encoder, tried.images); });
}

/// Some patches, others in each image: [n, k].
at::Tensor some_patches(std::int64_t n, std::int64_t patches) {
  const at::Tensor rows = at::arange(n, at::kLong).unsqueeze(1), columns = at::arange((patches + 1) / 2, at::kLong);
  return (rows + 2 * columns).remainder(patches);
}

at::Tensor tokens_of(const Tried& tried, const at::Tensor& keep) {
  auto& encoder = able<TokenEncoder>(tried, "vectors of patches");
  return tried.encoder.call("tokens()", 0, [&](Encoder&) { return checked_tokens(encoder, tried.images, keep); });
}

/// Of all patches, of some, and of all in their order, named one by one, which is of all again.
Tensors tokens_of(const Tried& tried) {
  const at::Tensor all = tokens_of(tried, {});
  const at::Tensor keep = some_patches(all.size(0), all.size(1)), before = keep.clone();
  const at::Tensor some = tokens_of(tried, keep);
  if (!keep.equal(before)) throw Failure("it changed which patches to keep, which it is only lent: work on a copy");
  return {all, some};
}

void expect_the_same_in_order(const Tried& tried) {
  const at::Tensor all = tokens_of(tried, {});
  const at::Tensor every = at::arange(all.size(1), at::kLong).expand({all.size(0), all.size(1)}).contiguous();
  if (const double off = difference({tokens_of(tried, every)}, {all}); off > kTolerance)
    throw Failure(
        fmt::format("with `keep` naming every patch in order it gave other vectors than without, by {:.1g} of "
                    "the largest",
                    off));
}

template <class Work>
Tensors try_once(const Specimen& specimen, const Setup& setup, Work&& work) {
  const Tried tried = make_tried(specimen, setup);
  const at::Tensor before = tried.images.clone();
  const Autocast autocast(at::kCPU, setup.dtype == at::kBFloat16 ? at::kBFloat16 : at::kFloat);
  const Tensors outputs = work(tried);
  if (!same_bits(tried.images, before)) throw Failure("it changed the images, which it is only lent: work on a copy");
  expect_finite(outputs, fmt::format("in {}", toString(setup.dtype)));
  return copies(outputs);
}

/// Over the sizes, as check_shapes does: a plugin may refuse unusual ones, in words.
template <class Work>
void try_sizes(const Specimen& specimen, Work&& work) {
  for (int size = 0; size < 3; ++size)
    for (const at::ScalarType dtype : {at::kFloat, at::kDouble, at::kBFloat16})
      for (const bool evaluation : {false, true}) try {
          try_once(specimen, {.size = size, .dtype = dtype, .evaluation = evaluation}, work);
        } catch (const Error&) {
          if (size == 0) throw;
        }
}

template <class Work>
void try_twice(const Specimen& specimen, Work&& work) {
  if (first_difference(try_once(specimen, {}, work), try_once(specimen, {}, work)) >= 0)
    throw Failure("made twice with the same seed and used alike, it gave different numbers");
}

/// To the images, or to a parameter at least, from each that it gives.
template <class Work>
void try_gradient(const Specimen& specimen, Work&& work) {
  const Tried tried = make_tried(specimen, {});
  tried.images.requires_grad_();
  const Tensors outputs = work(tried);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (!outputs[i].requires_grad())
      throw Failure(fmt::format("what it gave in place {} has no gradient, though the images ask for one", i));
    tried.images.mutable_grad().reset();
    outputs[i].square().sum().backward({}, true);
    if (!tried.images.grad().defined() || !tried.images.grad().isfinite().all().template item<bool>())
      throw Failure(fmt::format("no finite gradient came to the images from what it gave in place {}", i));
  }
}

}  // namespace

Check check_maps() {
  return {"maps", "feature maps as it says, differentiable", [](const Specimen& specimen) {
            const auto work = [](const Tried& tried) { return maps_of(tried); };
            try_sizes(specimen, work);
            try_twice(specimen, work);
            try_gradient(specimen, work);
          }};
}

Check check_tokens() {
  return {"tokens", "vectors of patches, of all or some, differentiable", [](const Specimen& specimen) {
            const auto work = [](const Tried& tried) { return tokens_of(tried); };
            try_sizes(specimen, work);
            try_twice(specimen, work);
            try_gradient(specimen, work);
            expect_the_same_in_order(make_tried(specimen, {.evaluation = true}));
          }};
}

}  // namespace byolab::conformance
