#include "two_networks.hpp"

BYOLAB_PLUGINS(registry) {
  registry.add<TwoNetworks>("two_networks", "the paper's pass: an online network predicts what the target gives");
}
