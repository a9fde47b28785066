#include "byolab/capability.hpp"

#include "byolab/evaluator.hpp"
#include "byolab/restarts_online.hpp"
#include "byolab/solved_head.hpp"

// The classes' key functions, as in component.cpp: a dynamic_cast finds a capability in another library only where its
// type information exists once.

namespace byolab {

TokenEncoder::~TokenEncoder() = default;
MapEncoder::~MapEncoder() = default;
WithoutDecay::~WithoutDecay() = default;
SolvedHead::~SolvedHead() = default;
RestartsOnline::~RestartsOnline() = default;
Annotated::~Annotated() = default;
Predicts::~Predicts() = default;

}  // namespace byolab
