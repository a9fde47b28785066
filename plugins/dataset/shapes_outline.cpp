#include "shapes_outline.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace shapes {
namespace {

// Each outline is a signed distance, negative inside, in a frame of its own: y up, about one unit large.
// Where straight edges meet outside, the larger of two distances stands for the true one: corners stay sharp.

struct Disc {
  static constexpr float kArea = std::numbers::pi_v<float>, kReach = 1.0F;
  static float at(float x, float y) { return std::sqrt(x * x + y * y) - 1.0F; }
};

struct Square {
  static constexpr float kArea = 4.0F, kReach = std::numbers::sqrt2_v<float>;
  static float at(float x, float y) { return std::max(std::abs(x), std::abs(y)) - 1.0F; }
};

struct Triangle {  // equilateral, inradius ½
  static constexpr float kArea = 0.75F * std::numbers::sqrt3_v<float>, kReach = 1.0F;
  static float at(float x, float y) { return std::max(0.8660254F * std::abs(x) + 0.5F * y, -y) - 0.5F; }
};

struct Hourglass {  // two triangles that meet at their tips
  static constexpr float kWide = 0.8F, kArea = 2.0F * kWide, kReach = 1.29F;
  static float at(float x, float y) {
    const float side = (std::abs(x) - kWide * std::abs(y)) / 1.2806248F;  // √(1 + kWide²)
    return std::max(side, std::abs(y) - 1.0F);
  }
};

struct Star {  // five tips at distance 1, five dents at kDent
  static constexpr float kDent = 0.42F, kArea = 5.0F * kDent * 0.58778525F, kReach = 1.0F;
  static float at(float x, float y) {
    constexpr float c = 0.80901699F, s = 0.58778525F;  // of 36 degrees
    x = std::abs(x);
    const float first = 2.0F * std::max(0.0F, c * x - s * y);  // fold into the sector around the tip (0, 1)
    x -= c * first;
    y += s * first;
    const float second = 2.0F * std::max(0.0F, -c * x - s * y);
    x = std::abs(x + c * second);
    y += s * second;
    constexpr float dx = kDent * s, dy = kDent * c - 1.0F;  // the edge from the tip to the dent
    const float length = std::sqrt(dx * dx + dy * dy);
    return (-dy * x + dx * (y - 1.0F)) / length;
  }
};

struct Ring {
  static constexpr float kMiddle = 0.75F, kHalf = 0.25F, kReach = 1.0F;
  static constexpr float kArea = 4.0F * std::numbers::pi_v<float> * kMiddle * kHalf;
  static float at(float x, float y) { return std::abs(std::sqrt(x * x + y * y) - kMiddle) - kHalf; }
};

struct Cross {
  static constexpr float kArm = 0.34F, kArea = 8.0F * kArm - 4.0F * kArm * kArm, kReach = 1.06F;
  static float at(float x, float y) {
    const float a = std::abs(x), b = std::abs(y);
    return std::min(std::max(a - 1.0F, b - kArm), std::max(a - kArm, b - 1.0F));
  }
};

struct Crescent {  // the unit disc less a disc of radius kBite that is moved to the right
  static constexpr float kBite = 0.8F, kMoved = 0.5F, kArea = 1.51F, kReach = 1.0F;
  static float at(float x, float y) {
    const float moved = x - kMoved;
    return std::max(std::sqrt(x * x + y * y) - 1.0F, kBite - std::sqrt(moved * moved + y * y));
  }
};

struct Heart {  // a square on its corner, and a disc on each of its upper edges
  static constexpr float kHalf = 0.6F, kArea = 4.0F * kHalf * kHalf + std::numbers::pi_v<float> * kHalf * kHalf;
  static constexpr float kReach = 1.2F;
  static float at(float x, float y) {
    y += 0.15F;
    const float u = 0.70710678F * (std::abs(x) + y), v = 0.70710678F * (y - std::abs(x));
    const float square = std::max(std::abs(u), std::abs(v)) - kHalf;
    return std::min(square, std::sqrt((u - kHalf) * (u - kHalf) + v * v) - kHalf);
  }
};

struct Arrow {  // points up
  static constexpr float kArea = 0.9F * 0.9F + 2.0F * 0.26F * 0.95F, kReach = 1.0F;
  static float at(float x, float y) {
    const float a = std::abs(x);
    const float head = std::max(-y, 0.70710678F * (a + y - 0.9F));
    const float shaft = std::max(a - 0.26F, std::abs(y + 0.45F) - 0.5F);
    return std::min(head, shaft);
  }
};

template <class Shape>
float scale() {  // pixels a unit, for a pose of radius 1
  return std::sqrt(std::numbers::pi_v<float> / Shape::kArea);
}

template <class Shape>
void cover(const Pose& pose, int row, int begin, int end, float* coverage) {
  const float unit = pose.radius * scale<Shape>();
  const float dy = static_cast<float>(row) + 0.5F - pose.y;
  const float along = 1.0F / (unit * pose.stretch), across = pose.stretch / unit;
  for (int x = begin; x < end; ++x) {
    const float dx = static_cast<float>(x) + 0.5F - pose.x;
    const float u = (pose.cosine * dx + pose.sine * dy) * along;
    const float v = (pose.cosine * dy - pose.sine * dx) * -across;
    coverage[x - begin] = std::clamp(0.5F - unit * Shape::at(u, v), 0.0F, 1.0F);
  }
}

/// Calls `use` with an object of the outline's type.
template <class Use>
auto with(Outline outline, Use use) {
  switch (outline) {
    case Outline::square:
      return use(Square{});
    case Outline::triangle:
      return use(Triangle{});
    case Outline::star:
      return use(Star{});
    case Outline::ring:
      return use(Ring{});
    case Outline::cross:
      return use(Cross{});
    case Outline::crescent:
      return use(Crescent{});
    case Outline::heart:
      return use(Heart{});
    case Outline::arrow:
      return use(Arrow{});
    case Outline::hourglass:
      return use(Hourglass{});
    case Outline::disc:
      break;
  }
  return use(Disc{});
}

}  // namespace

float reach(const Pose& pose) {
  return with(pose.outline, [&](auto shape) {
    using Shape = decltype(shape);
    return pose.radius * scale<Shape>() * Shape::kReach * std::max(pose.stretch, 1.0F / pose.stretch);
  });
}

void cover_row(const Pose& pose, int row, int begin, int end, float* coverage) {
  with(pose.outline, [&](auto shape) { cover<decltype(shape)>(pose, row, begin, end, coverage); });
}

}  // namespace shapes
