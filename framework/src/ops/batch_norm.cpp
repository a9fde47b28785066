#include "byolab/batch_norm.hpp"

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/record_function.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cmath>
#include <optional>

#include "byolab/error.hpp"
#include "ops/norm_kernels.hpp"

namespace byolab {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;
using kernels::Rows;

/// Rows are summed in so many parts, whatever the number of threads: so the sums do not depend on it.
constexpr std::int64_t kParts = 16;

/// x as a matrix: rows of pixels, columns of channels. With few channels, `fold` rows count as one, so that a column
/// is a whole vector; columns then stand for the channels `fold` times over.
struct Shape {
  std::int64_t rows = 0, channels = 0, fold = 1;
  std::size_t columns() const { return static_cast<std::size_t>(channels * fold); }
  std::int64_t pixels() const { return rows * fold; }
};

Shape shape_of(const at::Tensor& x) {
  Shape shape{x.numel() / x.size(1), x.size(1), 1};
  while (shape.channels * shape.fold % static_cast<std::int64_t>(kernels::kNormLanes) != 0 && shape.rows % 2 == 0) {
    shape.rows /= 2;
    shape.fold *= 2;
  }
  return shape;
}

/// In rows of pixels, without gaps.
bool is_dense(const at::Tensor& x) {
  return x.dim() == 4 ? x.is_contiguous(at::MemoryFormat::ChannelsLast) : x.is_contiguous();
}

bool fits(const at::Tensor& x) {
  const bool type = x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16;
  if (!x.is_cpu() || !type || (x.dim() != 2 && x.dim() != 4) || x.numel() == 0 || !is_dense(x)) return false;
  const Shape shape = shape_of(x);
  return shape.columns() % kernels::kNormLanes == 0 && shape.pixels() > 1;
}

at::Tensor composed(const at::Tensor& x, const BatchNormTerms& terms, Activation activation, const at::Tensor& residual) {
  at::Tensor y = at::batch_norm(x, terms.weight, terms.bias, terms.running_mean, terms.running_var, terms.training,
                                terms.momentum, terms.eps, false);
  if (residual.defined()) y = y + residual;
  return activation == Activation::relu ? y.relu() : y;
}

/// One float a column, from one a channel.
std::vector<float> per_column(const at::Tensor& channels, std::int64_t fold) {
  const at::Tensor values = channels.to(at::kCPU, at::kFloat).contiguous();
  const auto* first = values.const_data_ptr<float>();
  std::vector<float> columns;
  for (std::int64_t i = 0; i < fold; ++i) columns.insert(columns.end(), first, first + values.numel());
  return columns;
}

/// Runs `body(begin, end, part)` over the rows, in parallel.
template <class Body>
void in_parts(std::int64_t rows, const Body& body) {
  at::parallel_for(0, kParts, 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t part = first; part < last; ++part) {
      const std::int64_t begin = rows * part / kParts, end = rows * (part + 1) / kParts;
      if (begin < end) body(begin, end, part);
    }
  });
}

/// Sums of two quantities for each channel: `add(begin, end, first, second)` adds those of some rows to two arrays of
/// one double a column. Gives [2, c], in double.
template <class Add>
at::Tensor two_sums(const Shape& shape, const Add& add) {
  at::Tensor sums = at::zeros({kParts, 2, static_cast<std::int64_t>(shape.columns())}, at::kDouble);
  auto* all = sums.mutable_data_ptr<double>();
  in_parts(shape.rows, [&](std::int64_t begin, std::int64_t end, std::int64_t part) {
    double* own = all + static_cast<std::size_t>(part) * 2 * shape.columns();
    add(begin, end, own, own + shape.columns());
  });
  return sums.view({kParts, 2, shape.fold, shape.channels}).sum(at::IntArrayRef{0, 2});
}

template <class Element>
const Element* data_of(const at::Tensor& x) { return static_cast<const Element*>(x.const_data_ptr()); }
template <class Element>
Element* data_to(const at::Tensor& x) { return static_cast<Element*>(x.mutable_data_ptr()); }

/// Calls `body` with a value of the element type that the kernels know x's type by.
template <class Body>
void with_element(const at::Tensor& x, const Body& body) {
  if (x.scalar_type() == at::kFloat) return body(float{});
  body(std::uint16_t{});
}

/// Mean and biased variance of each channel, [c], in double.
struct Moments {
  at::Tensor mean, variance;
};

