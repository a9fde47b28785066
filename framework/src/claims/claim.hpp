#pragma once

#include <string>
#include <vector>

#include "config/problems.hpp"

namespace byolab {

/// What an experiment expects to find: a [[claim]] of its file.
struct Claim {
  /// greater: arm > other + amount. less: arm < other − amount. equal: |arm − other| < amount. collapses: arm < amount.
  enum class Form { greater, less, equal, collapses };
  std::string text, source;
  std::string metric;  ///< a column of the sweep's table: "linear_top1"
  Form form = Form::greater;
  std::string arm, other;            ///< labels; `other` is empty for `collapses`
  std::string arm_from, other_from;  ///< what is compared are the changes from these arms; empty: the values themselves
  double amount = 0;
  Place place;

  /// "linear_top1: ema_0.99 > fixed_random + 2", "linear_top1: (a - a0) < (b - b0)"
  std::string statement() const;
};

/// Reads [[claim]]. `labels`: the sweep's arms. `metric`: of claims that name none; "" if the sweep names none either.
/// All that is wrong is added to the problems.
BYOLAB_API std::vector<Claim> read_claims(const Value& claims, const std::vector<std::string>& labels,
                                          const std::string& metric, Problems& problems);

}  // namespace byolab
