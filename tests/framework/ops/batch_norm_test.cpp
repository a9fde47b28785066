// The fused batch normalisation against LibTorch's own operators in float64.

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/generated/variable_factories.h>

#include "byolab/batch_norm.hpp"
#include "byolab/error.hpp"
#include "kernels/targets.hpp"
#include "support/reference_file.hpp"

namespace byolab {
namespace {

using testing::error;

struct Case {
  std::vector<std::int64_t> shape;
  at::ScalarType type = at::kFloat;
  bool relu = true, residual = false;
  double mean = 0.5;
};

at::Tensor laid_out(const at::Tensor& x) {
  return x.dim() == 4 ? x.contiguous(at::MemoryFormat::ChannelsLast) : x.contiguous();
}

/// What goes in, in float64, rounded to the case's type.
struct Inputs {
  explicit Inputs(const Case& of) {
    at::manual_seed(7);
    const auto draw = [&](double mean) {
      return laid_out((torch::randn(of.shape, at::kDouble) * 2 + mean).to(of.type)).to(at::kDouble);
    };
    const std::int64_t c = of.shape[1];
    x = draw(of.mean);
    if (of.residual) residual = draw(0);
    gradient = draw(0);
    weight = torch::rand({c}, at::kFloat).to(at::kDouble) + 0.5;
    bias = torch::randn({c}, at::kFloat).to(at::kDouble);
    running_mean = torch::randn({c}, at::kFloat).to(at::kDouble);
    running_var = torch::rand({c}, at::kFloat).to(at::kDouble) + 0.5;
  }
  at::Tensor x, residual, gradient, weight, bias, running_mean, running_var;
};

/// y, ∂x, ∂weight, ∂bias, ∂residual, running mean and variance.
using Results = std::vector<at::Tensor>;

Results expected(const Case& of, const Inputs& in) {
  auto x = in.x.clone().requires_grad_(), w = in.weight.clone().requires_grad_(), b = in.bias.clone().requires_grad_();
  auto mean = in.running_mean.clone(), variance = in.running_var.clone();
  auto y = at::batch_norm(x, w, b, mean, variance, true, 0.1, 1e-5, false);
  std::vector<at::Tensor> wanted{x, w, b};
  if (of.residual) wanted.push_back(in.residual.clone().requires_grad_());
  if (of.residual) y = y + wanted.back();
  if (of.relu) y = y.relu();
  Results all{y.detach()};
  for (const at::Tensor& g : torch::autograd::grad({y}, wanted, {in.gradient})) all.push_back(g);
  all.push_back(mean);
  all.push_back(variance);
  return all;
}

Results found(const Case& of, const Inputs& in) {
  const auto typed = [&](const at::Tensor& t) { return laid_out(t.to(of.type)).clone().requires_grad_(); };
  const auto single = [](const at::Tensor& t) { return t.to(at::kFloat).clone(); };
  BatchNormTerms terms{single(in.weight).requires_grad_(), single(in.bias).requires_grad_(), single(in.running_mean),
                       single(in.running_var)};
  std::vector<at::Tensor> wanted{typed(in.x), terms.weight, terms.bias};
  if (of.residual) wanted.push_back(typed(in.residual));
  const at::Tensor y = batch_norm(wanted[0], terms, of.relu ? Activation::relu : Activation::none,
                                  of.residual ? wanted[3] : at::Tensor());
  EXPECT_EQ(y.scalar_type(), of.type);
  Results all{y.detach()};
  for (const at::Tensor& g : torch::autograd::grad({y}, wanted, {in.gradient.to(of.type)})) all.push_back(g);
  all.push_back(terms.running_mean);
  all.push_back(terms.running_var);
  return all;
}

/// Largest difference, as a share of the largest value.
double difference(const at::Tensor& a, const at::Tensor& b) {
  return ((a.to(at::kDouble) - b).abs().max() / b.abs().max()).item<double>();
}

void check(const Case& of) {
  const Inputs in(of);
  const Results wanted = expected(of, in), got = found(of, in);
  ASSERT_EQ(wanted.size(), got.size());
  const double rounding = of.type == at::kFloat ? 2e-6 : 1.0 / 256;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    SCOPED_TRACE("result " + std::to_string(i) + " of " + std::to_string(of.shape[1]) + " channels");
    ASSERT_EQ(wanted[i].sizes(), got[i].sizes());
    EXPECT_LT(difference(got[i], wanted[i]), i == 0 || i == 1 || i == 4 ? rounding : 2e-5);
  }
}

TEST(BatchNorm, AgreesWithLibTorchOnEveryInstructionSet) {
  for (const std::int64_t set : kernels::instruction_sets()) {
    const kernels::InstructionSetForTest only(set);
    for (const at::ScalarType type : {at::kFloat, at::kBFloat16})
      for (const bool relu : {false, true})
        for (const bool residual : {false, true}) {
          check({{8, 16, 6, 6}, type, relu, residual});
          check({{4, 64, 5, 7}, type, relu, residual});
          check({{6, 24, 4, 4}, type, relu, residual});  // 24 channels: two rows to three vectors
          check({{3, 5, 3, 3}, type, relu, residual});   // no number of rows fits: LibTorch's operators
          check({{96, 512}, type, relu, residual});
        }
  }
}

TEST(BatchNorm, KeepsTheDigitsOfASmallVarianceAboutALargeMean) {
  const Case far{{16, 16, 8, 8}, at::kFloat, false, false, 1000};
  const Inputs in(far);
  EXPECT_LT(difference(found(far, in)[0], expected(far, in)[0]), 2e-4);  // x itself has no more digits
}

TEST(BatchNorm, TheSameBitsWhateverTheNumberOfThreads) {
  const Case of{{16, 32, 9, 9}, at::kBFloat16, true, true};
  const Inputs in(of);
  const int before = at::get_num_threads();
  at::set_num_threads(1);
  const Results one = found(of, in);
  at::set_num_threads(2);
  const Results two = found(of, in);
  at::set_num_threads(before);
  for (std::size_t i = 0; i < one.size(); ++i) EXPECT_TRUE(at::equal(one[i], two[i])) << i;
}

BatchNormTerms terms_of(const Inputs& in, bool training) {
  BatchNormTerms terms{in.weight.to(at::kFloat), in.bias.to(at::kFloat), in.running_mean.to(at::kFloat),
                       in.running_var.to(at::kFloat)};
  terms.training = training;
  return terms;
}

TEST(BatchNorm, EvaluationNormalisesByTheRunningStatisticsAndLeavesThem) {
  const Case of{{4, 16, 6, 6}};
  const Inputs in(of);
  const BatchNormTerms terms = terms_of(in, false);
  const at::Tensor wanted =
      at::batch_norm(in.x, in.weight, in.bias, in.running_mean, in.running_var, false, 0.1, 1e-5, false).relu();
  EXPECT_LT(difference(batch_norm(laid_out(in.x.to(at::kFloat)), terms, Activation::relu), wanted), 2e-6);
  EXPECT_TRUE(at::equal(terms.running_mean, in.running_mean.to(at::kFloat)));
}

TEST(BatchNorm, WithoutGradientOnlyMemoryThatIsGivenAwayIsReused) {
  const at::NoGradGuard no_gradient;
  const Inputs in({{4, 16, 6, 6}});
  at::Tensor kept = laid_out(in.x.to(at::kFloat)).clone();
  const at::Tensor before = kept.clone();
  const at::Tensor y = batch_norm(kept, terms_of(in, true), Activation::relu);
  EXPECT_TRUE(at::equal(kept, before));
  const at::Tensor view = kept.view(kept.sizes());
  batch_norm(view.view(view.sizes()), terms_of(in, true), Activation::relu);
  EXPECT_TRUE(at::equal(kept, before));
  const void* memory = kept.const_data_ptr();
  at::Tensor given = before.clone();
  memory = given.const_data_ptr();
  const at::Tensor reused = batch_norm(std::move(given), terms_of(in, true), Activation::relu);
  EXPECT_EQ(reused.const_data_ptr(), memory);
  EXPECT_TRUE(at::equal(reused, y));
}

TEST(BatchNorm, NotANumberStaysOne) {
  const Inputs in({{4, 16, 6, 6}});
  at::Tensor x = laid_out(in.x.to(at::kFloat)).clone();
  x[0][3][0][0] = std::numeric_limits<float>::quiet_NaN();
  const at::Tensor y = batch_norm(x, terms_of(in, true), Activation::relu);
  EXPECT_TRUE(y.select(1, 3).isnan().all().item<bool>());
  EXPECT_FALSE(y.select(1, 2).isnan().any().item<bool>());
}

TEST(BatchNorm, AResidualOfAnotherShapeIsRefused) {
  const Inputs in({{4, 16, 6, 6}});
  EXPECT_THROW(batch_norm(in.x, terms_of(in, true), Activation::relu, in.x.select(0, 0)), Error);
}

TEST(BatchNorm, SaysThatItIsDifferentiableOnce) {
  const at::Tensor x = laid_out(torch::randn({4, 16, 4, 4})).requires_grad_();
  const at::Tensor y = batch_norm(x, {});
  EXPECT_THROW(torch::autograd::grad({y.sum()}, {x}, {}, true, true), Error);  // ∂x depends on x all the same
}

}  // namespace
}  // namespace byolab
