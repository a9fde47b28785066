#include "linear.hpp"

void LinearHead::describe(byolab::Fields& field, Options& options) {
  field("output", options.output, "width of the output; of a predictor, the projection's",
        {.min = 1, .source = "256: Grill et al. 2020, section 3.3"});
  field("bias", options.bias, "add a bias", {.source = "false: the reference code's last layers"});
  describe_init(field, options.init);
}

LinearHead::LinearHead(const Options& options, const byolab::Context& context) {
  linear_ = register_module("linear", linear(context.inputs, options.output, options.bias, options.init));
}
