#include "byol.hpp"
#include "combined.hpp"
#include "info_nce.hpp"
#include "simclr.hpp"
#include "supervised.hpp"

BYOLAB_PLUGINS(registry) {
  registry.add<Byol>("byol", "predict the target network's projection of another view");
  registry.add<SimClr>("simclr", "tell one's other view from everybody else's (NT-Xent)");
  registry.add<InfoNce>("info_nce", "the paper's family between BYOL and SimCLR");
  registry.add<Supervised>("supervised", "cross-entropy with labels on the encoder's features");
  registry.add<Combined>("combined", "a weighted sum of losses");
}
