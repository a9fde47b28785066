#include "plugins/lent_state.hpp"

#include <ATen/autocast_mode.h>
#include <c10/core/DefaultDtype.h>
#include <unistd.h>

namespace byolab {
namespace {

constexpr std::array kDevices{at::kCPU, at::kCUDA};

std::array<at::ScalarType, 2> autocast_types() {
  return {at::autocast::get_autocast_dtype(kDevices[0]), at::autocast::get_autocast_dtype(kDevices[1])};
}

/// The default type is the process's: what a worker saw of it during a call on the main thread, which trains, is
/// nothing to go back to.
bool on_main_thread() {
  thread_local const bool main = ::gettid() == ::getpid();
  return main;
}

}  // namespace

LentState::LentState()
    : modes_(c10::AutogradState::get_tls_state()),
      keys_(c10::impl::tls_local_dispatch_key_set()),
      autocast_types_(autocast_types()),
      default_type_(c10::get_default_dtype()) {}

LentState::~LentState() {
  c10::AutogradState::set_tls_state(modes_);
  c10::impl::_force_tls_local_dispatch_key_set(keys_);
  if (const auto types = autocast_types(); types != autocast_types_)
    for (std::size_t i = 0; i < kDevices.size(); ++i) at::autocast::set_autocast_dtype(kDevices[i], autocast_types_[i]);
  if (on_main_thread() && c10::get_default_dtype() != default_type_) c10::set_default_dtype(default_type_);
}

}  // namespace byolab
