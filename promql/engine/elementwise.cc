#include "promql/engine/elementwise.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/go_math.h"
#include "promql/engine/histogram_operators.h"

namespace promql {
namespace {

using base::BinaryOp;

struct Add {
  double operator()(double a, double b) const { return a + b; }
};
struct Subtract {
  double operator()(double a, double b) const { return a - b; }
};
struct Multiply {
  double operator()(double a, double b) const { return a * b; }
};
struct Divide {
  double operator()(double a, double b) const { return a / b; }
};
struct Modulo {
  double operator()(double a, double b) const { return std::fmod(a, b); }
};
struct Power {
  double operator()(double a, double b) const { return base::go_math::Pow(a, b); }
};
struct Atan2 {
  double operator()(double a, double b) const { return base::go_math::Atan2(a, b); }
};
struct EqualTo {
  bool operator()(double a, double b) const { return a == b; }
};
struct NotEqualTo {
  bool operator()(double a, double b) const { return a != b; }
};
struct Greater {
  bool operator()(double a, double b) const { return a > b; }
};
struct Less {
  bool operator()(double a, double b) const { return a < b; }
};
struct GreaterOrEqual {
  bool operator()(double a, double b) const { return a >= b; }
};
struct LessOrEqual {
  bool operator()(double a, double b) const { return a <= b; }
};

// Calls `visit` with the function of an arithmetic or comparison operator.
template <typename Visit>
auto Dispatch(BinaryOp op, Visit visit) {
  switch (op) {
    case BinaryOp::kSubtract:
      return visit(Subtract());
    case BinaryOp::kMultiply:
      return visit(Multiply());
    case BinaryOp::kDivide:
      return visit(Divide());
    case BinaryOp::kModulo:
      return visit(Modulo());
    case BinaryOp::kPower:
      return visit(Power());
    case BinaryOp::kAtan2:
      return visit(Atan2());
    case BinaryOp::kEqual:
      return visit(EqualTo());
    case BinaryOp::kNotEqual:
      return visit(NotEqualTo());
    case BinaryOp::kGreater:
      return visit(Greater());
    case BinaryOp::kLess:
      return visit(Less());
    case BinaryOp::kGreaterOrEqual:
      return visit(GreaterOrEqual());
    case BinaryOp::kLessOrEqual:
      return visit(LessOrEqual());
    default:
      return visit(Add());
  }
}

// kFloat exactly where both are kFloat.
std::uint8_t BothFloats(std::uint8_t a, std::uint8_t b) {
  return static_cast<std::uint8_t>(a & b & kFloat);
}

template <typename Function>
void Calculate(const Column& left, const Column& right, Function function,
               Column& out) {
  for (std::size_t i = 0; i < out.steps(); ++i) {
    out.values[i] = function(left.values[i], right.values[i]);
    out.present[i] = BothFloats(left.present[i], right.present[i]);
  }
}

template <typename Function>
void Compare(const ElementwiseOp& op, const Column& left, const Column& right,
             Function function, Column& out) {
  const Column& passing = op.passes == Passes::kLeft ? left : right;
  for (std::size_t i = 0; i < out.steps(); ++i) {
    const bool holds = function(left.values[i], right.values[i]);
    const std::uint8_t both = BothFloats(left.present[i], right.present[i]);
    out.values[i] =
        op.return_bool ? static_cast<double>(holds) : passing.values[i];
    out.present[i] = holds || op.return_bool ? both : std::uint8_t{kAbsent};
  }
}

}  // namespace

void Apply(const ElementwiseOp& op, const Column& left, const Column& right,
           Evaluation& evaluation, Column& out) {
  const base::OpKind kind = base::Row(op.op).kind;
  if (kind != base::OpKind::kTrim) {
    Dispatch(op.op, [&](auto function) {
      if constexpr (std::is_same_v<decltype(function(0.0, 0.0)), bool>) {
        Compare(op, left, right, function, out);
      } else {
        Calculate(left, right, function, out);
      }
    });
  }
  if (kind == base::OpKind::kTrim || !left.histograms.empty() ||
      !right.histograms.empty()) {
    ApplyHistograms(op, left, right, evaluation, out);
  }
}

Column Constant(std::size_t steps, double value) {
  Column column(steps);
  std::ranges::fill(column.values, value);
  std::ranges::fill(column.present, kFloat);
  return column;
}

double ApplyToNumbers(BinaryOp op, double left, double right) {
  return Dispatch(op, [&](auto function) {
    return static_cast<double>(function(left, right));
  });
}

bool MakesQuantity(base::BinaryOp op, const Evaluation& evaluation) {
  if (op == base::BinaryOp::kAtan2 &&
      evaluation.options().compatibility.atan2_keeps_name) {
    return false;
  }
  return base::Row(op).kind == base::OpKind::kArithmetic;
}

bool DropsName(const ElementwiseOp& op, const Evaluation& evaluation) {
  return op.return_bool || MakesQuantity(op.op, evaluation);
}

}  // namespace promql
