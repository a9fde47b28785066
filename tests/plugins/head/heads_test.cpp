// Heads against torch.nn, and the closed-form predictors against lstsq and eigh (tests/reference/heads.py).
#include <cmath>

#include <gtest/gtest.h>

#include "support/reference_file.hpp"
#include "support/stock_plugin.hpp"

namespace byolab {
namespace {

using testing::error;
using testing::ReferenceFile;
using testing::Snapshot;
using testing::stock;

Context inputs(std::int64_t width) {
  Context context;
  context.inputs = width;
  return context;
}

/// The same weights, layer by layer: the same outputs, gradients and running statistics.
void expect_mlp(const std::string& name, Table options) {
  const auto reference = ReferenceFile("heads").table(name);
  const auto head = stock<Head>(std::move(options), inputs(6));
  head->to(at::kDouble);
  const auto weights = reference.tensors("weights");
  auto mine = head->parameters();
  ASSERT_EQ(mine.size(), weights.size()) << name;
  {
    const torch::NoGradGuard no_gradient;
    for (std::size_t i = 0; i < mine.size(); ++i) mine[i].copy_(weights[i]);
  }
  const auto x = reference.tensor("x").clone().requires_grad_();
  const auto y = head->forward(x);
  y.square().sum().backward();
  EXPECT_EQ(y.size(1), head->outputs());
  EXPECT_LT(error(y, reference.tensor("y")), 1e-12) << name;
  EXPECT_LT(error(x.grad(), reference.tensor("x_gradient")), 1e-12) << name;
  const auto gradients = reference.tensors("gradients"), running = reference.tensors("running");
  for (std::size_t i = 0; i < mine.size(); ++i) EXPECT_LT(error(mine[i].grad(), gradients[i]), 1e-12) << name << i;
  std::size_t i = 0;
  for (const auto& item : head->named_buffers()) {
    if (item.key().find("running") == std::string::npos) continue;
    EXPECT_LT(error(item.value(), running.at(i++)), 1e-12) << name << ", " << item.key();
  }
  EXPECT_EQ(i, running.size());
}

TEST(Mlp, IsThePapersByDefault) { expect_mlp("paper", {{"plugin", "mlp"}, {"hidden", 10}, {"output", 4}}); }

TEST(Mlp, WithOtherDepthBiasesAndLastNorm) {
  expect_mlp("deep", {{"plugin", "mlp"},
                      {"hidden", 10},
                      {"output", 4},
                      {"depth", 3},
                      {"hidden_bias", false},
                      {"last_bias", true},
                      {"last_batch_norm", true}});
}

TEST(Mlp, WithoutBatchNorm) {
  expect_mlp("plain", {{"plugin", "mlp"}, {"hidden", 10}, {"output", 4}, {"batch_norm", false}});
}

TEST(Mlp, OfDepthOneIsLinear) {
  expect_mlp("shallow", {{"plugin", "mlp"}, {"output", 4}, {"depth", 1}});
  expect_mlp("shallow", {{"plugin", "linear"}, {"output", 4}});
}

TEST(Mlp, StartsAsHaikusLinearOrAsTorchs) {
  torch::manual_seed(0);
  const auto first_weights = [](const char* init) {
    const auto head = stock<Head>({{"plugin", "mlp"}, {"hidden", 1000}, {"init", init}}, inputs(400));
    return head->named_parameters()["linear1.weight"].detach();
  };
  const auto lecun = first_weights("lecun"), torchs = first_weights("torch");
  const double sigma = 1 / std::sqrt(400.0);
  EXPECT_LE(lecun.abs().max().item<double>(), 2 * sigma * 1.0001);
  EXPECT_GT(lecun.abs().max().item<double>(), 1.95 * sigma);
  EXPECT_NEAR(lecun.std().item<double>(), 0.87962566 * sigma, 0.002 * sigma);  // of a normal cut at 2σ
  EXPECT_NEAR(torchs.std().item<double>(), sigma / std::sqrt(3.0), 0.002 * sigma);
  EXPECT_LE(torchs.abs().max().item<double>(), sigma * 1.0001);
}

TEST(LinearHead, IsAsWideAsMlpUnlessToldOtherwise) {
  EXPECT_EQ(stock<Head>({{"plugin", "linear"}}, inputs(6))->outputs(), 256);
  const auto head = stock<Head>({{"plugin", "linear"}, {"output", 5}, {"bias", true}}, inputs(6));
  EXPECT_EQ(head->outputs(), 5);
  EXPECT_EQ(head->parameters().size(), 2U);
}

TEST(Identity, GivesBackWhatItGets) {
  const auto head = stock<Head>({{"plugin", "identity"}}, inputs(6));
  const auto x = at::rand({3, 6});
  EXPECT_TRUE(head->forward(x).is_same(x));
  EXPECT_EQ(head->outputs(), 6);
  EXPECT_EQ(capability<SolvedHead>(*head), nullptr);
}

void solve(Head& head, const at::Tensor& projections, const at::Tensor& targets, const Step& step) {
  capability<SolvedHead>(head)->solve(projections, targets, step);
}

void expect_optimal(const std::string& name, double ridge) {
  const auto reference = ReferenceFile("heads").table(name);
  const auto head = stock<Head>({{"plugin", "optimal_linear"}, {"ridge", ridge}}, inputs(6));
  head->to(at::kDouble);
  const auto z = reference.tensor("z").clone().requires_grad_();
  solve(*head, z, reference.tensor("target"), Step{});
  EXPECT_LT(error(head->named_buffers()["weight"], reference.tensor("q")), 1e-10) << name;
  const auto prediction = head->forward(z);
  EXPECT_LT(error(prediction, z.matmul(reference.tensor("q"))), 1e-10) << name;
  prediction.sum().backward();
  EXPECT_LT(error(z.grad(), reference.tensor("q").sum(1).expand_as(z)), 1e-10);  // Q counts as a constant
}

TEST(OptimalLinear, SolvesLeastSquares) {
  expect_optimal("optimal", 0);
  expect_optimal("optimal_few", 0);
  expect_optimal("optimal_ridge", 0.01);
}

TEST(OptimalLinear, BeginsAsTheIdentityAndIsNobodysToTrain) {
  const auto head = stock<Head>({{"plugin", "optimal_linear"}}, inputs(6));
  const auto x = at::rand({3, 6});
  EXPECT_NE(capability<SolvedHead>(*head), nullptr);
  EXPECT_TRUE(head->forward(x).equal(x));
  EXPECT_TRUE(head->parameters().empty());
  solve(*head, at::zeros({4, 6}), at::rand({4, 6}), Step{});
  EXPECT_TRUE(head->forward(x).isfinite().all().item<bool>());
}

TEST(DirectPred, FollowsTheCorrelationsEigenvalues) {
  const auto reference = ReferenceFile("heads").table("direct_pred");
  const auto head = stock<Head>({{"plugin", "direct_pred"}}, inputs(5));
  head->to(at::kDouble);
  const auto batches = reference.tensors("batches"), predictors = reference.tensors("predictors");
  for (std::size_t k = 0; k < batches.size(); ++k) {
    solve(*head, batches[k], {}, Step{static_cast<std::int64_t>(k), 3, 1, 20});
    EXPECT_LT(error(head->forward(at::eye(5, at::kDouble)), predictors[k]), 1e-12) << "batch " << k;
  }
}

TEST(DirectPred, GoesOnFromASavedState) {
  const auto batches = ReferenceFile("heads").table("direct_pred").tensors("batches");
  const auto head = stock<Head>({{"plugin", "direct_pred"}}, inputs(5)),
             resumed = stock<Head>({{"plugin", "direct_pred"}}, inputs(5));
  solve(*head, batches[0].to(at::kFloat), {}, Step{});
  for (const auto& item : head->named_buffers()) resumed->named_buffers()[item.key()].copy_(item.value());
  Snapshot(*head).restore(*resumed);
  for (const auto& one : {head, resumed}) solve(*one, batches[1].to(at::kFloat), {}, Step{1, 3, 1, 20});
  const auto x = at::rand({3, 5});
  EXPECT_TRUE(head->forward(x).equal(resumed->forward(x)));
}

TEST(DirectPred, DecomposesNoOftenerThanAsked) {
  const auto batches = ReferenceFile("heads").table("direct_pred").tensors("batches");
  const auto head = stock<Head>({{"plugin", "direct_pred"}, {"refresh", "3 steps"}}, inputs(5));
  const auto after = [&](std::int64_t k) {
    solve(*head, batches[k].to(at::kFloat), {}, Step{k, 3, 1, 20});
    return head->forward(at::eye(5));
  };
  const auto first = after(0), second = after(1), third = after(2);
  EXPECT_TRUE(first.equal(second));  // the first batch sets it, and then each third step
  EXPECT_FALSE(second.equal(third));
}

}  // namespace
}  // namespace byolab
