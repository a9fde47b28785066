#pragma once

#include <torch/nn/modules/linear.h>
#include <byolab/plugin.hpp>

/// How a linear layer starts; implementations differ.
enum class Init {
  lecun,  ///< normal with σ = 1/√inputs, cut at 2σ, bias 0: Haiku's default, and so the reference code's
  torch,  ///< uniform within 1/√inputs, bias too: torch.nn.Linear's default
};

void describe_init(byolab::Fields& field, Init& init);
torch::nn::Linear linear(std::int64_t in, std::int64_t out, bool bias, Init init);
