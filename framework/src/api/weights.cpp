#include "byolab/weights.hpp"

#include <cmath>

#include <ATen/Functions.h>
#include <ATen/core/grad_mode.h>

#include "byolab/error.hpp"

namespace byolab {
namespace {

using Tensors = std::vector<at::Tensor>;

/// Rules never touch half of a network: whatever does not match is found before anything moves.
void check_same_shapes(const Tensors& mine, const Tensors& theirs) {
  bool same = mine.size() == theirs.size();
  for (std::size_t i = 0; same && i < mine.size(); ++i) same = mine[i].sizes() == theirs[i].sizes();
  if (!same) throw Error("the two networks do not have the same weights", "make both with the same options");
}

void copy(const Tensors& to, const Tensors& from) {
  if (!to.empty()) at::_foreach_copy_(to, from);
}

/// L2 norm of all the tensors as one vector; the tensors' own norms are summed in double.
double norm_of(const Tensors& tensors) {
  if (tensors.empty()) return 0;
  const auto norms = at::stack(at::_foreach_norm(tensors));
  return at::linalg_vector_norm(norms.to(at::kDouble)).item<double>();
}

}  // namespace

Weights Weights::only(const std::string& part) const {
  std::string known;
  for (const auto& one : parts_) {
    if (one.part == part) return Weights({one});
    known += (known.empty() ? "" : ", ") + one.part;
  }
  throw Error("the network has no part '" + part + "'", "its parts are: " + known);
}

Tensors Weights::tensors(Which which) const {
  Tensors all;
  for (const auto& part : parts_) {
    if (which != Which::buffers) all.insert(all.end(), part.parameters.begin(), part.parameters.end());
    if (which != Which::parameters) all.insert(all.end(), part.buffers.begin(), part.buffers.end());
  }
  return all;
}

void Weights::copy_from(const Weights& other, Which which) {
  const at::NoGradGuard no_gradient;
  const auto mine = tensors(which), theirs = other.tensors(which);
  check_same_shapes(mine, theirs);
  copy(mine, theirs);
}

void Weights::average_with(const Weights& other, double keep, Which which) {
  if (!(keep >= 0 && keep <= 1))
    throw Error("average_with got keep = " + std::to_string(keep) + "; expected is a share, from 0 to 1",
                "keep is what stays of the old weights: 1 leaves them, 0 copies the others'");
  if (keep == 1) return;
  if (keep == 0) return copy_from(other, which);
  const at::NoGradGuard no_gradient;
  const auto mine = tensors(which), theirs = other.tensors(which);
  check_same_shapes(mine, theirs);
  Tensors averaged, towards, copied, sources;
  for (std::size_t i = 0; i < mine.size(); ++i) {
    const bool real = mine[i].is_floating_point();
    (real ? averaged : copied).push_back(mine[i]);
    (real ? towards : sources).push_back(theirs[i]);
  }
  if (!averaged.empty()) at::_foreach_lerp_(averaged, towards, 1 - keep);
  copy(copied, sources);
}

double Weights::distance(const Weights& other) const {
  const at::NoGradGuard no_gradient;
  const auto mine = tensors(Which::parameters), theirs = other.tensors(Which::parameters);
  check_same_shapes(mine, theirs);
  return mine.empty() ? 0 : norm_of(at::_foreach_sub(mine, theirs));
}

double Weights::norm() const {
  const at::NoGradGuard no_gradient;
  return norm_of(tensors(Which::parameters));
}

}  // namespace byolab
