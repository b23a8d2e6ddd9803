// Numbers and durations, and the arithmetic over them in brackets and offsets.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/time.h"
#include "promql/syntax/parser_state.h"

namespace promql {
namespace {

// More nanoseconds than an int64 holds.
constexpr double kLongestSeconds = 9223372036.854775807;

std::optional<DurationExpr::Op> OpOf(base::BinaryOp op) {
  switch (op) {
    case base::BinaryOp::kAdd:
      return DurationExpr::Op::kAdd;
    case base::BinaryOp::kSubtract:
      return DurationExpr::Op::kSubtract;
    case base::BinaryOp::kMultiply:
      return DurationExpr::Op::kMultiply;
    case base::BinaryOp::kDivide:
      return DurationExpr::Op::kDivide;
    case base::BinaryOp::kModulo:
      return DurationExpr::Op::kModulo;
    case base::BinaryOp::kPower:
      return DurationExpr::Op::kPower;
    default:
      return std::nullopt;
  }
}

bool IsSign(const Token& token) {
  return token.kind == TokenKind::kOperator &&
         (token.binary == base::BinaryOp::kAdd ||
          token.binary == base::BinaryOp::kSubtract);
}

}  // namespace

bool Parser::StartsNumber() {
  return Peek().kind == TokenKind::kNumber ||
         Peek().kind == TokenKind::kDuration;
}

std::optional<double> Parser::NumberValue(const Token& token) {
  if (token.kind == TokenKind::kDuration) {
    std::string error;
    const std::optional<base::Duration> parsed =
        base::ParseDuration(token.text, &error);
    if (!parsed.has_value()) {
      Error("duration", token.span, std::move(error),
            "units from y to ms, the longest first, each once: 1h30m; 292y "
            "at most");
      return std::nullopt;
    }
    // In the order of Go's Duration.Seconds().
    return static_cast<double>(*parsed / 1000) +
           static_cast<double>(*parsed % 1000 * 1'000'000) / 1e9;
  }
  const ParsedNumber number = ParseNumber(token.text);
  if (number.error.empty()) return number.value;
  Error("number", token.span, number.error);
  return std::nullopt;
}

Parser::DurationTree Parser::MakeDuration(DurationExpr node,
                                          std::size_t height_below) {
  if (!CheckDepth(height_below + 1)) return {};
  return {std::make_shared<DurationExpr>(std::move(node)), height_below + 1};
}

bool Parser::CheckDurationRange(const DurationExpr& literal) {
  if (std::abs(literal.seconds) <= kLongestSeconds) return true;
  Error("duration", literal.span, "duration out of range");
  return false;
}

Parser::DurationTree Parser::ParsePositiveDuration() {
  DurationTree tree = ParseDuration(0);
  if (tree.expr == nullptr) return {};
  if (tree.expr->op == DurationExpr::Op::kLiteral &&
      !(tree.expr->seconds > 0)) {
    Error("duration", tree.expr->span, "duration must be greater than 0");
    return {};
  }
  return tree;
}

// Without parentheses an offset is one literal or call, as `foo offset 5m + 1`
// adds 1 to the values.
Parser::DurationTree Parser::ParseOffsetDuration() {
  if (!IsSign(Peek())) return ParsePrimaryDuration();
  const Token sign = Next();
  return NegateDuration(ParsePrimaryDuration(), sign);
}

Parser::DurationTree Parser::ParseDuration(int min_precedence) {
  const Level level(*this);
  if (!level.ok()) return {};
  DurationTree left = ParseUnaryDuration();
  while (!stumbling_ && Peek().kind == TokenKind::kOperator) {
    const std::optional<DurationExpr::Op> op = OpOf(Peek().binary);
    const base::BinaryOpRow& row = base::Row(Peek().binary);
    if (!op.has_value() || row.precedence < min_precedence) break;
    const Token token = Next();
    DurationTree right = ParseDuration(
        row.right_associative ? row.precedence : row.precedence + 1);
    if (left.expr == nullptr || right.expr == nullptr) return {};
    if (!CheckDivisor(token, *right.expr)) return {};
    DurationExpr node;
    node.op = *op;
    node.span = {left.expr->span.begin, right.expr->span.end};
    node.left = std::move(left.expr);
    node.right = std::move(right.expr);
    left = MakeDuration(std::move(node), std::max(left.height, right.height));
  }
  return left;
}

bool Parser::CheckDivisor(const Token& op, const DurationExpr& divisor) {
  if (divisor.op != DurationExpr::Op::kLiteral || divisor.seconds != 0) {
    return true;
  }
  if (op.binary == base::BinaryOp::kDivide) {
    Error("duration", op.span, "division by zero");
    return false;
  }
  if (op.binary == base::BinaryOp::kModulo) {
    Error("duration", op.span, "modulo by zero");
    return false;
  }
  return true;
}

Parser::DurationTree Parser::ParseUnaryDuration() {
  if (!IsSign(Peek())) return ParsePrimaryDuration();
  const Token sign = Next();
  return NegateDuration(ParseDuration(kSignPrecedence + 1), sign);
}

Parser::DurationTree Parser::NegateDuration(DurationTree operand,
                                            const Token& sign) {
  if (operand.expr == nullptr) return {};
  const bool negative = sign.binary == base::BinaryOp::kSubtract;
  const base::Span span = {sign.span.begin, operand.expr->span.end};
  if (operand.expr->op != DurationExpr::Op::kLiteral) {
    if (!negative) return operand;
    DurationExpr node;
    node.op = DurationExpr::Op::kNegate;
    node.span = span;
    node.left = std::move(operand.expr);
    return MakeDuration(std::move(node), operand.height);
  }
  DurationExpr literal = *operand.expr;
  if (negative) literal.seconds = -literal.seconds;
  literal.span = span;
  return MakeDuration(std::move(literal), 0);
}

Parser::DurationTree Parser::ParsePrimaryDuration() {
  switch (Peek().kind) {
    case TokenKind::kNumber:
    case TokenKind::kDuration:
      return ParseDurationLiteral();
    case TokenKind::kStep:
    case TokenKind::kRange:
    case TokenKind::kMinOf:
    case TokenKind::kMaxOf:
      return ParseDurationCall();
    case TokenKind::kLeftParen:
      return ParseParenDuration();
    default:
      Unexpected();
      return {};
  }
}

Parser::DurationTree Parser::ParseDurationLiteral() {
  const Token token = Next();
  const std::optional<double> seconds = NumberValue(token);
  if (!seconds.has_value()) return {};
  DurationExpr literal;
  literal.seconds = *seconds;
  literal.duration = token.kind == TokenKind::kDuration;
  literal.span = token.span;
  if (!CheckDurationRange(literal)) return {};
  return MakeDuration(std::move(literal), 0);
}

Parser::DurationTree Parser::ParseDurationCall() {
  const Token name = Next();
  DurationExpr node;
  std::size_t height = 0;
  if (!Expect(TokenKind::kLeftParen)) return {};
  if (name.kind == TokenKind::kStep || name.kind == TokenKind::kRange) {
    node.op = name.kind == TokenKind::kStep ? DurationExpr::Op::kStep
                                            : DurationExpr::Op::kRange;
  } else {
    node.op = name.kind == TokenKind::kMinOf ? DurationExpr::Op::kMinOf
                                             : DurationExpr::Op::kMaxOf;
    DurationTree left = ParseDuration(0);
    if (stumbling_ || !Expect(TokenKind::kComma)) return {};
    DurationTree right = ParseDuration(0);
    if (left.expr == nullptr || right.expr == nullptr) return {};
    node.left = std::move(left.expr);
    node.right = std::move(right.expr);
    height = std::max(left.height, right.height);
  }
  if (stumbling_ || !Expect(TokenKind::kRightParen)) return {};
  node.span = {name.span.begin, last_end_};
  return MakeDuration(std::move(node), height);
}

Parser::DurationTree Parser::ParseParenDuration() {
  const Token open = Next();
  DurationTree inner = ParseDuration(0);
  if (stumbling_ || !Expect(TokenKind::kRightParen)) return {};
  if (inner.expr == nullptr) return {};
  // Around a literal they mean nothing.
  if (inner.expr->op != DurationExpr::Op::kLiteral) {
    auto& node = const_cast<DurationExpr&>(*inner.expr);
    node.parenthesised = true;
    node.span = {open.span.begin, last_end_};
  }
  return inner;
}

}  // namespace promql
