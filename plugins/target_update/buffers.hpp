#pragma once

#include <byolab/plugin.hpp>

/// Where the target's BatchNorm statistics come from; implementations differ.
enum class Buffers {
  own,   ///< the rule leaves them alone: the target's own forward moves them, as in the reference code
  copy,  ///< copied from the online network whenever the rule acts
  ema,   ///< the running statistics averaged with the online network's, as the weights are
};

/// What one update does to the buffers; `keep` is the share of the target's own that stays.
void update_buffers(byolab::Weights& target, const byolab::Weights& online, Buffers buffers, double keep);
