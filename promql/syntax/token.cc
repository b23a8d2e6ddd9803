#include "promql/syntax/token.h"

#include "absl/strings/str_format.h"
#include "base/quote.h"
#include "promql/syntax/character.h"

namespace promql {
namespace {

enum class TokenGroup { kPlain, kNamed, kKeyword, kOperator, kAggregation };

// How a kind is spoken of: Prometheus' Item.desc() distinguishes these.
TokenGroup GroupOf(TokenKind kind) {
  switch (kind) {
    case TokenKind::kAt:
    case TokenKind::kRegexp:
    case TokenKind::kNotRegexp:
    case TokenKind::kOperator:
      return TokenGroup::kOperator;
    case TokenKind::kAggregation:
      return TokenGroup::kAggregation;
    case TokenKind::kBool:
    case TokenKind::kBy:
    case TokenKind::kGroupLeft:
    case TokenKind::kGroupRight:
    case TokenKind::kIgnoring:
    case TokenKind::kOn:
    case TokenKind::kWithout:
    case TokenKind::kFill:
    case TokenKind::kFillLeft:
    case TokenKind::kFillRight:
    case TokenKind::kOffset:
    case TokenKind::kAnchored:
    case TokenKind::kSmoothed:
      return TokenGroup::kKeyword;
    case TokenKind::kIdentifier:
    case TokenKind::kMetricIdentifier:
    case TokenKind::kString:
    case TokenKind::kNumber:
    case TokenKind::kDuration:
      return TokenGroup::kNamed;
    default:
      return TokenGroup::kPlain;
  }
}

std::string_view KindName(TokenKind kind) {
  switch (kind) {
    case TokenKind::kIdentifier:
      return "identifier";
    case TokenKind::kMetricIdentifier:
      return "metric identifier";
    case TokenKind::kString:
      return "string";
    case TokenKind::kNumber:
      return "number";
    default:
      return "duration";
  }
}

// Go's %.10q...: the first ten characters.
std::string Shortened(std::string_view text) {
  std::size_t end = 0;
  for (int i = 0; i < 10 && end < text.size(); ++i) {
    end += ReadCharacter(text, end).length;
  }
  return base::Quote(text.substr(0, end)) + "...";
}

}  // namespace

bool CanNameMetric(const Token& token) {
  switch (token.kind) {
    case TokenKind::kIdentifier:
    case TokenKind::kMetricIdentifier:
    case TokenKind::kAggregation:
    case TokenKind::kBy:
    case TokenKind::kWithout:
    case TokenKind::kFill:
    case TokenKind::kFillLeft:
    case TokenKind::kFillRight:
    case TokenKind::kOffset:
    case TokenKind::kAnchored:
    case TokenKind::kSmoothed:
    case TokenKind::kStart:
    case TokenKind::kEndKeyword:
    case TokenKind::kStep:
    case TokenKind::kRange:
    case TokenKind::kMinOf:
    case TokenKind::kMaxOf:
      return true;
    case TokenKind::kOperator:
      return base::Row(token.binary).kind == base::OpKind::kSet;
    default:
      return false;
  }
}

bool CanNameLabel(const Token& token) {
  switch (token.kind) {
    case TokenKind::kMetricIdentifier:
      return false;
    case TokenKind::kBool:
    case TokenKind::kOn:
    case TokenKind::kIgnoring:
    case TokenKind::kGroupLeft:
    case TokenKind::kGroupRight:
      return true;
    case TokenKind::kOperator:
      return token.binary == base::BinaryOp::kAtan2 || CanNameMetric(token);
    default:
      return CanNameMetric(token);
  }
}

bool CanStartExpression(const Token& token) {
  switch (token.kind) {
    case TokenKind::kNumber:
    case TokenKind::kDuration:
    case TokenKind::kString:
    case TokenKind::kLeftParen:
    case TokenKind::kLeftBrace:
      return true;
    case TokenKind::kOperator:
      return token.binary == base::BinaryOp::kAdd ||
             token.binary == base::BinaryOp::kSubtract || CanNameMetric(token);
    default:
      return CanNameMetric(token);
  }
}

std::string Describe(const Token& token) {
  if (token.kind == TokenKind::kEnd) return "end of input";
  switch (GroupOf(token.kind)) {
    case TokenGroup::kKeyword:
      return absl::StrFormat("<%s>", token.text);
    case TokenGroup::kOperator:
      return absl::StrFormat("<op:%s>", token.text);
    case TokenGroup::kAggregation:
      return absl::StrFormat("<aggr:%s>", token.text);
    case TokenGroup::kNamed:
      return absl::StrFormat("%s %s", KindName(token.kind),
                             token.text.size() > 10 &&
                                     token.kind != TokenKind::kIdentifier &&
                                     token.kind != TokenKind::kMetricIdentifier
                                 ? Shortened(token.text)
                                 : base::Quote(token.text));
    case TokenGroup::kPlain:
      break;
  }
  return base::Quote(token.text);
}

}  // namespace promql
