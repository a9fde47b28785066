#include "byolab/options.hpp"

#include "byolab/error.hpp"

namespace byolab {

double Schedule::operator()(const Step& step) const {
  if (curve_) return curve_->at(step);
  if (value_.is_number()) return value_.number();
  throw Error("a schedule was named but never read by Fields",
              "declare it in describe(): field(\"lr\", options.lr, …)");
}

}  // namespace byolab
