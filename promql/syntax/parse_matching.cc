// What stands between a binary operator and its right side, and label lists.

#include <utility>

#include "absl/strings/str_format.h"
#include "base/quote.h"
#include "promql/syntax/character.h"
#include "promql/syntax/parser_state.h"

namespace promql {
namespace {

constexpr std::string_view kGrouping = "grouping opts";

// Prometheus takes any UTF-8 text that is not empty.
bool IsLabelName(std::string_view name) {
  for (std::size_t i = 0; i < name.size();) {
    const Character c = ReadCharacter(name, i);
    if (c.rune == kInvalidRune && c.length == 1) return false;
    i += c.length;
  }
  return !name.empty();
}

}  // namespace

void Parser::ParseMatching(Binary& node) {
  node.return_bool = Accept(TokenKind::kBool);
  const TokenKind kind = Peek().kind;
  VectorMatching& matching = node.matching;
  if (kind == TokenKind::kOn || kind == TokenKind::kIgnoring) {
    matching.on = Next().kind == TokenKind::kOn;
    ParseGrouping(matching.labels, node.label_spans);
    if (stumbling_) return;
    const TokenKind group = Peek().kind;
    if (group == TokenKind::kGroupLeft || group == TokenKind::kGroupRight) {
      Next();
      matching.cardinality = group == TokenKind::kGroupLeft
                                 ? Cardinality::kManyToOne
                                 : Cardinality::kOneToMany;
      const bool fill = Peek().kind == TokenKind::kFill ||
                        Peek().kind == TokenKind::kFillLeft ||
                        Peek().kind == TokenKind::kFillRight;
      // A list is never taken for the right side.
      if (!fill && (Peek().kind == TokenKind::kLeftParen ||
                    !CanStartExpression(Peek()))) {
        ParseGrouping(matching.include, node.include_spans);
        if (stumbling_) return;
      }
    }
  }
  ParseFills(matching);
}

void Parser::ParseFills(VectorMatching& matching) {
  const TokenKind first = Peek().kind;
  if (first == TokenKind::kFill) {
    Next();
    matching.fill_left = matching.fill_right = ParseFill();
    return;
  }
  const auto parse_side = [&](TokenKind side) {
    if (stumbling_ || !Accept(side)) return;
    (side == TokenKind::kFillLeft ? matching.fill_left : matching.fill_right) =
        ParseFill();
  };
  // Either alone, or both in either order.
  const bool right_first = first == TokenKind::kFillRight;
  parse_side(right_first ? TokenKind::kFillRight : TokenKind::kFillLeft);
  if (first != TokenKind::kFillLeft && !right_first) return;
  parse_side(right_first ? TokenKind::kFillLeft : TokenKind::kFillRight);
}

std::optional<double> Parser::ParseFill() {
  if (!Expect(TokenKind::kLeftParen)) return std::nullopt;
  double sign = 1;
  if (Peek().kind == TokenKind::kOperator &&
      (Peek().binary == base::BinaryOp::kAdd ||
       Peek().binary == base::BinaryOp::kSubtract)) {
    if (Next().binary == base::BinaryOp::kSubtract) sign = -1;
  }
  if (!StartsNumber()) {
    Unexpected();
    return std::nullopt;
  }
  const std::optional<double> value = NumberValue(Next());
  if (!Expect(TokenKind::kRightParen) || !value.has_value()) {
    return std::nullopt;
  }
  return sign * *value;
}

// For `by job`.
std::string Parser::HintForList() {
  const std::span<const Token> before = TokensBefore();
  if (before.empty() || !CanNameLabel(Peek())) return "";
  return absl::StrFormat("labels stand in parentheses: %s (%s)",
                         before.back().text, Peek().text);
}

void Parser::ParseGrouping(std::vector<std::string>& labels,
                           std::vector<base::Span>& spans) {
  if (Peek().kind != TokenKind::kLeftParen) {
    return Unexpected(kGrouping, "\"(\"", HintForList());
  }
  Next();
  if (Accept(TokenKind::kRightParen)) return;
  while (true) {
    if (ParseGroupingLabel(labels, spans) && Peek().kind != TokenKind::kComma &&
        Peek().kind != TokenKind::kRightParen) {
      Unexpected(kGrouping, "\",\" or \")\"");
    }
    if (stumbling_ && !CatchUp(TokenKind::kComma, TokenKind::kRightParen)) {
      return;
    }
    if (Accept(TokenKind::kRightParen)) return;
    Next();
    if (Accept(TokenKind::kRightParen)) return;
  }
}

bool Parser::ParseGroupingLabel(std::vector<std::string>& labels,
                                std::vector<base::Span>& spans) {
  const Token& token = Peek();
  if (token.kind == TokenKind::kString) {
    std::string name = Unquote(token.text);
    if (!IsLabelName(name)) {
      Error("label-name", token.span,
            absl::StrFormat("invalid label name for grouping: %s",
                            base::Quote(name)));
    }
    labels.push_back(std::move(name));
  } else if (CanNameLabel(token)) {
    labels.emplace_back(token.text);
  } else {
    Unexpected(kGrouping, "label");
    return false;
  }
  spans.push_back(token.span);
  Next();
  return true;
}

}  // namespace promql
