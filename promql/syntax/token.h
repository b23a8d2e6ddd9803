// The tokens of PromQL.

#ifndef PROMQL_SYNTAX_TOKEN_H_
#define PROMQL_SYNTAX_TOKEN_H_

#include <string>
#include <string_view>

#include "base/operators.h"
#include "base/source.h"

namespace promql {

enum class TokenKind {
  kEnd,
  kError,  // What follows was not read.
  kIdentifier,
  kMetricIdentifier,  // With a colon.
  kString,
  kNumber,
  kDuration,
  kLeftParen, kRightParen,
  kLeftBrace, kRightBrace,
  kLeftBracket, kRightBracket,
  kComma,
  kColon,
  kAssign,     // = of a matcher
  kRegexp,     // =~
  kNotRegexp,  // !~
  kAt,
  kOperator,     // `binary` says which; != is one in braces too.
  kAggregation,  // `aggregation` says which.
  kBool, kBy, kGroupLeft, kGroupRight, kIgnoring, kOn, kWithout,
  kFill, kFillLeft, kFillRight,
  kOffset, kAnchored, kSmoothed,
  kStart, kEndKeyword, kStep, kRange, kMinOf, kMaxOf,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string_view text;  // As written.
  base::Span span;
  base::BinaryOp binary = base::BinaryOp::kAdd;
  base::AggregationOp aggregation = base::AggregationOp::kSum;
};

// Whether `token` may stand where an expression names a metric: `sum + by`.
bool CanNameMetric(const Token& token);

// Whether `token` may be a label of by(), on() and the like.
bool CanNameLabel(const Token& token);

// Whether an expression may begin with `token`.
bool CanStartExpression(const Token& token);

// How Prometheus' messages speak of it: `identifier "foo"`, `<op:+>`.
std::string Describe(const Token& token);

}  // namespace promql

#endif  // PROMQL_SYNTAX_TOKEN_H_