Moments batch_moments(const at::Tensor& x, const Shape& shape) {
  const at::Tensor shift = x.dim() == 4 ? x.select(0, 0).select(1, 0).select(1, 0) : x.select(0, 0);
  const std::vector<float> about = per_column(shift, shape.fold);
  at::Tensor sums;
  with_element(x, [&](auto element) {
    using Element = decltype(element);
    sums = two_sums(shape, [&](std::int64_t begin, std::int64_t end, double* sum, double* squares) {
      const auto rows = static_cast<std::size_t>(end - begin);
      kernels::norm_sums(Rows<Element>{data_of<Element>(x) + static_cast<std::size_t>(begin) * shape.columns(), rows, shape.columns()},
                         about.data(), sum, squares);
    });
  });
  sums /= static_cast<double>(shape.pixels());
  const at::Tensor offset = sums[0];
  return {shift.to(at::kDouble) + offset, (sums[1] - offset * offset).clamp_min(0)};
}

void move_running(const BatchNormTerms& terms, const Moments& batch, std::int64_t pixels) {
  if (!terms.running_mean.defined()) return;
  const at::Tensor unbiased = batch.variance * (static_cast<double>(pixels) / static_cast<double>(pixels - 1));
  at::Tensor mean = terms.running_mean, variance = terms.running_var;
  mean.lerp_(batch.mean.to(mean.scalar_type()), terms.momentum);
  variance.lerp_(unbiased.to(variance.scalar_type()), terms.momentum);
}

/// y = x · scale + offset, for each channel.
struct Affine {
  at::Tensor mean, inverse_std, scale, offset;  ///< [c], float32
};

Affine affine_of(const BatchNormTerms& terms, const Moments& moments) {
  Affine affine;
  affine.mean = moments.mean.to(at::kFloat);
  const at::Tensor inverse = (moments.variance + terms.eps).rsqrt();
  affine.inverse_std = inverse.to(at::kFloat);
  const at::Tensor scale = terms.weight.defined() ? inverse * terms.weight.detach() : inverse;
  affine.scale = scale.to(at::kFloat);
  const at::Tensor offset = -moments.mean * scale;
  affine.offset = (terms.bias.defined() ? offset + terms.bias.detach() : offset).to(at::kFloat);
  return affine;
}

Affine normaliser(const at::Tensor& x, const Shape& shape, const BatchNormTerms& terms) {
  if (!terms.training) return affine_of(terms, {terms.running_mean.to(at::kDouble), terms.running_var.to(at::kDouble)});
  const Moments batch = batch_moments(x, shape);
  move_running(terms, batch, shape.pixels());
  return affine_of(terms, batch);
}

void normalise(const at::Tensor& x, const Shape& shape, const Affine& affine, const at::Tensor& residual, bool relu, const at::Tensor& out) {
  const std::vector<float> scale = per_column(affine.scale, shape.fold), offset = per_column(affine.offset, shape.fold);
  with_element(x, [&](auto element) {
    using Element = decltype(element);
    in_parts(shape.rows, [&](std::int64_t begin, std::int64_t end, std::int64_t) {
      const std::size_t first = static_cast<std::size_t>(begin) * shape.columns();
      kernels::norm_apply(Rows<Element>{data_of<Element>(x) + first, static_cast<std::size_t>(end - begin), shape.columns()}, scale.data(),
                          offset.data(), residual.defined() ? data_of<Element>(residual) + first : nullptr, relu,
                          data_to<Element>(out) + first);
    });
  });
}

struct Gradients {
  at::Tensor x, residual, weight, bias;
};

/// x̂ = (x − μ) s: ∂x = w s (g − mean g − x̂ mean(g x̂)), ∂w = Σ g x̂, ∂b = Σ g, with g the gradient before the activation.
Gradients gradients_of(const at::Tensor& gradient, const at::Tensor& x, const at::Tensor& output, const Affine& affine, bool relu,
                   bool wants_residual) {
  const Shape shape = shape_of(x);
  const std::vector<float> scale = per_column(affine.scale, shape.fold), offset = per_column(affine.offset, shape.fold),
                           mean = per_column(affine.mean, shape.fold);
  Gradients result{at::empty_like(x), wants_residual ? at::empty_like(x) : at::Tensor(), {}, {}};
  with_element(x, [&](auto element) {
    using Element = decltype(element);
    const auto part_of = [&](std::int64_t begin, std::int64_t end) {
      const std::size_t first = static_cast<std::size_t>(begin) * shape.columns();
      return kernels::NormGradient<Element>{{data_of<Element>(x) + first, static_cast<std::size_t>(end - begin), shape.columns()},
                                            data_of<Element>(gradient) + first,
                                            output.defined() ? data_of<Element>(output) + first : nullptr,
                                            scale.data(), offset.data(), mean.data(), relu};
    };
    const at::Tensor sums = two_sums(shape, [&](std::int64_t begin, std::int64_t end, double* sum, double* products) {
      kernels::norm_gradient_sums(part_of(begin, end), sum, products);
    });
    const at::Tensor s = affine.inverse_std.to(at::kDouble), of_x_hat = sums[1] * s;
    result.bias = sums[0];
    result.weight = of_x_hat;
    const auto n = static_cast<double>(shape.pixels());
    const at::Tensor of_x = -affine.scale * s * of_x_hat / n;
    const at::Tensor constant = -affine.scale * sums[0] / n - of_x * affine.mean;
    const std::vector<float> a = scale, b = per_column(of_x, shape.fold), d = per_column(constant, shape.fold);
    in_parts(shape.rows, [&](std::int64_t begin, std::int64_t end, std::int64_t) {
      const std::size_t first = static_cast<std::size_t>(begin) * shape.columns();
      kernels::norm_gradient_apply(part_of(begin, end), a.data(), b.data(), d.data(), data_to<Element>(result.x) + first,
                                   wants_residual ? data_to<Element>(result.residual) + first : nullptr);
    });
  });
  return result;
}

