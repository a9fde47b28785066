#include "conformance/bench.hpp"

#include "api/host_kind.hpp"

namespace byolab::conformance {

const char* name_of(Layout layout) {
  switch (layout) {
    case Layout::contiguous:
      return "contiguous";
    case Layout::channels_last:
      return "channels-last";
    case Layout::strided:
      return "non-contiguous";
  }
  return "";
}

const char* name_of(Fill fill) {
  switch (fill) {
    case Fill::usual:
      return "usual numbers";
    case Fill::zero:
      return "zeros";
    case Fill::equal:
      return "all rows equal";
    case Fill::huge:
      return "numbers of 10⁴";
    case Fill::tiny:
      return "numbers of 10⁻⁶";
  }
  return "";
}

at::ScalarType widest(Kind kind) { return host_kind(kind).float64 ? at::kDouble : at::kFloat; }

std::unique_ptr<Bench> make_bench(const Specimen& specimen, const Setup& setup) {
  seed_torch(0, "conformance/constructor");
  return host_kind(specimen.kind()).bench(specimen, setup);
}

}  // namespace byolab::conformance
