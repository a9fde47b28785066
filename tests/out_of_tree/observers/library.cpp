#include "clip_gradients.hpp"
#include "json_lines.hpp"

BYOLAB_PLUGINS(registry) {
  registry.add<ClipGradients>("clip_gradients", "bounds the norm of the gradients, and logs norms by part");
  registry.add<JsonLines>("json_lines", "every row of the record as a line of JSON");
}