at::Tensor laid_out_as(const at::Tensor& tensor, const at::Tensor& like) {
  const at::Tensor typed = tensor.to(like.scalar_type());
  return like.dim() == 4 ? typed.contiguous(at::MemoryFormat::ChannelsLast) : typed.contiguous();
}

using Maybe = std::optional<at::Tensor>;  // what autograd wants for a tensor that may not be there

Maybe maybe(const at::Tensor& tensor) { return tensor.defined() ? Maybe(tensor) : std::nullopt; }

/// Training mode, with gradient.
struct FusedBatchNorm : torch::autograd::Function<FusedBatchNorm> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const Maybe& weight, const Maybe& bias,
                            const Maybe& added, const BatchNormTerms* terms, bool relu) {
    const Shape shape = shape_of(x);
    const Affine affine = normaliser(x, shape, *terms);
    const at::Tensor residual = added.value_or(at::Tensor());
    const at::Tensor y = at::empty_like(x);
    normalise(x, shape, affine, residual, relu, y);
    context->save_for_backward(variable_list{x, relu && residual.defined() ? y : at::Tensor(), affine.mean, affine.inverse_std, affine.scale,
                                affine.offset});
    context->saved_data["relu"] = relu;
    context->saved_data["residual"] = residual.defined();
    context->saved_data["weight"] = weight.has_value();
    context->saved_data["bias"] = bias.has_value();
    return y;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    const Affine affine{saved[2], saved[3], saved[4], saved[5]};
    const Gradients found = gradients_of(laid_out_as(gradients[0], saved[0]), saved[0], saved[1], affine,
                                             context->saved_data["relu"].toBool(), context->saved_data["residual"].toBool());
    const auto if_there = [&](const char* name, const at::Tensor& gradient) {
      return context->saved_data[name].toBool() ? gradient.to(at::kFloat) : at::Tensor();
    };
    return {found.x, if_there("weight", found.weight), if_there("bias", found.bias), found.residual, {}, {}};
  }
};

bool wants_gradient(const at::Tensor& tensor) { return tensor.defined() && tensor.requires_grad(); }

/// Nobody else can see this tensor's memory.
bool is_ours_alone(const at::Tensor& x) { return x.use_count() == 1 && x.storage().use_count() == 1; }

}  // namespace

at::Tensor batch_norm(at::Tensor x, const BatchNormTerms& terms, Activation activation, const at::Tensor& residual) {
  RECORD_FUNCTION("byolab::batch_norm", c10::ArrayRef<const c10::IValue>{});  // for profiles
  if (residual.defined() && residual.sizes() != x.sizes())
    throw Error("batch_norm: the residual is not shaped like x", "add a shortcut that brings it to x's shape");
  const bool gradient = c10::GradMode::is_enabled() && (wants_gradient(x) || wants_gradient(terms.weight) ||
                                                        wants_gradient(terms.bias) || wants_gradient(residual));
  const bool known_weight = !terms.weight.defined() || terms.weight.scalar_type() == at::kFloat;
  if (!fits(x) || !known_weight || (gradient && !terms.training)) return composed(x, terms, activation, residual);
  const bool relu = activation == Activation::relu;
  const at::Tensor added = residual.defined() ? laid_out_as(residual, x) : at::Tensor();
  if (gradient) return FusedBatchNorm::apply(x, maybe(terms.weight), maybe(terms.bias), maybe(added), &terms, relu);
  const Shape shape = shape_of(x);
  const Affine affine = normaliser(x, shape, terms);
  const at::Tensor y = is_ours_alone(x) ? x : at::empty_like(x);
  normalise(x, shape, affine, added, relu, y);
  return y;
}

}  // namespace byolab
