#include "promql/syntax/tree.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <tuple>

namespace promql {
namespace {

bool SameNumber(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}

bool SameNumber(const std::optional<double>& a,
                const std::optional<double>& b) {
  return a.has_value() == b.has_value() &&
         (!a.has_value() || SameNumber(*a, *b));
}

// Whether one of `a`, `b` is null and the other is not.
template <typename T>
bool OnlyOne(const T& a, const T& b) {
  return (a == nullptr) != (b == nullptr);
}

bool Same(const DurationExprPtr& a, const DurationExprPtr& b) {
  if (OnlyOne(a, b)) return false;
  if (a == nullptr) return true;
  return a->op == b->op && SameNumber(a->seconds, b->seconds) &&
         a->parenthesised == b->parenthesised && Same(a->left, b->left) &&
         Same(a->right, b->right);
}

// A literal that stands alone counts in whole milliseconds.
bool SameDuration(const DurationExprPtr& a, const DurationExprPtr& b) {
  constexpr auto kLiteral = DurationExpr::Op::kLiteral;
  if (a != nullptr && b != nullptr && a->op == kLiteral && b->op == kLiteral) {
    return LiteralMilliseconds(a->seconds) == LiteralMilliseconds(b->seconds);
  }
  return Same(a, b);
}

bool Same(const TimeModifiers& a, const TimeModifiers& b) {
  if (a.at.has_value() != b.at.has_value()) return false;
  if (a.at.has_value() &&
      (a.at->kind != b.at->kind || a.at->time != b.at->time)) {
    return false;
  }
  return SameDuration(a.offset, b.offset);
}

std::vector<base::Matcher> Sorted(std::vector<base::Matcher> matchers) {
  std::ranges::sort(matchers, {}, [](const base::Matcher& matcher) {
    return std::tuple(std::string_view(matcher.name()), matcher.type(),
                      std::string_view(matcher.value()));
  });
  return matchers;
}

bool Same(const std::vector<ExprPtr>& a, const std::vector<ExprPtr>& b) {
  return std::ranges::equal(
      a, b, [](const ExprPtr& x, const ExprPtr& y) { return Equal(*x, *y); });
}

bool Same(const NumberLiteral& a, const NumberLiteral& b) {
  return SameNumber(a.value, b.value) && a.duration == b.duration;
}
bool Same(const StringLiteral& a, const StringLiteral& b) {
  return a.value == b.value;
}
bool Same(const VectorSelector& a, const VectorSelector& b) {
  return a.name == b.name && a.name_in_braces == b.name_in_braces &&
         a.extension == b.extension && Same(a.time, b.time) &&
         Sorted(a.matchers) == Sorted(b.matchers);
}
bool Same(const MatrixSelector& a, const MatrixSelector& b) {
  return SameDuration(a.range, b.range) && Equal(*a.selector, *b.selector);
}
bool Same(const Subquery& a, const Subquery& b) {
  return SameDuration(a.range, b.range) && SameDuration(a.step, b.step) &&
         Same(a.time, b.time) && Equal(*a.expr, *b.expr);
}
bool Same(const Call& a, const Call& b) {
  return a.name == b.name && Same(a.arguments, b.arguments);
}
bool Same(const Aggregation& a, const Aggregation& b) {
  if (OnlyOne(a.parameter, b.parameter)) return false;
  return a.op == b.op && a.without == b.without && a.grouping == b.grouping &&
         (a.parameter == nullptr || Equal(*a.parameter, *b.parameter)) &&
         Equal(*a.expr, *b.expr);
}
bool Same(const VectorMatching& a, const VectorMatching& b) {
  return a.cardinality == b.cardinality && a.on == b.on &&
         a.labels == b.labels && a.include == b.include &&
         SameNumber(a.fill_left, b.fill_left) &&
         SameNumber(a.fill_right, b.fill_right);
}
bool Same(const Binary& a, const Binary& b) {
  return a.op == b.op && a.return_bool == b.return_bool &&
         Same(a.matching, b.matching) && Equal(*a.left, *b.left) &&
         Equal(*a.right, *b.right);
}
bool Same(const Unary& a, const Unary& b) {
  return a.negative == b.negative && Equal(*a.expr, *b.expr);
}
bool Same(const Paren& a, const Paren& b) { return Equal(*a.expr, *b.expr); }

}  // namespace

std::string_view ValueTypeName(ValueType type) {
  switch (type) {
    case ValueType::kNone:
      return "none";
    case ValueType::kScalar:
      return "scalar";
    case ValueType::kString:
      return "string";
    case ValueType::kInstantVector:
      return "instant vector";
    case ValueType::kRangeVector:
      return "range vector";
  }
  return "";
}

base::Duration LiteralMilliseconds(double seconds) {
  // Longer than a duration can be: of no literal but a plain number.
  if (!(std::abs(seconds) < 1e12))
    return seconds > 0 ? std::numeric_limits<std::int64_t>::max()
                       : std::numeric_limits<std::int64_t>::min();
  // Apart, as a double holds no nanoseconds beside many seconds.
  const double whole = std::trunc(seconds);
  const double rest = seconds - whole;
  // Beside many seconds the double nearest to a whole one may lie below it.
  const std::int64_t nearest = std::llround(rest * 1e3);
  const std::int64_t milliseconds =
      whole + static_cast<double>(nearest) / 1e3 == seconds
          ? nearest
          : std::llround(rest * 1e9) / 1'000'000;
  return static_cast<std::int64_t>(whole) * 1000 + milliseconds;
}

ChildList Children(const Expr& expr) {
  return std::visit(
      Overloaded{
          [](const NumberLiteral&) { return ChildList(); },
          [](const StringLiteral&) { return ChildList(); },
          [](const VectorSelector&) { return ChildList(); },
          [](const MatrixSelector& node) { return ChildList(node.selector); },
          [](const Subquery& node) { return ChildList(node.expr); },
          [](const Call& node) { return ChildList(node.arguments); },
          [](const Aggregation& node) {
            return node.parameter == nullptr
                       ? ChildList(node.expr)
                       : ChildList(node.parameter, node.expr);
          },
          [](const Binary& node) { return ChildList(node.left, node.right); },
          [](const Unary& node) { return ChildList(node.expr); },
          [](const Paren& node) { return ChildList(node.expr); }},
      expr.node);
}

const Expr& StripParens(const Expr& expr) {
  const Expr* inner = &expr;
  while (const auto* paren = std::get_if<Paren>(&inner->node)) {
    inner = paren->expr.get();
  }
  return *inner;
}

std::optional<double> NumberIn(const Expr& expr) {
  const auto* number = std::get_if<NumberLiteral>(&StripParens(expr).node);
  if (number == nullptr) return std::nullopt;
  return number->value;
}

bool Equal(const Expr& a, const Expr& b) {
  if (a.node.index() != b.node.index()) return false;
  return std::visit(
      [&](const auto& node) {
        return Same(node, std::get<std::decay_t<decltype(node)>>(b.node));
      },
      a.node);
}

}  // namespace promql
