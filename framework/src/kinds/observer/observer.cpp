#include "byolab/observer.hpp"

namespace byolab {

Observer::~Observer() = default;
void Observer::prepare(const std::vector<Parameter>&) {}
void Observer::start(const RunView&) {}
void Observer::before_step(const Step&) {}
void Observer::gradients_ready(const Gradients&, const Step&) {}
void Observer::after_step(const Row&, const Step&) {}
void Observer::epoch_end(const Step&) {}
void Observer::evaluated(const Row&) {}
std::string Observer::should_stop(const Step&) { return {}; }
void Observer::end(const Ending&) {}

}  // namespace byolab
