#include "grayscale.hpp"

void Grayscale::describe(byolab::Fields& field, Options& options) {
  field("p", options.p, "probability",
        {.min = 0, .max = 1, .source = "torchvision: 0.1; Grill et al. 2020, table 6: 0.2"});
}
