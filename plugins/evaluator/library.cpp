#include "collapse.hpp"
#include "knn.hpp"
#include "linear.hpp"

BYOLAB_PLUGINS(registry) {
  registry.add<Knn>("knn", "weighted nearest neighbours among the training images");
  registry.add<Linear>("linear", "logistic regression on frozen features, converged");
  registry.add<Collapse>("collapse", "spread, rank, alignment, uniformity, predictor and target");
}
