#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "byolab/augmentation.hpp"
#include "guard/guard.hpp"

namespace byolab {

/// An augmentation of a view. Draws are keyed by its name, so that they stay when others come and go.
struct NamedAugmentation {
  std::string name;
  std::shared_ptr<const Augmentation> op;
  std::string library;  ///< for messages
};

/// Which image is changed, in which view: with an op's name, all that its draws depend on.
struct ViewKey {
  std::uint64_t seed = 0;
  std::uint64_t epoch = 0;   ///< below 2²⁴
  std::uint64_t sample = 0;  ///< below 2⁴⁰
  std::uint32_t view = 0;
};

namespace augment {

/// An op of a pipeline, with what is the same for all images.
struct Op {
  NamedAugmentation augmentation;
  Callee callee;
  std::uint64_t stream = 0;
};

/// One stage of one op, with what was drawn for this image.
struct Stage {
  const Op* op = nullptr;
  Draw draw;
  Random random{0, 0};  ///< as it stands after the draw, for Form::tensor
  int stage = 0;
  Form form = Form::pointwise;
  Resampling resampling;
};

/// Draws what happens to one image of this size, in order; ops that leave it alone are left out. Returns the size
/// of the result.
Size make_plan(const std::vector<Op>& ops, Size size, const ViewKey& key, std::vector<Stage>& plan);

/// An op that changes colours, which takes them to be in [0, 1], behind one that has normalised them.
class BYOLAB_API ColoursError : public Error {
 public:
  ColoursError(const Op& normaliser, const Op& op);
  ~ColoursError() override;
  const Op* op;
};

/// Throws ColoursError. What normalises is what evaluated images get, too, and changes their colours.
BYOLAB_API void check_colours(const std::vector<Stage>& plan);

}  // namespace augment
}  // namespace byolab
