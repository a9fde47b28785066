#include "guard/given.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "byolab/error.hpp"

namespace byolab {
namespace {

std::string text_of(const at::Tensor& tensor) {
  return fmt::format("a tensor of shape [{}] and type {}", fmt::join(tensor.sizes(), ", "),
                     at::toString(tensor.scalar_type()));
}

/// What the next network computes in, too.
bool is_row_type(at::ScalarType type) { return type == at::kFloat || type == at::kBFloat16 || type == at::kHalf; }

constexpr std::int64_t kWidest = std::int64_t{1} << 24;

}  // namespace

bool is_plain(const at::Tensor& tensor) {
  return tensor.defined() && tensor.layout() == c10::kStrided && !tensor.is_meta() &&
         at::isFloatingType(tensor.scalar_type());
}

std::string shape_text(at::IntArrayRef sizes, at::ScalarType type) {
  return fmt::format("{} [{}]", at::toString(type), fmt::join(sizes, ", "));
}

std::int64_t checked_width(std::int64_t width, const char* call) {
  if (width < 1 || width > kWidest)
    throw Error(fmt::format("{} gave {}; expected is the length of a row of what forward() gives, from 1 to {}", call,
                            width, kWidest));
  return width;
}

void check_rows(const at::Tensor& rows, std::int64_t n, std::int64_t width, at::ScalarType also) {
  if (!rows.defined()) throw Error("it gave no tensor");
  const auto fits = [also](at::ScalarType type) { return is_row_type(type) || type == also; };
  if (is_plain(rows) && fits(rows.scalar_type()) && rows.dim() == 2 && rows.size(0) == n && rows.size(1) == width)
    return;
  throw Error(
      fmt::format("it gave {}; expected are dense floating-point numbers [{}, {}] (float32, bfloat16 under autocast, "
                  "or float64 where the input is)",
                  text_of(rows), n, width));
}

void check_loss(const at::Tensor& loss, bool learns) {
  if (!loss.defined()) throw Error("it gave no tensor");
  if (!is_plain(loss) || loss.numel() != 1)
    throw Error(fmt::format("it gave {}; expected is one dense floating-point number", text_of(loss)));
  if (learns && !loss.requires_grad())
    throw Error("what it gave depends on no parameter: no gradient can flow",
                "compute it from `outputs` without detach()");
}

}  // namespace byolab
