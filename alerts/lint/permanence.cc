#include "alerts/lint/permanence.h"

#include <algorithm>
#include <string_view>

#include "alerts/lint/parts.h"
#include "promql/check/types.h"

namespace alerts {
namespace {

// They have a sample for each that they read, with its labels but the name.
constexpr std::string_view kOneForEach[] = {
    "abs",   "ceil", "clamp_max", "clamp_min", "exp",
    "floor", "ln",   "log10",     "log2",      "round",
    "sgn",   "sort", "sort_desc", "sqrt",      "timestamp"};

bool IsOneForEach(const promql::Call& call) {
  return std::ranges::find(kOneForEach, call.name) != std::end(kOneForEach);
}

bool IsScalar(const promql::Expr& expr) {
  return promql::TypeOf(expr) == promql::ValueType::kScalar;
}

// The side of an operator that is no number; null when both are vectors.
const promql::Expr* VectorBesideANumber(const promql::Binary& binary) {
  if (IsScalar(*binary.left)) return binary.right.get();
  return IsScalar(*binary.right) ? binary.left.get() : nullptr;
}

// Adds up all series of a group to one.
bool MakesOne(const promql::Aggregation& node) {
  return !base::Row(node.op).keeps_labels &&
         node.op != base::AggregationOp::kCountValues;
}

Permanence OfCall(const promql::Call& call) {
  // hour() and its like are of the time when nothing is given.
  if (call.name == "vector") return Permanence::kBare;
  if (call.arguments.empty()) {
    return call.name == "time" || call.name == "pi" ? Permanence::kNothing
                                                    : Permanence::kBare;
  }
  const promql::Expr* vector = VectorArgument(call);
  if (vector == nullptr || !IsOneForEach(call)) return Permanence::kNothing;
  return PermanenceOf(*vector);
}

Permanence OfAggregation(const promql::Aggregation& node) {
  if (!MakesOne(node)) return Permanence::kNothing;
  const Permanence inner = PermanenceOf(*node.expr);
  const bool whole = !node.without && node.grouping.empty();
  return inner != Permanence::kNothing && whole ? Permanence::kBare : inner;
}

Permanence OfBinary(const promql::Binary& binary, bool filters) {
  if (const promql::Expr* vector = VectorBesideANumber(binary)) {
    return filters ? Permanence::kNothing : PermanenceOf(*vector);
  }
  if (binary.op != base::BinaryOp::kOr) return Permanence::kNothing;
  const Permanence left = PermanenceOf(*binary.left);
  const Permanence right = PermanenceOf(*binary.right);
  // Matched by some labels, the left side may hide the bare one of the right.
  const bool by_all = !binary.matching.on && binary.matching.labels.empty();
  if (left == Permanence::kBare) return left;
  if (right == Permanence::kBare && by_all) return right;
  const bool nothing =
      left == Permanence::kNothing && right == Permanence::kNothing;
  return nothing ? Permanence::kNothing : Permanence::kSomething;
}

}  // namespace

Permanence PermanenceOf(const promql::Expr& part) {
  const promql::Expr& expr = promql::StripParens(part);
  if (const auto* node = std::get_if<promql::Call>(&expr.node)) {
    return OfCall(*node);
  }
  if (const auto* node = std::get_if<promql::Aggregation>(&expr.node)) {
    return OfAggregation(*node);
  }
  if (const auto* node = std::get_if<promql::Unary>(&expr.node)) {
    return PermanenceOf(*node->expr);
  }
  if (const auto* node = std::get_if<promql::Binary>(&expr.node)) {
    return OfBinary(*node, IsFilter(expr));
  }
  return Permanence::kNothing;
}

bool HasNoLabels(const promql::Expr& part) {
  const promql::Expr& expr = promql::StripParens(part);
  if (const auto* node = std::get_if<promql::Call>(&expr.node)) {
    if (OfCall(*node) == Permanence::kBare) return true;
    const promql::Expr* vector = VectorArgument(*node);
    return vector != nullptr && IsOneForEach(*node) && HasNoLabels(*vector);
  }
  if (const auto* node = std::get_if<promql::Aggregation>(&expr.node)) {
    if (!MakesOne(*node)) {
      return base::Row(node->op).keeps_labels && HasNoLabels(*node->expr);
    }
    return (!node->without && node->grouping.empty()) ||
           HasNoLabels(*node->expr);
  }
  if (const auto* node = std::get_if<promql::Unary>(&expr.node)) {
    return HasNoLabels(*node->expr);
  }
  if (const auto* node = std::get_if<promql::Binary>(&expr.node)) {
    if (const promql::Expr* vector = VectorBesideANumber(*node)) {
      return HasNoLabels(*vector);
    }
    return HasNoLabels(*node->left) && HasNoLabels(*node->right);
  }
  return false;
}

}  // namespace alerts
