#pragma once

#include "conformance/bench.hpp"

namespace byolab::conformance {

std::unique_ptr<Bench> make_encoder_bench(const Specimen& specimen, const Setup& setup);

// Checks of what encoders give beyond vectors; they do not apply to others.
Check check_maps();
Check check_tokens();

}  // namespace byolab::conformance
