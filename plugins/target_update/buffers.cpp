#include "buffers.hpp"

void update_buffers(byolab::Weights& target, const byolab::Weights& online, Buffers buffers, double keep) {
  switch (buffers) {
    case Buffers::own:
      return;
    case Buffers::copy:
      return target.copy_from(online, byolab::Which::buffers);
    case Buffers::ema:
      return target.average_with(online, keep, byolab::Which::buffers);
  }
}
