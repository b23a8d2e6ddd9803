#include "promql/check/intervals.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "base/number.h"

namespace promql {
namespace {

using base::BinaryOp;
using base::kInfinity;

bool OnlyNan(const Values& values) { return values.low > values.high; }

// The hull of the four results at the ends. A NaN there (0 * Inf, Inf - Inf)
// says nothing about what lies between; `otherwise` does.
Values AtEnds(const Values& a, const Values& b, double (*op)(double, double),
              const Values& otherwise) {
  const double ends[] = {op(a.low, b.low), op(a.low, b.high), op(a.high, b.low),
                         op(a.high, b.high)};
  if (std::ranges::any_of(ends, [](double end) { return std::isnan(end); })) {
    return otherwise;
  }
  const auto [low, high] = std::ranges::minmax(ends);
  // Infinities inside can still cancel to NaN.
  const bool infinite = std::isinf(a.low) || std::isinf(a.high) ||
                        std::isinf(b.low) || std::isinf(b.high);
  return Values::Between(low, high, a.nan || b.nan || infinite);
}

// Of products and quotients.
Values BySign(const Values& a, const Values& b) {
  return a.low >= 0 && b.low >= 0 ? Values::AtLeast(0, true) : Values::Any();
}

Values Quotient(const Values& a, const Values& b) {
  if (b.low > 0 || b.high < 0) {
    return AtEnds(
        a, b, [](double x, double y) { return x / y; }, BySign(a, b));
  }
  return BySign(a, b);
}

Values Remainder(const Values& a, const Values& b) {
  if (!(b.low > 0) || std::isinf(b.high)) return Values::Any();
  Values result = Values::Between(a.low >= 0 ? 0 : -b.high, b.high, true);
  result.low_open = a.low < 0;
  result.high_open = true;
  return result;
}

// Whether the two intervals share a value.
bool Overlap(const Values& a, const Values& b) {
  const double low = std::max(a.low, b.low);
  const double high = std::min(a.high, b.high);
  if (low != high) return low < high;
  const bool excluded =
      (a.low == low && a.low_open) || (b.low == low && b.low_open) ||
      (a.high == high && a.high_open) || (b.high == high && b.high_open);
  return !excluded;
}

void LimitLow(Values& values, double low, bool open) {
  if (low > values.low) {
    values.low = low;
    values.low_open = open;
  } else if (low == values.low) {
    values.low_open = values.low_open || open;
  }
}

void LimitHigh(Values& values, double high, bool open) {
  if (high < values.high) {
    values.high = high;
    values.high_open = open;
  } else if (high == values.high) {
    values.high_open = values.high_open || open;
  }
}

}  // namespace

Values Negate(const Values& values) {
  Values result = values;
  result.low = -values.high;
  result.high = -values.low;
  result.low_open = values.high_open;
  result.high_open = values.low_open;
  if (OnlyNan(values)) return values;
  return result;
}

Values Apply(BinaryOp op, const Values& left, const Values& right) {
  if (left.never || right.never) return Values::Never();
  if (OnlyNan(left)) return left;
  if (OnlyNan(right)) return right;
  switch (op) {
    case BinaryOp::kAdd:
      return AtEnds(
          left, right, [](double x, double y) { return x + y; }, Values::Any());
    case BinaryOp::kSubtract:
      return AtEnds(
          left, right, [](double x, double y) { return x - y; }, Values::Any());
    case BinaryOp::kMultiply:
      return AtEnds(
          left, right, [](double x, double y) { return x * y; },
          BySign(left, right));
    case BinaryOp::kDivide:
      return Quotient(left, right);
    case BinaryOp::kModulo:
      return Remainder(left, right);
    case BinaryOp::kPower:
      return left.low >= 0 ? Values::AtLeast(0, true) : Values::Any();
    default:
      return Values::Any();
  }
}

Values Hull(const Values& a, const Values& b) {
  if (a.never) return b;
  if (b.never) return a;
  Values result;
  result.nan = a.nan || b.nan;
  result.low = std::min(a.low, b.low);
  result.high = std::max(a.high, b.high);
  result.low_open =
      (a.low > result.low || a.low_open) && (b.low > result.low || b.low_open);
  result.high_open = (a.high < result.high || a.high_open) &&
                     (b.high < result.high || b.high_open);
  return result;
}

BinaryOp Mirror(BinaryOp op) {
  switch (op) {
    case BinaryOp::kGreater:
      return BinaryOp::kLess;
    case BinaryOp::kLess:
      return BinaryOp::kGreater;
    case BinaryOp::kGreaterOrEqual:
      return BinaryOp::kLessOrEqual;
    case BinaryOp::kLessOrEqual:
      return BinaryOp::kGreaterOrEqual;
    default:
      return op;
  }
}

bool CanHold(BinaryOp op, const Values& left, const Values& right) {
  assert(!left.never && !right.never);
  switch (op) {
    case BinaryOp::kGreater:
      return left.high > right.low;
    case BinaryOp::kGreaterOrEqual:
      return left.high > right.low ||
             (left.high == right.low && !left.high_open && !right.low_open);
    case BinaryOp::kLess:
    case BinaryOp::kLessOrEqual:
      return CanHold(Mirror(op), right, left);
    case BinaryOp::kEqual:
      return Overlap(left, right);
    case BinaryOp::kNotEqual:
      return left.nan || right.nan || left.low != left.high ||
             right.low != right.high || left.low != right.low;
    default:
      return true;
  }
}

Values Filter(BinaryOp op, const Values& left, const Values& right) {
  if (left.never || right.never || !CanHold(op, left, right)) {
    return Values::Never();
  }
  Values result = left;
  if (op == BinaryOp::kNotEqual) return result;
  result.nan = false;
  const bool greater =
      op == BinaryOp::kGreater || op == BinaryOp::kGreaterOrEqual;
  const bool less = op == BinaryOp::kLess || op == BinaryOp::kLessOrEqual;
  const bool strict = op == BinaryOp::kGreater || op == BinaryOp::kLess;
  if (!less) LimitLow(result, right.low, strict || right.low_open);
  if (!greater) LimitHigh(result, right.high, strict || right.high_open);
  // x > -Inf and x < +Inf leave the infinite ends out without need.
  if (std::isinf(result.low) && result.low < 0) result.low_open = false;
  if (result.high == kInfinity) result.high_open = false;
  return result;
}

}  // namespace promql
