// Selectors, and what may stand behind them.

#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "absl/strings/str_format.h"
#include "promql/syntax/hints.h"
#include "promql/syntax/parser_state.h"

namespace promql {
namespace {

constexpr std::string_view kLabelMatching = "label matching";

std::optional<base::MatchType> MatchTypeOf(const Token& token) {
  switch (token.kind) {
    case TokenKind::kAssign:
      return base::MatchType::kEqual;
    case TokenKind::kRegexp:
      return base::MatchType::kRegexp;
    case TokenKind::kNotRegexp:
      return base::MatchType::kNotRegexp;
    case TokenKind::kOperator:
      if (token.binary == base::BinaryOp::kNotEqual) {
        return base::MatchType::kNotEqual;
      }
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

// The tree's root for changes. Nobody else holds it yet.
Expr& Mutable(const ExprPtr& expr) { return const_cast<Expr&>(*expr); }

// The selector that modifiers behind `expr` are for; null when it is neither
// an instant nor a range selector.
VectorSelector* SelectorOf(Expr& expr) {
  if (const auto* matrix = std::get_if<MatrixSelector>(&expr.node)) {
    return &std::get<VectorSelector>(Mutable(matrix->selector).node);
  }
  return std::get_if<VectorSelector>(&expr.node);
}

TimeModifiers* ModifiersOf(Expr& expr) {
  if (auto* subquery = std::get_if<Subquery>(&expr.node)) {
    return &subquery->time;
  }
  VectorSelector* selector = SelectorOf(expr);
  return selector == nullptr ? nullptr : &selector->time;
}

// Whether it may have values over time: neither a literal nor a range.
bool CanBeSubqueried(const Expr& expr) {
  return !std::holds_alternative<NumberLiteral>(expr.node) &&
         !std::holds_alternative<StringLiteral>(expr.node) &&
         !std::holds_alternative<MatrixSelector>(expr.node) &&
         !std::holds_alternative<Subquery>(expr.node);
}

bool IsZero(const DurationExpr& duration) {
  return duration.op == DurationExpr::Op::kLiteral && duration.seconds == 0;
}

// The name that a matcher gives.
void FindName(VectorSelector& selector) {
  for (const base::Matcher& matcher : selector.matchers) {
    if (matcher.name() != base::kMetricName ||
        matcher.type() != base::MatchType::kEqual) {
      continue;
    }
    selector.name = matcher.value();
    selector.name_in_braces = true;
  }
}

}  // namespace

Parser::Tree Parser::ParseSelector() {
  VectorSelector selector;
  const base::Span first = Peek().span;
  bool ok = true;
  if (Peek().kind == TokenKind::kLeftBrace) {
    ok = ParseMatchers(selector);
    FindName(selector);
  } else {
    selector.name = std::string(Next().text);
    if (Peek().kind == TokenKind::kLeftBrace) ok = ParseMatchers(selector);
    selector.matchers.push_back(
        base::Matcher::Equal(std::string(base::kMetricName), selector.name));
    selector.matcher_spans.push_back(first);
  }
  if (!ok) return {};
  return Make(std::move(selector), {first.begin, last_end_}, 0);
}

// From { to }. False when a matcher is broken.
bool Parser::ParseMatchers(VectorSelector& selector) {
  Next();
  if (Accept(TokenKind::kRightBrace)) return true;
  bool ok = true;
  while (true) {
    if (!ParseMatcher(selector)) ok = false;
    if (!stumbling_ && Peek().kind != TokenKind::kComma &&
        Peek().kind != TokenKind::kRightBrace) {
      Unexpected(kLabelMatching, "\",\" or \"}\"",
                 Peek().kind == TokenKind::kIdentifier
                     ? "matchers are parted by commas"
                     : "");
    }
    if (stumbling_) {
      ok = false;
      if (!CatchUp(TokenKind::kComma, TokenKind::kRightBrace)) {
        ForgetErrorBehind(false);
        return false;
      }
    }
    if (Accept(TokenKind::kRightBrace)) return ok;
    Next();
    if (Accept(TokenKind::kRightBrace)) return ok;
  }
}

bool Parser::ParseMatcher(VectorSelector& selector) {
  const Token& peeked = Peek();
  if (peeked.kind != TokenKind::kIdentifier &&
      peeked.kind != TokenKind::kString) {
    Unexpected(kLabelMatching, "identifier or \"}\"");
    return false;
  }
  const Token first = Next();
  const bool quoted = first.kind == TokenKind::kString;
  std::string name = quoted ? Unquote(first.text) : std::string(first.text);
  const std::optional<base::MatchType> type = MatchTypeOf(Peek());
  if (!type.has_value()) {
    if (!quoted) {
      Unexpected(kLabelMatching, "label matching operator", "=, !=, =~ or !~");
      return false;
    }
    selector.matchers.push_back(
        base::Matcher::Equal(std::string(base::kMetricName), std::move(name)));
    selector.matcher_spans.push_back(first.span);
    return true;
  }
  Next();
  if (Peek().kind != TokenKind::kString) {
    Unexpected(kLabelMatching, "string", HintForValue());
    return false;
  }
  AddMatcher(selector, *type, std::move(name), first, Next());
  return true;
}

// For job=api and job=="api".
std::string Parser::HintForValue() {
  const Token& token = Peek();
  if (token.kind == TokenKind::kAssign) return "to compare labels write =";
  if (token.kind != TokenKind::kIdentifier) return "";
  const std::span<const Token> before = TokensBefore();
  return absl::StrFormat("a value stands in quotes: %s%s\"%s\"",
                         before[before.size() - 2].text, before.back().text,
                         token.text);
}

void Parser::AddMatcher(VectorSelector& selector, base::MatchType type,
                        std::string name, const Token& first,
                        const Token& value) {
  const base::Span span = {first.span.begin, value.span.end};
  absl::StatusOr<base::Matcher> matcher =
      base::Matcher::Make(type, std::move(name), Unquote(value.text));
  if (!matcher.ok()) {
    const absl::string_view message = matcher.status().message();
    return Error("regexp", span, std::string(message.data(), message.size()));
  }
  selector.matchers.push_back(*std::move(matcher));
  selector.matcher_spans.push_back(span);
}

Parser::Tree Parser::ParsePostfix(Tree tree) {
  while (!stumbling_) {
    switch (Peek().kind) {
      case TokenKind::kLeftBracket:
        tree = ParseBrackets(std::move(tree));
        break;
      case TokenKind::kOffset:
        ParseOffset(tree);
        break;
      case TokenKind::kAt:
        ParseAt(tree);
        break;
      case TokenKind::kAnchored:
      case TokenKind::kSmoothed:
        ParseExtension(tree);
        break;
      default:
        return tree;
    }
  }
  return tree;
}

// For rate(up[5m).
std::string Parser::HintForBracket() {
  return Peek().kind == TokenKind::kRightParen ? "the bracket is not closed"
                                               : "";
}

Parser::Tree Parser::ParseBrackets(Tree tree) {
  const Token open = Next();
  const InContext context(*this, "subquery or range selector",
                          "number, duration, step(), or range()");
  DurationTree range = ParsePositiveDuration();
  DurationTree step;
  bool subquery = false;
  if (!stumbling_ && Accept(TokenKind::kColon)) {
    subquery = true;
    if (Peek().kind != TokenKind::kRightBracket) {
      const InContext inner(*this, "subquery selector",
                            "number, duration, step(), range(), or \"]\"");
      step = ParsePositiveDuration();
    }
  }
  if (!stumbling_ && Peek().kind != TokenKind::kRightBracket) {
    if (subquery) {
      Unexpected("subquery selector", "\"]\"");
    } else {
      Unexpected("subquery or range", "\":\" or \"]\"", HintForBracket());
    }
  }
  const bool broken = stumbling_;
  if (broken && !CatchUp(TokenKind::kRightBracket, TokenKind::kRightBracket)) {
    ForgetErrorBehind(true);
    return {};
  }
  const Token close = Next();
  const base::Span brackets = {open.span.begin, close.span.end};
  if (broken || tree.expr == nullptr) return {};
  if (!subquery) return MakeMatrix(std::move(tree), std::move(range), brackets);
  if (range.expr == nullptr) return {};
  const base::Span span = {tree.expr->span.begin, brackets.end};
  return Make(Subquery{std::move(tree.expr),
                       std::move(range.expr),
                       std::move(step.expr),
                       {}},
              span, tree.height);
}

Parser::Tree Parser::MakeMatrix(Tree tree, DurationTree range,
                                base::Span brackets) {
  const auto* selector = std::get_if<VectorSelector>(&tree.expr->node);
  if (selector == nullptr) {
    Error("range", brackets, "ranges only allowed for vector selectors",
          CanBeSubqueried(*tree.expr)
              ? "a range of an expression is a subquery: (expression)[5m:]"
              : "");
    return {};
  }
  if (selector->time.offset != nullptr) {
    Error("range", brackets, "no offset modifiers allowed before range",
          "write it behind the range: metric[5m] offset 1h");
    return {};
  }
  // Prometheus minds a time alone: `metric @ start() [5m]` is read.
  if (selector->time.at.has_value() &&
      selector->time.at->kind == AtModifier::Kind::kTimestamp) {
    Error("range", brackets, "no @ modifiers allowed before range",
          "write it behind the range: metric[5m] @ 1600000000");
    return {};
  }
  if (range.expr == nullptr) return {};
  const base::Span span = {tree.expr->span.begin, brackets.end};
  return Make(MatrixSelector{std::move(tree.expr), std::move(range.expr)}, span,
              tree.height);
}

void Parser::ParseOffset(Tree& tree) {
  Next();
  DurationTree offset;
  {
    const InContext context(*this, "offset",
                            "number, duration, step(), or range()");
    offset = ParseOffsetDuration();
  }
  if (tree.expr == nullptr || offset.expr == nullptr) return;
  Expr& expr = Mutable(tree.expr);
  TimeModifiers* time = ModifiersOf(expr);
  if (time == nullptr) {
    return Error("offset", expr.span,
                 "offset modifier must be preceded by an instant vector "
                 "selector or range vector selector or a subquery");
  }
  if (time->offset != nullptr) {
    Error("offset", expr.span, "offset may not be set multiple times");
  }
  if (!IsZero(*offset.expr)) time->offset = std::move(offset.expr);
  expr.span.end = last_end_;
}

void Parser::ParseAt(Tree& tree) {
  Next();
  const std::optional<AtModifier> at = ParseAtTime(tree);
  if (tree.expr == nullptr || !at.has_value()) return;
  Expr& expr = Mutable(tree.expr);
  TimeModifiers* time = ModifiersOf(expr);
  if (time == nullptr) {
    return Error("at", expr.span,
                 "@ modifier must be preceded by an instant vector selector or "
                 "range vector selector or a subquery");
  }
  if (time->at.has_value()) {
    Error("at", expr.span, "@ <timestamp> may not be set multiple times");
  }
  time->at = at;
  expr.span.end = last_end_;
}

std::optional<AtModifier> Parser::ParseAtTime(const Tree& tree) {
  const InContext context(*this, "@", "timestamp");
  const TokenKind kind = Peek().kind;
  if (kind == TokenKind::kStart || kind == TokenKind::kEndKeyword) {
    Next();
    if (!Expect(TokenKind::kLeftParen) || !Expect(TokenKind::kRightParen)) {
      return std::nullopt;
    }
    return AtModifier{kind == TokenKind::kStart ? AtModifier::Kind::kStart
                                                : AtModifier::Kind::kEnd,
                      0};
  }
  double sign = 1;
  if (Peek().kind == TokenKind::kOperator &&
      (Peek().binary == base::BinaryOp::kAdd ||
       Peek().binary == base::BinaryOp::kSubtract)) {
    if (Next().binary == base::BinaryOp::kSubtract) sign = -1;
  }
  if (!StartsNumber()) {
    Unexpected(context_.what, context_.expected,
               DidYouMean(Peek().text, {"start", "end"}));
    return std::nullopt;
  }
  const std::optional<double> number = NumberValue(Next());
  if (!number.has_value()) return std::nullopt;
  const double seconds = sign * *number;
  // Prometheus compares seconds with the bound, but keeps milliseconds; what
  // lies between would overflow there.
  constexpr double kBound = 9223372036854775.0;
  if (!(std::abs(seconds) < kBound)) {
    const base::Span span =
        tree.expr == nullptr ? base::Span{} : tree.expr->span;
    Error(
        "at", span,
        absl::StrFormat("timestamp out of bounds for @ modifier: %s",
                        std::isfinite(seconds) ? absl::StrFormat("%f", seconds)
                        : std::isnan(seconds)  ? "NaN"
                        : seconds > 0          ? "+Inf"
                                               : "-Inf"));
    return std::nullopt;
  }
  return AtModifier{AtModifier::Kind::kTimestamp,
                    static_cast<base::Timestamp>(std::round(seconds * 1000))};
}

void Parser::ParseExtension(Tree& tree) {
  const Token token = Next();
  if (tree.expr == nullptr) return;
  Expr& expr = Mutable(tree.expr);
  VectorSelector* selector = SelectorOf(expr);
  if (selector == nullptr) {
    const std::string_view name =
        token.kind == TokenKind::kAnchored ? "anchored" : "smoothed";
    const bool subquery = std::holds_alternative<Subquery>(expr.node);
    return Error("extension", expr.span,
                 subquery
                     ? absl::StrFormat(
                           "%s modifier is not supported for subqueries", name)
                     : absl::StrFormat("%s modifier not implemented", name));
  }
  const Extension wanted = token.kind == TokenKind::kAnchored
                               ? Extension::kAnchored
                               : Extension::kSmoothed;
  if (selector->extension != Extension::kNone &&
      selector->extension != wanted) {
    Error("extension", expr.span,
          "anchored and smoothed modifiers cannot be used together");
  }
  selector->extension = wanted;
  expr.span.end = last_end_;
}

}  // namespace promql
