#include <cmath>
#include <optional>

#include "base/go_math.h"
#include "promql/engine/plan.h"

namespace promql {
namespace {

using DurationOp = DurationExpr::Op;

// Upstream's math.Min and math.Max: NaN wins.
double Least(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::nan("");
  return std::fmin(a, b);
}
double Greatest(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::nan("");
  return std::fmax(a, b);
}

// Nothing after a division by zero, which has its own message.
std::optional<double> Seconds(const DurationExpr& node,
                              Evaluation& evaluation) {
  const auto milliseconds = [](base::Duration duration) {
    return static_cast<double>(duration) / 1000;
  };
  switch (node.op) {
    case DurationOp::kLiteral:
      return node.seconds;
    case DurationOp::kStep:
      return milliseconds(evaluation.step());
    case DurationOp::kRange:
      return milliseconds(evaluation.end() - evaluation.start());
    default:
      break;
  }
  const auto left = Seconds(*node.left, evaluation);
  if (!left.has_value()) return std::nullopt;
  if (node.op == DurationOp::kNegate) return -*left;
  if (node.op == DurationOp::kPlus) return *left;
  const auto right = Seconds(*node.right, evaluation);
  if (!right.has_value()) return std::nullopt;
  if ((node.op == DurationOp::kDivide || node.op == DurationOp::kModulo) &&
      *right == 0) {
    evaluation.Fail(node.span, node.op == DurationOp::kDivide
                                   ? "division by zero"
                                   : "modulo by zero");
    return std::nullopt;
  }
  switch (node.op) {
    case DurationOp::kAdd:
      return *left + *right;
    case DurationOp::kSubtract:
      return *left - *right;
    case DurationOp::kMultiply:
      return *left * *right;
    case DurationOp::kDivide:
      return *left / *right;
    case DurationOp::kModulo:
      return std::fmod(*left, *right);
    case DurationOp::kPower:
      return base::go_math::Pow(*left, *right);
    case DurationOp::kMinOf:
      return Least(*left, *right);
    default:
      return Greatest(*left, *right);
  }
}

}  // namespace

std::optional<base::Duration> EvaluateDuration(const DurationExpr& duration,
                                               bool positive,
                                               Evaluation& evaluation) {
  const auto seconds = Seconds(duration, evaluation);
  if (!seconds.has_value()) return std::nullopt;
  if (positive && *seconds <= 0) {
    evaluation.Fail(duration.span, "duration must be greater than 0");
    return std::nullopt;
  }
  // int64 nanoseconds, as upstream keeps durations.
  constexpr double kLimit = 9223372036.0;
  if (!(std::fabs(*seconds) <= kLimit)) {
    evaluation.Fail(duration.span, "duration is out of range");
    return std::nullopt;
  }
  // A literal is exact to the nanosecond, an expression is cut to ms.
  const double exact = duration.op == DurationOp::kLiteral
                           ? std::trunc(std::round(*seconds * 1e9) / 1e6)
                           : std::trunc(*seconds * 1000);
  return static_cast<base::Duration>(exact);
}

}  // namespace promql
