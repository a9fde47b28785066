#include "ema.hpp"
#include "fixed_random.hpp"
#include "hybrid.hpp"
#include "ladder.hpp"
#include "online.hpp"
#include "periodic_checkpoint.hpp"

BYOLAB_PLUGINS(registry) {
  registry.add<Ema>("ema", "moving average of the online network");
  registry.add<PeriodicCheckpoint>("periodic_checkpoint", "copies the online network at set intervals");
  registry.add<FixedRandom>("fixed_random", "stays the random network that it was made as");
  registry.add<Online>("online", "no second network: the online one is its own target");
  registry.add<Ladder>("ladder", "stages: each predicts the frozen network of the one before, from random weights");
  registry.add<Hybrid>("hybrid", "a rule of its own for each part of the network");
}
