#pragma once

#include "conformance/bench.hpp"

namespace byolab::conformance {

std::unique_ptr<Bench> make_method_bench(const Specimen& specimen, const Setup& setup);

}  // namespace byolab::conformance
