#include "byolab/batch_norm.hpp"

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/record_function.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "byolab/error.hpp"
#include "kernels/norm_kernels.hpp"

namespace byolab {
namespace {

using kernels::Rows;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

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

at::Tensor composed(const at::Tensor& x, const BatchNormTerms& terms, Activation activation,
                    const at::Tensor& residual) {
  at::Tensor y = at::batch_norm(x, terms.weight, terms.bias, terms.running_mean, terms.running_var, terms.training,
                                terms.momentum, terms.eps, false);
  if (residual.defined()) y = y + residual;
  return activation == Activation::relu ? y.relu() : y;
}

/// A number for each channel.
using Channels = std::vector<double>;

Channels channels_of(const at::Tensor& tensor, std::int64_t c, double otherwise) {
  if (!tensor.defined()) return Channels(static_cast<std::size_t>(c), otherwise);
  const at::Tensor values = tensor.detach().to(at::kFloat).contiguous();
  const auto* first = values.const_data_ptr<float>();
  return {first, first + c};
}

/// One float a column, from one a channel.
std::vector<float> per_column(const Channels& channels, std::int64_t fold) {
  std::vector<float> columns;
  columns.reserve(channels.size() * static_cast<std::size_t>(fold));
  for (std::int64_t i = 0; i < fold; ++i)
    for (const double value : channels) columns.push_back(static_cast<float>(value));
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

struct TwoSums {
  Channels first, second;
};

/// Sums of two quantities for each channel: `add(begin, end, first, second)` adds those of some rows to two arrays of
/// one double a column.
template <class Add>
TwoSums two_sums(const Shape& shape, const Add& add) {
  const std::size_t columns = shape.columns(), c = static_cast<std::size_t>(shape.channels);
  std::vector<double> parts(kParts * 2 * columns);
  in_parts(shape.rows, [&](std::int64_t begin, std::int64_t end, std::int64_t part) {
    double* own = parts.data() + static_cast<std::size_t>(part) * 2 * columns;
    add(begin, end, own, own + columns);
  });
  TwoSums sums{Channels(c), Channels(c)};
  for (std::size_t part = 0; part < kParts; ++part)
    for (std::size_t column = 0; column < columns; ++column) {
      sums.first[column % c] += parts[part * 2 * columns + column];
      sums.second[column % c] += parts[(part * 2 + 1) * columns + column];
    }
  return sums;
}

template <class Element>
const Element* data_of(const at::Tensor& x) {
  return static_cast<const Element*>(x.const_data_ptr());
}
template <class Element>
Element* data_to(const at::Tensor& x) {
  return static_cast<Element*>(x.mutable_data_ptr());
}

/// Calls `body` with a value of the element type that the kernels know x's type by.
template <class Body>
void with_element(const at::Tensor& x, const Body& body) {
  if (x.scalar_type() == at::kFloat) return body(float{});
  body(std::uint16_t{});
}

template <class Element>
Rows<Element> rows_of(const at::Tensor& x, const Shape& shape, std::int64_t begin, std::int64_t end) {
  return {data_of<Element>(x) + static_cast<std::size_t>(begin) * shape.columns(),
          static_cast<std::size_t>(end - begin), shape.columns()};
}

/// Mean and biased variance of each channel.
struct Moments {
  Channels mean, variance;
};

Moments batch_moments(const at::Tensor& x, const Shape& shape) {
  Moments moments;
  with_element(x, [&](auto element) {
    using Element = decltype(element);
    const at::Tensor first = at::from_blob(const_cast<Element*>(data_of<Element>(x)), {shape.channels}, x.options());
    const Channels shift = channels_of(first, shape.channels, 0);  // the first pixel: near enough to the mean
    const std::vector<float> about = per_column(shift, shape.fold);
    const TwoSums sums = two_sums(shape, [&](std::int64_t begin, std::int64_t end, double* sum, double* squares) {
      kernels::norm_sums(rows_of<Element>(x, shape, begin, end), about.data(), sum, squares);
    });
    const auto n = static_cast<double>(shape.pixels());
    for (std::size_t i = 0; i < shift.size(); ++i) {
      const double offset = sums.first[i] / n;
      moments.mean.push_back(shift[i] + offset);
      const double variance = sums.second[i] / n - offset * offset;
      moments.variance.push_back(variance < 0 ? 0 : variance);  // NaN stays NaN
    }
  });
  return moments;
}

void move_running(const BatchNormTerms& terms, const Moments& batch, std::int64_t pixels) {
  if (!terms.running_mean.defined()) return;
  const double unbiased = static_cast<double>(pixels) / static_cast<double>(pixels - 1);
  const auto move = [&](at::Tensor running, const Channels& towards, double factor) {
    Channels values = channels_of(running, running.numel(), 0);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] += terms.momentum * (towards[i] * factor - values[i]);
    running.copy_(at::from_blob(values.data(), running.sizes(), at::kDouble));
  };
  move(terms.running_mean, batch.mean, 1);
  move(terms.running_var, batch.variance, unbiased);
}

/// y = x · scale + offset, for each channel.
struct Affine {
  Channels mean, inverse_std, scale, offset;

