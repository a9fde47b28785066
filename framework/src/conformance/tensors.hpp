#pragma once

#include "conformance/bench.hpp"

namespace byolab::conformance {

/// Normal numbers that depend on `seed` and the shape alone, in the setup's dtype, fill and layout.
at::Tensor numbers(at::IntArrayRef shape, const Setup& setup, std::uint64_t seed);
/// The same tensor, lying otherwise in memory (channels-last only if it has four dimensions; a scalar stays).
at::Tensor laid_out(const at::Tensor& tensor, Layout layout);

/// Copies that nothing changes any more.
std::vector<at::Tensor> copies(const std::vector<at::Tensor>& tensors);
/// Same numbers to the last bit, NaN and all.
bool same_bits(const at::Tensor& a, const at::Tensor& b);
/// Largest |a − b| over the largest |b|, of all pairs; infinite where shapes differ or only one is NaN. Sums in another
/// order differ by roundings; beyond kTolerance it is another result.
constexpr double kTolerance = 1e-4;
double difference(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b);
/// The position of the first tensor that differs in a bit; −1 if none does.
int first_difference(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b);
/// Throws Failure if a number is infinite or NaN; `when` completes the sentence "… is not finite …".
void expect_finite(const std::vector<at::Tensor>& results, const std::string& when);
/// "[4, 3, 32, 32]"
std::string shape_text(at::IntArrayRef shape);

}  // namespace byolab::conformance
