#include "constant.hpp"
#include "cosine.hpp"
#include "linear.hpp"
#include "repeat.hpp"
#include "step_schedule.hpp"
#include "warmup.hpp"

BYOLAB_PLUGINS(registry) {
  registry.add<Constant>("constant", "the same value at every step");
  registry.add<Linear>("linear", "a straight line from one value to another over the run");
  registry.add<Cosine>("cosine", "half a cosine wave from one value to another over the run");
  registry.add<StepSchedule>("step", "a value multiplied by a factor at each milestone");
  registry.add<Warmup>("warmup", "a linear rise from 0, and then another schedule");
  registry.add<Repeat>("repeat", "another schedule over and over, each time from its start");
}
