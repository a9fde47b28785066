#include "adamw.hpp"
#include "lars.hpp"
#include "sgd.hpp"

BYOLAB_PLUGINS(registry) {
  registry.add<Lars>("lars", "layer-wise adaptive rates with momentum, as the paper trains");
  registry.add<Sgd>("sgd", "stochastic gradient descent with momentum");
  registry.add<AdamW>("adamw", "Adam with decoupled weight decay");
}
