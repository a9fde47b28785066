#include "solarize.hpp"

void Solarize::describe(byolab::Fields& field, Options& options) {
  field("p", options.p, "probability",
        {.min = 0, .max = 1, .source = "torchvision: 0.5; Grill et al. 2020, table 6: 0.2 in the second view"});
  field("threshold", options.threshold, "from this value on, of 1, pixels are inverted",
        {.min = 0, .max = 1, .source = "Grill et al. 2020, appendix B"});
}
