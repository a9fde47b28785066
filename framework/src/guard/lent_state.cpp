#include "guard/lent_state.hpp"

#include <ATen/autocast_mode.h>
#include <c10/core/AutogradState.h>
#include <c10/core/DefaultDtype.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <c10/util/typeid.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <new>

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

struct LentState::Kept {
  c10::AutogradState modes = c10::AutogradState::get_tls_state();
  c10::impl::LocalDispatchKeySet keys = c10::impl::tls_local_dispatch_key_set();  ///< autocast is one of them
  std::array<at::ScalarType, 2> types = autocast_types();
  caffe2::TypeMeta default_type = c10::get_default_dtype();
};

LentState::LentState() {
  static_assert(sizeof(Kept) <= sizeof kept_ && alignof(Kept) <= 8);
  new (kept_) Kept;
}

LentState::~LentState() {
  Kept& kept = *std::launder(reinterpret_cast<Kept*>(kept_));
  c10::AutogradState::set_tls_state(kept.modes);
  c10::impl::_force_tls_local_dispatch_key_set(kept.keys);
  if (const auto types = autocast_types(); types != kept.types)
    for (std::size_t i = 0; i < kDevices.size(); ++i) at::autocast::set_autocast_dtype(kDevices[i], kept.types[i]);
  if (on_main_thread() && c10::get_default_dtype() != kept.default_type) c10::set_default_dtype(kept.default_type);
  std::destroy_at(&kept);
}

}  // namespace byolab
