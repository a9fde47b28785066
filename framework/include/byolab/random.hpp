#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <string_view>

namespace byolab {

/// FNV-1a, to make a stream number of a name.
constexpr std::uint64_t stream_of(std::string_view name) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (char letter : name) hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211ULL;
  return hash;
}

/// Counter-based random numbers: Philox 4×32-10 (Salmon et al. 2011). What it gives depends only on what it
/// is made from, so that a draw does not depend on threads, on batch order, or on other draws.
class Random {
 public:
  /// `a` and `b` are free coordinates: (epoch, sample), say. `stream` tells uses apart.
  Random(std::uint64_t seed, std::uint64_t stream, std::uint64_t a = 0, std::uint32_t b = 0)
      : key_{static_cast<std::uint32_t>(mix(seed ^ mix(stream))),
             static_cast<std::uint32_t>(mix(seed ^ mix(stream)) >> 32)},
        counter_{0, b, static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(a >> 32)} {}

  std::uint32_t bits() {
    if (next_ == 4) refill();
    return block_[next_++];
  }
  /// In [0, 1), 24 bits.
  float uniform() { return static_cast<float>(bits() >> 8) * 0x1p-24F; }
  /// In [low, high).
  float uniform(float low, float high) { return low + (high - low) * uniform(); }
  /// In {0, …, n − 1}; n in [1, 2³²).
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>((std::uint64_t{bits()} * n) >> 32); }
  bool chance(double p) { return uniform() < p; }
  /// Standard normal (Box–Muller).
  float normal() {
    const float u = 1.0F - uniform();
    return std::sqrt(-2.0F * std::log(u)) * std::cos(2.0F * std::numbers::pi_v<float> * uniform());
  }

 private:
  static constexpr std::uint64_t mix(std::uint64_t x) {  // splitmix64's finaliser
    x += 0x9E3779B97F4A7C15ULL;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31);
  }
  void refill() {
    auto [k0, k1] = key_;
    block_ = counter_;
    for (int round = 0; round < 10; ++round) {
      const std::uint64_t p0 = std::uint64_t{0xD2511F53U} * block_[0], p1 = std::uint64_t{0xCD9E8D57U} * block_[2];
      block_ = {static_cast<std::uint32_t>(p1 >> 32) ^ block_[1] ^ k0, static_cast<std::uint32_t>(p1),
                static_cast<std::uint32_t>(p0 >> 32) ^ block_[3] ^ k1, static_cast<std::uint32_t>(p0)};
      k0 += 0x9E3779B9U;
      k1 += 0xBB67AE85U;
    }
    ++counter_[0];
    next_ = 0;
  }

  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 4> block_{};
  int next_ = 4;
};

}  // namespace byolab
