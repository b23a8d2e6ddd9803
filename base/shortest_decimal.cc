#include "base/shortest_decimal.h"

#include <array>
#include <bit>
#include <cstddef>

namespace base {
namespace {

__extension__ using Wide = unsigned __int128;

// 10^k for the k that doubles need, each as the upper 128 bits, rounded up.
constexpr int kLeastPower = -292;
constexpr int kGreatestPower = 324;
constexpr std::size_t kPowerCount = kGreatestPower - kLeastPower + 1;

// floor(log2(10^k)), floor(log10(2^q)) and floor(log10(3/4 * 2^q)) for the
// exponents here.
constexpr int FloorLog2OfPower(int k) { return (k * 1741647) >> 19; }
constexpr int FloorLog10(int q) { return (q * 1262611) >> 22; }
constexpr int FloorLog10OfThreeQuarters(int q) {
  return (q * 1262611 - 524031) >> 22;
}

// A whole number of up to 1,280 bits, the lowest 32 first.
class BigNumber {
 public:
  constexpr void MultiplyByTen() {
    std::uint64_t carry = 0;
    for (std::uint32_t& limb : limbs_) {
      carry += std::uint64_t{limb} * 10;
      limb = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
  }
  // Rounds down.
  constexpr void DivideByTen() {
    std::uint64_t rest = 0;
    for (std::size_t i = limbs_.size(); i-- > 0;) {
      rest = (rest << 32) | limbs_[i];
      limbs_[i] = static_cast<std::uint32_t>(rest / 10);
      rest %= 10;
    }
  }
  constexpr void SetBit(std::size_t bit) {
    limbs_[bit / 32] |= std::uint32_t{1} << (bit % 32);
  }
  // The upper 128 bits, rounded up when there is more below, or when `inexact`.
  // REQUIRES: it is not 0
  constexpr Wide Upper(bool inexact) const {
    std::size_t top = limbs_.size();
    while (limbs_[top - 1] == 0) --top;
    const auto limb = [&](std::size_t i) {
      return top > i ? limbs_[top - 1 - i] : 0;
    };
    const int shift = std::countl_zero(limb(0));
    Wide upper = 0;
    for (std::size_t i = 0; i < 4; ++i) upper = (upper << 32) | limb(i);
    const std::uint64_t next = std::uint64_t{limb(4)} << shift;
    upper = (upper << shift) | (next >> 32);
    inexact = inexact || static_cast<std::uint32_t>(next) != 0;
    for (std::size_t i = 5; i < top; ++i) inexact = inexact || limb(i) != 0;
    return inexact ? upper + 1 : upper;
  }

 private:
  std::array<std::uint32_t, 40> limbs_{};
};

constexpr auto kPowersOfTen = [] {
  std::array<Wide, kPowerCount> powers{};
  BigNumber power;
  power.SetBit(0);
  for (int k = 0; k <= kGreatestPower; ++k) {
    powers[static_cast<std::size_t>(k - kLeastPower)] = power.Upper(false);
    power.MultiplyByTen();
  }
  // Far more digits than are looked at: to divide by ten twice and to divide by
  // a hundred round down to the same.
  BigNumber inverse;
  inverse.SetBit(1270);
  for (int k = -1; k >= kLeastPower; --k) {
    inverse.DivideByTen();
    powers[static_cast<std::size_t>(k - kLeastPower)] = inverse.Upper(true);
  }
  return powers;
}();

Wide PowerOfTen(int k) {
  return kPowersOfTen[static_cast<std::size_t>(k - kLeastPower)];
}

// The upper half of power * number, its last bit set where there is more below.
std::uint64_t RoundToOdd(Wide power, std::uint64_t number) {
  const Wide low =
      static_cast<Wide>(static_cast<std::uint64_t>(power)) * number;
  const Wide high =
      static_cast<Wide>(static_cast<std::uint64_t>(power >> 64)) * number +
      (low >> 64);
  const bool more = static_cast<std::uint64_t>(high) > 1;
  return static_cast<std::uint64_t>(high >> 64) | (more ? 1u : 0u);
}

ShortestDecimal Trimmed(std::uint64_t digits, int exponent) {
  if (digits % 10 != 0) return {digits, exponent};
  while (digits % 10'000 == 0) {
    digits /= 10'000;
    exponent += 4;
  }
  while (digits % 10 == 0) {
    digits /= 10;
    ++exponent;
  }
  return {digits, exponent};
}

}  // namespace

ShortestDecimal FindShortestDecimal(double value) {
  constexpr int kFractionBits = 52;
  constexpr int kBias = 1075;
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const std::uint64_t fraction =
      bits & ((std::uint64_t{1} << kFractionBits) - 1);
  const auto biased = static_cast<int>(bits >> kFractionBits);
  // The value is c * 2^q.
  const std::uint64_t c =
      biased == 0 ? fraction : fraction | (std::uint64_t{1} << kFractionBits);
  const int q = (biased == 0 ? 1 : biased) - kBias;
  // Its neighbours lie at equal distances, but below a power of two.
  const bool closer_below = fraction == 0 && biased > 1;
  const int k = closer_below ? FloorLog10OfThreeQuarters(q) : FloorLog10(q);
  const int shift = q + FloorLog2OfPower(-k) + 1;
  const Wide power = PowerOfTen(-k);
  // Four times the value and the ends of the interval, in units of 10^k. An
  // even c owns the ends.
  const std::uint64_t at = RoundToOdd(power, (4 * c) << shift);
  const std::uint64_t odd = c & 1;
  const std::uint64_t least =
      RoundToOdd(power, (4 * c - (closer_below ? 1 : 2)) << shift) + odd;
  const std::uint64_t most = RoundToOdd(power, (4 * c + 2) << shift) - odd;

  const std::uint64_t whole = at / 4;
  if (whole >= 10) {
    const std::uint64_t tens = whole / 10;
    const bool down_inside = least <= 40 * tens;
    const bool up_inside = 40 * tens + 40 <= most;
    if (down_inside != up_inside) {
      return Trimmed(tens + (up_inside ? 1 : 0), k + 1);
    }
  }
  const bool down_inside = least <= 4 * whole;
  const bool up_inside = 4 * whole + 4 <= most;
  if (down_inside != up_inside) {
    return Trimmed(whole + (up_inside ? 1 : 0), k);
  }
  const std::uint64_t middle = 4 * whole + 2;
  const bool up = at > middle || (at == middle && (whole & 1) != 0);
  return Trimmed(whole + (up ? 1 : 0), k);
}

}  // namespace base
