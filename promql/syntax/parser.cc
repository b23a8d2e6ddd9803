#include "promql/syntax/parser.h"

#include <memory>
#include <utility>

#include "absl/strings/str_format.h"
#include "promql/syntax/hints.h"
#include "promql/syntax/parser_state.h"

namespace promql {
ExprPtr ParseSyntax(std::string_view text, base::Diagnostics& diagnostics,
                    const ParserOptions& options) {
  return Parser(text, diagnostics, options).Run();
}

Parser::Parser(std::string_view text, base::Diagnostics& diagnostics,
               const ParserOptions& options)
    : diagnostics_(diagnostics), options_(options), input_(Lex(text)) {}

ExprPtr Parser::Run() {
  if (Peek().kind == TokenKind::kEnd) {
    Error("empty-expression", {}, "no expression found in input");
    return nullptr;
  }
  Tree tree = ParseExpression(0);
  if (!stumbling_ && Peek().kind != TokenKind::kEnd) Unexpected();
  // An error that reading stopped at is told too.
  if (!failed_ && tree.expr != nullptr) return tree.expr;
  if (input_.tokens.back().kind == TokenKind::kError) {
    at_ = input_.tokens.size() - 1;
    Peek();
  }
  return nullptr;
}

const Token& Parser::Peek() {
  const Token& token = input_.tokens[at_];
  if (token.kind == TokenKind::kError && !input_.error.empty()) {
    Error("syntax", token.span, std::exchange(input_.error, {}), input_.help);
    stumbling_ = true;
  }
  return token;
}

const Token& Parser::PeekBehind() const {
  return input_.tokens[std::min(at_ + 1, input_.tokens.size() - 1)];
}

std::span<const Token> Parser::TokensBefore() const {
  return {input_.tokens.data(), at_};
}

Token Parser::Next() {
  const Token token = Peek();
  last_end_ = token.span.end;
  if (at_ + 1 < input_.tokens.size()) ++at_;
  return token;
}

bool Parser::Accept(TokenKind kind) {
  if (Peek().kind != kind) return false;
  Next();
  return true;
}

bool Parser::Expect(TokenKind kind) {
  if (Accept(kind)) return true;
  Unexpected();
  return false;
}

void Parser::Error(std::string_view code, base::Span span, std::string message,
                   std::string help) {
  failed_ = true;
  diagnostics_.Error(code, span, std::move(message), std::move(help));
}

void Parser::Unexpected() { Unexpected(context_.what, context_.expected); }

void Parser::Unexpected(std::string_view what, std::string_view expected,
                        std::string help) {
  const Token& token = Peek();
  if (std::exchange(stumbling_, true)) return;
  if (token.kind == TokenKind::kError) return;  // Told, or not worth it.
  std::string message = absl::StrFormat("unexpected %s", Describe(token));
  if (!what.empty()) absl::StrAppendFormat(&message, " in %s", what);
  if (!expected.empty()) {
    absl::StrAppendFormat(&message, ", expected %s", expected);
  }
  // Where something else is expected, a word is no mistyped operator.
  if (help.empty() && expected.empty()) {
    help = HintForToken(token, TokensBefore(), PeekBehind());
  }
  Error("syntax", token.span, std::move(message), std::move(help));
}

void Parser::ForgetErrorBehind(bool at_end_too) {
  const base::Span span = input_.tokens.back().span;
  if (at_end_too || span.begin < span.end) input_.error.clear();
}

bool Parser::CheckDepth(std::size_t depth) {
  if (depth <= options_.max_depth) return true;
  if (!stumbling_) {
    Error("too-deep", Peek().span,
          absl::StrFormat("expression is nested more than %d levels deep",
                          options_.max_depth));
  }
  stumbling_ = true;
  at_ = input_.tokens.size() - 1;  // Nothing behind is worth reading.
  return false;
}

bool Parser::CatchUp(TokenKind separator, TokenKind close) {
  int nested = 0;
  for (; at_ + 1 < input_.tokens.size(); ++at_) {
    const TokenKind kind = input_.tokens[at_].kind;
    if (nested == 0 && (kind == separator || kind == close)) {
      stumbling_ = false;
      return true;
    }
    switch (kind) {
      case TokenKind::kLeftParen:
      case TokenKind::kLeftBrace:
      case TokenKind::kLeftBracket:
        ++nested;
        break;
      case TokenKind::kRightParen:
      case TokenKind::kRightBrace:
      case TokenKind::kRightBracket:
        // The end of something around: it is for the one who reads that.
        if (--nested < 0) return false;
        break;
      default:
        break;
    }
  }
  return false;
}

Parser::Tree Parser::Make(Node node, base::Span span,
                          std::size_t height_below) {
  if (!CheckDepth(height_below + 1)) return {};
  // Not const itself: modifiers behind a selector are still to come.
  auto expr = std::make_shared<Expr>();
  expr->node = std::move(node);
  expr->span = span;
  return {std::move(expr), height_below + 1};
}

Parser::Tree Parser::ParseExpression(int min_precedence) {
  const Level level(*this);
  if (!level.ok()) return {};
  Tree left = ParseUnary();
  while (!stumbling_) {
    const Token& token = Peek();
    if (token.kind != TokenKind::kOperator ||
        base::Row(token.binary).precedence < min_precedence) {
      break;
    }
    left = ParseBinary(std::move(left));
  }
  return left;
}

Parser::Tree Parser::ParseBinary(Tree left) {
  const Token op = Next();
  const base::BinaryOpRow& row = base::Row(op.binary);
  Binary node;
  node.op = op.binary;
  node.op_span = op.span;
  ParseMatching(node);
  if (stumbling_) return {};
  Tree right = ParseExpression(row.right_associative ? row.precedence
                                                     : row.precedence + 1);
  if (left.expr == nullptr || right.expr == nullptr) return {};
  if (row.kind == base::OpKind::kSet &&
      node.matching.cardinality == Cardinality::kOneToOne) {
    node.matching.cardinality = Cardinality::kManyToMany;
  }
  const base::Span span = {left.expr->span.begin, right.expr->span.end};
  node.left = std::move(left.expr);
  node.right = std::move(right.expr);
  return Make(std::move(node), span, std::max(left.height, right.height));
}

Parser::Tree Parser::ParseUnary() {
  const Token& token = Peek();
  if (token.kind != TokenKind::kOperator ||
      (token.binary != base::BinaryOp::kAdd &&
       token.binary != base::BinaryOp::kSubtract)) {
    return ParsePostfix(ParsePrimary());
  }
  const Token sign = Next();
  return Negate(ParseExpression(kSignPrecedence + 1), sign);
}

Parser::Tree Parser::Negate(Tree operand, const Token& sign) {
  if (operand.expr == nullptr) return {};
  const bool negative = sign.binary == base::BinaryOp::kSubtract;
  const base::Span span = {sign.span.begin, operand.expr->span.end};
  if (const auto* number = std::get_if<NumberLiteral>(&operand.expr->node)) {
    NumberLiteral folded = *number;
    if (negative) folded.value = -folded.value;
    return Make(folded, span, 0);
  }
  return Make(Unary{negative, std::move(operand.expr)}, span, operand.height);
}

Parser::Tree Parser::ParsePrimary() {
  const Token& token = Peek();
  switch (token.kind) {
    case TokenKind::kNumber:
    case TokenKind::kDuration:
      return ParseNumberLiteral();
    case TokenKind::kString: {
      const Token string = Next();
      return Make(StringLiteral{Unquote(string.text)}, string.span, 0);
    }
    case TokenKind::kLeftParen:
      return ParseParen();
    case TokenKind::kLeftBrace:
      return ParseSelector();
    default:
      return ParseWord();
  }
}

Parser::Tree Parser::ParseWord() {
  const Token& token = Peek();
  const TokenKind behind = PeekBehind().kind;
  if (token.kind == TokenKind::kAggregation &&
      (behind == TokenKind::kLeftParen || behind == TokenKind::kBy ||
       behind == TokenKind::kWithout)) {
    return ParseAggregation();
  }
  const bool can_be_function =
      token.kind == TokenKind::kIdentifier || token.kind == TokenKind::kStart ||
      token.kind == TokenKind::kEndKeyword || token.kind == TokenKind::kStep ||
      token.kind == TokenKind::kRange || token.kind == TokenKind::kMinOf ||
      token.kind == TokenKind::kMaxOf;
  if (can_be_function && behind == TokenKind::kLeftParen) return ParseCall();
  if (CanNameMetric(token)) return ParseSelector();
  Unexpected();
  return {};
}

Parser::Tree Parser::ParseNumberLiteral() {
  const Token token = Next();
  const std::optional<double> value = NumberValue(token);
  if (!value.has_value()) return {};
  return Make(NumberLiteral{*value, token.kind == TokenKind::kDuration},
              token.span, 0);
}

Parser::Tree Parser::ParseParen() {
  const Token open = Next();
  Tree inner = ParseExpression(0);
  if (!stumbling_ && Peek().kind != TokenKind::kRightParen) Unexpected();
  if (stumbling_ && !CatchUp(TokenKind::kRightParen, TokenKind::kRightParen)) {
    return {};
  }
  const Token close = Next();
  if (inner.expr == nullptr) return {};
  return Make(Paren{std::move(inner.expr)}, {open.span.begin, close.span.end},
              inner.height);
}

}  // namespace promql
