#pragma once

#include <byolab/plugin.hpp>

// Measures of a cloud of vectors. All take rows [n, d] on the CPU, float64 where a double comes out.

/// Rows divided by their l2 norm (by 1e-12 if that is greater).
at::Tensor unit_rows(const at::Tensor& x);

/// √d · mean over the dimensions of the standard deviation (divided by n) of the l2-normalised rows. 1 for a cloud
/// that is spread evenly over the sphere, 0 for a single point (Chen & He 2021, section 4.1, times √d).
double spread(const at::Tensor& unit);

/// exp of the entropy of the singular values of x, as shares of their sum (Roy & Vetterli 2007): from 1, where one
/// direction has everything, to min(n, d).
double effective_rank(const at::Tensor& x);

/// Mean of ‖a_i − b_i‖² (Wang & Isola 2020, Eq. 5 with α = 2).
double alignment(const at::Tensor& a, const at::Tensor& b);

/// ln of the mean over all pairs i ≠ j of exp(−2 ‖x_i − x_j‖²) (Wang & Isola 2020, Eq. 6 with t = 2): 0 for a single
/// point; −4 + small for an even spread in many dimensions.
double uniformity(const at::Tensor& unit);

/// Mean of the rows' cosines.
double mean_cosine(const at::Tensor& a, const at::Tensor& b);

/// x·Q with the Q that minimises ‖x·Q − y‖: the paper's optimal linear predictor, (xᵀx)⁻¹xᵀy (appendix I). A
/// ridge of 1e-8 of xᵀx's mean eigenvalue keeps it defined where x has collapsed.
at::Tensor best_linear_prediction(const at::Tensor& x, const at::Tensor& y);
