// Vectors of float, loaded from and stored as float or bfloat16 (as its 16 bits). Included once for each instruction
// set, after highway.h, as Highway wants of such headers.

#if defined(BYOLAB_OPS_ELEMENTS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef BYOLAB_OPS_ELEMENTS_INL_HPP
#undef BYOLAB_OPS_ELEMENTS_INL_HPP
#else
#define BYOLAB_OPS_ELEMENTS_INL_HPP
#endif

#include <hwy/highway.h>

#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace byolab::kernels::HWY_NAMESPACE {

using FloatTag = hwy::HWY_NAMESPACE::CappedTag<float, 16>;
using FloatVector = hwy::HWY_NAMESPACE::Vec<FloatTag>;

HWY_INLINE FloatVector load(const float* from) { return hwy::HWY_NAMESPACE::LoadU(FloatTag(), from); }
HWY_INLINE FloatVector load(const std::uint16_t* from) {
  namespace hn = hwy::HWY_NAMESPACE;
  const hn::RebindToUnsigned<FloatTag> wide;
  const hn::Rebind<std::uint16_t, FloatTag> narrow;
  return hn::BitCast(FloatTag(), hn::ShiftLeft<16>(hn::PromoteTo(wide, hn::LoadU(narrow, from))));
}

HWY_INLINE void store(FloatVector value, float* to) { hwy::HWY_NAMESPACE::StoreU(value, FloatTag(), to); }
/// To the nearest bfloat16, ties to even; what is no number stays none, whatever its bits.
HWY_INLINE void store(FloatVector value, std::uint16_t* to) {
  namespace hn = hwy::HWY_NAMESPACE;
  const hn::RebindToUnsigned<FloatTag> wide;
  const hn::Rebind<std::uint16_t, FloatTag> narrow;
  const auto bits = hn::BitCast(wide, value);
  const auto odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(wide, 1));
  const auto rounded = hn::Add(hn::Add(bits, hn::Set(wide, 0x7FFF)), odd);
  const auto quiet = hn::Or(bits, hn::Set(wide, 0x400000));
  const auto none = hn::RebindMask(wide, hn::IsNaN(value));
  const auto kept = hn::IfThenElse(none, quiet, rounded);
  hn::StoreU(hn::TruncateTo(narrow, hn::ShiftRight<16>(kept)), narrow, to);
}

}  // namespace byolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