  at::Tensor pack() const {
    const auto c = static_cast<std::int64_t>(mean.size());
    at::Tensor all = at::empty({4, c}, at::kDouble);
    auto* to = all.mutable_data_ptr<double>();
    for (const Channels* each : {&mean, &inverse_std, &scale, &offset}) to = std::copy(each->begin(), each->end(), to);
    return all;
  }
  static Affine unpack(const at::Tensor& all) {
    const auto* from = all.const_data_ptr<double>();
    const std::int64_t c = all.size(1);
    const auto row = [&](std::int64_t i) { return Channels(from + i * c, from + (i + 1) * c); };
    return {row(0), row(1), row(2), row(3)};
  }
};

Affine affine_of(const BatchNormTerms& terms, Moments moments) {
  const auto c = static_cast<std::int64_t>(moments.mean.size());
  const Channels weight = channels_of(terms.weight, c, 1), bias = channels_of(terms.bias, c, 0);
  Affine affine;
  for (std::size_t i = 0; i < weight.size(); ++i) {
    const double inverse = 1 / std::sqrt(moments.variance[i] + terms.eps);
    affine.inverse_std.push_back(inverse);
    affine.scale.push_back(inverse * weight[i]);
    affine.offset.push_back(bias[i] - moments.mean[i] * affine.scale[i]);
  }
  affine.mean = std::move(moments.mean);
  return affine;
}

Affine normaliser(const at::Tensor& x, const Shape& shape, const BatchNormTerms& terms) {
  if (!terms.training)
    return affine_of(
        terms, {channels_of(terms.running_mean, shape.channels, 0), channels_of(terms.running_var, shape.channels, 1)});
  Moments batch = batch_moments(x, shape);
  move_running(terms, batch, shape.pixels());
  return affine_of(terms, std::move(batch));
}

void normalise(const at::Tensor& x, const Shape& shape, const Affine& affine, const at::Tensor& residual, bool relu,
               const at::Tensor& out) {
  const std::vector<float> scale = per_column(affine.scale, shape.fold), offset = per_column(affine.offset, shape.fold);
  with_element(x, [&](auto element) {
    using Element = decltype(element);
    in_parts(shape.rows, [&](std::int64_t begin, std::int64_t end, std::int64_t) {
      const std::size_t first = static_cast<std::size_t>(begin) * shape.columns();
      kernels::norm_apply(rows_of<Element>(x, shape, begin, end), scale.data(), offset.data(),
                          residual.defined() ? data_of<Element>(residual) + first : nullptr, relu,
                          data_to<Element>(out) + first);
    });
  });
}

struct Gradients {
  at::Tensor x, residual, weight, bias;
};

at::Tensor single(const Channels& channels) {
  return at::from_blob(const_cast<double*>(channels.data()), {static_cast<std::int64_t>(channels.size())}, at::kDouble)
      .to(at::kFloat);
}

/// What of the gradient before the activation, of x, and of nothing makes ∂x.
struct Backward {
  Channels of_gradient, of_x, constant;
};

/// x̂ = (x − μ) s: ∂x = w s (g − mean g − x̂ mean(g x̂)), with g the gradient before the activation.
Backward backward_of(const Affine& affine, const TwoSums& sums, double n) {
  Backward result{affine.scale, {}, {}};
  for (std::size_t i = 0; i < affine.mean.size(); ++i) {
    const double s = affine.inverse_std[i];
    result.of_x.push_back(-affine.scale[i] * s * s * sums.second[i] / n);
    result.constant.push_back(-affine.scale[i] * sums.first[i] / n - result.of_x[i] * affine.mean[i]);
  }
  return result;
}

/// ∂weight = Σ g x̂, ∂bias = Σ g.
Gradients gradients_of(const at::Tensor& gradient, const at::Tensor& x, const at::Tensor& output, const Affine& affine,
                       bool relu, bool wants_residual) {
  const Shape shape = shape_of(x);
  const std::vector<float> scale = per_column(affine.scale, shape.fold), offset = per_column(affine.offset, shape.fold),
                           mean = per_column(affine.mean, shape.fold);
  Gradients result{at::empty_like(x), wants_residual ? at::empty_like(x) : at::Tensor(), {}, {}};
  with_element(x, [&](auto element) {
    using Element = decltype(element);
    const auto part_of = [&](std::int64_t begin, std::int64_t end) {
      const std::size_t first = static_cast<std::size_t>(begin) * shape.columns();
      return kernels::NormGradient<Element>{rows_of<Element>(x, shape, begin, end),
                                            data_of<Element>(gradient) + first,
                                            output.defined() ? data_of<Element>(output) + first : nullptr,
                                            scale.data(),
                                            offset.data(),
                                            mean.data(),
                                            relu};
    };
    TwoSums sums = two_sums(shape, [&](std::int64_t begin, std::int64_t end, double* sum, double* products) {
      kernels::norm_gradient_sums(part_of(begin, end), sum, products);
    });
    const Backward backward = backward_of(affine, sums, static_cast<double>(shape.pixels()));
    const std::vector<float> a = per_column(backward.of_gradient, shape.fold),
                             b = per_column(backward.of_x, shape.fold), d = per_column(backward.constant, shape.fold);
    in_parts(shape.rows, [&](std::int64_t begin, std::int64_t end, std::int64_t) {
      const std::size_t first = static_cast<std::size_t>(begin) * shape.columns();
      kernels::norm_gradient_apply(part_of(begin, end), a.data(), b.data(), d.data(),
                                   data_to<Element>(result.x) + first,
                                   wants_residual ? data_to<Element>(result.residual) + first : nullptr);
    });
    for (std::size_t i = 0; i < sums.second.size(); ++i) sums.second[i] *= affine.inverse_std[i];
    result.weight = single(sums.second);
    result.bias = single(sums.first);
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
    context->save_for_backward(variable_list{x, relu && residual.defined() ? y : at::Tensor(), affine.pack()});
    context->saved_data["relu"] = relu;
    context->saved_data["residual"] = residual.defined();
    context->saved_data["weight"] = weight.has_value();
    context->saved_data["bias"] = bias.has_value();
    return y;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    if (c10::GradMode::is_enabled())  // create_graph: a gradient depends on x, however it comes
      throw Error("batch_norm can be differentiated once, not twice",
                  "use torch::nn::BatchNorm2d where a second derivative is needed");
    const variable_list saved = context->get_saved_variables();
    const Affine affine = Affine::unpack(saved[2]);
    const Gradients found =
        gradients_of(laid_out_as(gradients[0], saved[0]), saved[0], saved[1], affine,
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
