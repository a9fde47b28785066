// The 3×3 convolution against LibTorch's own in float64.

#include "byolab/convolution.hpp"

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/generated/variable_factories.h>

#include "byolab/error.hpp"
#include "kernels/cpu.hpp"
#include "kernels/targets.hpp"

namespace byolab {
namespace {

struct ConvolutionCase {
  std::int64_t images, in, out, height, width;
};

at::Tensor drawn_inputs(at::IntArrayRef shape) {
  return torch::randn(shape, at::kFloat).contiguous(at::MemoryFormat::ChannelsLast);
}

struct ConvolutionInputs {
  explicit ConvolutionInputs(const ConvolutionCase& of) {
    at::manual_seed(3);
    x = drawn_inputs({of.images, of.in, of.height, of.width});
    weight = torch::randn({of.out, of.in, 3, 3}, at::kFloat);
    gradient = drawn_inputs({of.images, of.out, of.height, of.width});
  }
  at::Tensor x, weight, gradient;
};

/// y, ∂x, ∂weight.
template <class Convolution>
std::vector<at::Tensor> results(const ConvolutionInputs& in, at::ScalarType type, const Convolution& convolution) {
  const at::Tensor x = in.x.to(type).detach().requires_grad_(), weight = in.weight.to(type).detach().requires_grad_();
  const at::Tensor y = convolution(x, weight);
  std::vector<at::Tensor> all{y.detach()};
  for (const at::Tensor& gradient : torch::autograd::grad({y}, {x, weight}, {in.gradient.to(type)}))
    all.push_back(gradient);
  return all;
}

double distance(const at::Tensor& found, const at::Tensor& expected) {
  return ((found.to(at::kDouble) - expected).abs().max() / expected.square().mean().sqrt()).item<double>();
}

at::Tensor libtorch(const at::Tensor& x, const at::Tensor& weight) { return at::conv2d(x, weight, {}, 1, 1); }

/// Of each element, in shares of a result's root mean square; and it is Winograd's, whose rounding is not LibTorch's.
void expect_equal(const ConvolutionCase& of) {
  const ConvolutionInputs in(of);
  const auto expected = results(in, at::kDouble, libtorch), found = results(in, at::kFloat, convolution_3x3);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(found[i].sizes(), expected[i].sizes());
    EXPECT_LT(distance(found[i], expected[i]), 2e-4) << i;
  }
  EXPECT_FALSE(found[0].equal(libtorch(in.x, in.weight)));
  EXPECT_TRUE(found[0].is_contiguous(at::MemoryFormat::ChannelsLast));
}

TEST(Convolution, IsLibTorchsOnEachInstructionSet) {
  for (const std::int64_t set : kernels::instruction_sets()) {
    const kernels::InstructionSetForTest only(set);
    SCOPED_TRACE(set);
    expect_equal({3, 16, 32, 8, 12});
    expect_equal({2, 48, 16, 7, 9});    // tiles that hang over the edge
    expect_equal({5, 32, 64, 4, 4});    // a tile an image
    expect_equal({1, 16, 16, 33, 20});  // several blocks, the last one not full
  }
}

/// y, ∂x, ∂weight of x in bfloat16 and weights in float32.
std::vector<at::Tensor> short_results(const ConvolutionInputs& in) {
  const at::Tensor x = in.x.to(at::kBFloat16).requires_grad_(), weight = in.weight.clone().requires_grad_();
  const at::Tensor y = convolution_3x3(x, weight);
  std::vector<at::Tensor> all{y.detach()};
  for (const at::Tensor& g : torch::autograd::grad({y}, {x, weight}, {in.gradient.to(at::kBFloat16)})) all.push_back(g);
  return all;
}

/// y and ∂x are what float64 gives of the same numbers, rounded to bfloat16; ∂weight is float32.
TEST(Convolution, TakesShortNumbersOnEachInstructionSet) {
  const kernels::FastBFloat16ForTest slow(false);
  for (const std::int64_t set : kernels::instruction_sets()) {
    const kernels::InstructionSetForTest only(set);
    SCOPED_TRACE(set);
    for (const ConvolutionCase& of : {ConvolutionCase{3, 16, 32, 8, 12}, ConvolutionCase{2, 48, 16, 7, 9},
                                      ConvolutionCase{5, 32, 64, 4, 4}, ConvolutionCase{1, 16, 16, 33, 20}}) {
      ConvolutionInputs in(of);
      in.x = in.x.to(at::kBFloat16).to(at::kFloat);
      in.gradient = in.gradient.to(at::kBFloat16).to(at::kFloat);
      const auto expected = results(in, at::kDouble, libtorch), found = short_results(in);
      EXPECT_EQ(found[0].scalar_type(), at::kBFloat16);
      EXPECT_EQ(found[1].scalar_type(), at::kBFloat16);
      EXPECT_TRUE(found[0].is_contiguous(at::MemoryFormat::ChannelsLast));
      for (const std::size_t i : {0, 1}) {
        const at::Tensor error = (found[i].to(at::kDouble) - expected[i]).abs();
        const double scale = expected[i].square().mean().sqrt().item<double>();
        EXPECT_LE((error - expected[i].abs() / 256).max().item<double>(), 2e-4 * scale) << i;
        EXPECT_GT(error.max().item<double>(), 0);
      }
      EXPECT_LT(distance(found[2], expected[2]), 2e-4);
    }
  }
}

/// Under autocast x is rounded first; weights in bfloat16 get their gradient in it.
TEST(Convolution, GoesByAutocastAndTheWeightsType) {
  const kernels::FastBFloat16ForTest slow(false);
  ConvolutionInputs in({2, 16, 32, 8, 8});
  const auto expected = short_results(in);
  const at::Tensor x = in.x.clone().requires_grad_(), weight = in.weight.clone().requires_grad_();
  at::Tensor y;
  {
    at::autocast::set_autocast_enabled(at::kCPU, true);
    y = convolution_3x3(x, weight);
    at::autocast::set_autocast_enabled(at::kCPU, false);
  }
  const auto found = torch::autograd::grad({y}, {x, weight}, {in.gradient.to(at::kBFloat16)});
  EXPECT_TRUE(y.equal(expected[0]));
  EXPECT_EQ(found[0].scalar_type(), at::kFloat);
  EXPECT_TRUE(found[0].equal(expected[1].to(at::kFloat)));
  EXPECT_TRUE(found[1].equal(expected[2]));

  const at::Tensor narrow = in.weight.to(at::kBFloat16).requires_grad_(),
                   z = convolution_3x3(x.to(at::kBFloat16), narrow);
  const at::Tensor gradient = torch::autograd::grad({z}, {narrow}, {in.gradient.to(at::kBFloat16)})[0];
  EXPECT_EQ(gradient.scalar_type(), at::kBFloat16);
  EXPECT_LT(distance(gradient, expected[2].to(at::kDouble)), 0.05);
}

TEST(Convolution, TakesNegatedWeights) {
  const ConvolutionInputs in({2, 16, 32, 8, 8});
  EXPECT_TRUE(convolution_3x3(in.x, at::_neg_view(in.weight)).equal(convolution_3x3(in.x, -in.weight)));
}

/// Whatever the bits of what is no number, and however it is rounded.
TEST(Convolution, NaNStaysNaN) {
  const kernels::FastBFloat16ForTest slow(false);
  for (const std::int64_t set : kernels::instruction_sets()) {
    const kernels::InstructionSetForTest only(set);
    const ConvolutionInputs in({1, 16, 16, 8, 8});
    for (const std::int32_t bits : {0x7FFFFFFF, 0x7FC00000, 0x7FFF8000}) {
      const at::Tensor weight = at::full({16, 16, 3, 3}, bits, at::kInt).view(at::kFloat);
      EXPECT_TRUE(convolution_3x3(in.x.to(at::kBFloat16), weight).isnan().all().item<bool>()) << set << ' ' << bits;
    }
  }
}

/// A mixture of types is of bfloat16 on each machine and at each shape; autocast to another type is LibTorch's.
TEST(Convolution, HasOneTypeAtEachShape) {
  for (const bool fast : {false, true}) {
    const kernels::FastBFloat16ForTest machine(fast);
    for (const ConvolutionCase& of : {ConvolutionCase{2, 16, 16, 8, 8}, ConvolutionCase{2, 8, 16, 8, 8}}) {
      const ConvolutionInputs in(of);
      EXPECT_EQ(convolution_3x3(in.x.to(at::kBFloat16), in.weight).scalar_type(), at::kBFloat16);
      at::autocast::set_autocast_enabled(at::kCPU, true);
      at::autocast::set_autocast_dtype(at::kCPU, at::kHalf);
      const at::Tensor half = convolution_3x3(in.x, in.weight);
      at::autocast::set_autocast_dtype(at::kCPU, at::kBFloat16);
      at::autocast::set_autocast_enabled(at::kCPU, false);
      EXPECT_EQ(half.scalar_type(), at::kHalf);
    }
  }
}

TEST(Convolution, LeavesShortNumbersToLibTorchWhereTheProcessorIsFast) {
  const ConvolutionInputs in({2, 16, 32, 8, 8});
  const at::Tensor x = in.x.to(at::kBFloat16), weight = in.weight.to(at::kBFloat16);
  const kernels::FastBFloat16ForTest fast(true);
  EXPECT_TRUE(convolution_3x3(x, weight).equal(libtorch(x, weight)));
}

TEST(Convolution, DoesNotDependOnTheThreads) {
  const ConvolutionInputs in({6, 32, 48, 16, 16});
  const int before = at::get_num_threads();
  at::set_num_threads(1);
  const auto one = results(in, at::kFloat, convolution_3x3);
  at::set_num_threads(3);
  const auto three = results(in, at::kFloat, convolution_3x3), again = results(in, at::kFloat, convolution_3x3);
  at::set_num_threads(before);
  EXPECT_TRUE(one[0].equal(three[0]));
  EXPECT_TRUE(one[1].equal(three[1]));
  EXPECT_LT(distance(three[2], one[2].to(at::kDouble)), 1e-4);  // sums in other parts
  for (std::size_t i = 0; i < one.size(); ++i) EXPECT_TRUE(three[i].equal(again[i])) << i;
}

TEST(Convolution, GivesOnlyTheGradientsThatAreAskedFor) {
  const ConvolutionInputs in({2, 16, 16, 8, 8});
  const auto expected = results(in, at::kFloat, convolution_3x3);
  const at::Tensor weight = in.weight.clone().requires_grad_(), x = in.x.clone().requires_grad_();
  EXPECT_TRUE(torch::autograd::grad({convolution_3x3(in.x, weight)}, {weight}, {in.gradient})[0].equal(expected[2]));
  EXPECT_TRUE(torch::autograd::grad({convolution_3x3(x, in.weight)}, {x}, {in.gradient})[0].equal(expected[1]));
  EXPECT_FALSE(convolution_3x3(in.x, in.weight).requires_grad());
}

TEST(Convolution, TakesWeightsAndGradientsHoweverTheyLie) {
  ConvolutionInputs in({2, 16, 32, 8, 8});
  const auto expected = results(in, at::kFloat, convolution_3x3);
  in.weight = in.weight.contiguous(at::MemoryFormat::ChannelsLast);
  in.gradient = in.gradient.contiguous();
  const auto found = results(in, at::kFloat, convolution_3x3);
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_TRUE(found[i].equal(expected[i])) << i;
  EXPECT_TRUE(found[2].is_contiguous(at::MemoryFormat::ChannelsLast));
}

/// Few channels, planes instead of pixels, images of less than half a tile, one tile for many channels, float64.
TEST(Convolution, IsLibTorchsWhereItDoesNotFit) {
  for (const ConvolutionCase& of :
       {ConvolutionCase{2, 8, 16, 8, 8}, ConvolutionCase{2, 16, 24, 8, 8}, ConvolutionCase{2, 16, 16, 2, 2},
        ConvolutionCase{2, 16, 16, 1, 9}, ConvolutionCase{1, 64, 32, 4, 4}}) {
    const ConvolutionInputs in(of);
    EXPECT_TRUE(convolution_3x3(in.x, in.weight).equal(libtorch(in.x, in.weight)));
  }
  const ConvolutionInputs in({2, 16, 16, 8, 8});
  const at::Tensor planes = in.x.contiguous();
  EXPECT_TRUE(convolution_3x3(planes, in.weight).equal(libtorch(planes, in.weight)));
  const at::Tensor x = in.x.to(at::kDouble), weight = in.weight.to(at::kDouble);
  EXPECT_TRUE(convolution_3x3(x, weight).equal(libtorch(x, weight)));
  EXPECT_THROW(convolution_3x3(in.x, in.weight.slice(1, 0, 8)), c10::Error);
}

TEST(Convolution, SaysThatItIsDifferentiableOnce) {
  const ConvolutionInputs in({1, 16, 16, 8, 8});
  const at::Tensor x = in.x.clone().requires_grad_(), weight = in.weight.clone().requires_grad_();
  const at::Tensor y = convolution_3x3(x, weight);
  EXPECT_THROW(torch::autograd::grad({y.square().sum()}, {x}, {}, true, true), Error);
  EXPECT_THROW(torch::autograd::grad({y.sum()}, {x}, {}, true, true), Error);  // ∂x depends on the weights all the same
}

}  // namespace
}  // namespace byolab
