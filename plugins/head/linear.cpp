#include "linear.hpp"

void LinearHead::describe(byolab::Fields& field, Options& options) {
  field("output", options.output, "width of the output; 0 keeps the input's", {.min = 0});
  field("bias", options.bias, "add a bias", {.source = "false: the reference code's last layers"});
  describe_init(field, options.init);
}

LinearHead::LinearHead(const Options& options, const byolab::Context& context) {
  const auto out = options.output == 0 ? context.inputs : options.output;
  linear_ = register_module("linear", linear(context.inputs, out, options.bias, options.init));
}
