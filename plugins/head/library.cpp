#include "direct_pred.hpp"
#include "identity.hpp"
#include "linear.hpp"
#include "mlp.hpp"
#include "optimal_linear.hpp"

BYOLAB_PLUGINS(registry) {
  registry.add<Mlp>("mlp", "linear layers with BatchNorm and ReLU between them, as the paper's heads");
  registry.add<LinearHead>("linear", "one linear layer");
  registry.add<Identity>("identity", "no head: gives back what it gets");
  registry.add<OptimalLinear>("optimal_linear", "the linear predictor that is optimal for each batch, in closed form");
  registry.add<DirectPred>("direct_pred",
                           "a linear predictor set from the eigenvalues of the projections' correlation");
}
