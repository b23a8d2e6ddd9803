// Calls and aggregations.

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/quote.h"
#include "promql/syntax/hints.h"
#include "promql/syntax/parser_state.h"

namespace promql {

Parser::Tree Parser::ParseCall() {
  const std::span<const Token> before = TokensBefore();
  const Token name = Next();
  Arguments arguments;
  if (!ParseArguments(arguments)) return {};
  if (!options_.functions.empty() &&
      !std::ranges::binary_search(options_.functions, name.text)) {
    ReportUnknownFunction(name, before);
    return {};
  }
  if (std::ranges::find(arguments.values, nullptr) != arguments.values.end()) {
    return {};
  }
  const base::Span span = {name.span.begin, last_end_};
  return Make(
      Call{std::string(name.text), name.span, std::move(arguments.values)},
      span, arguments.height);
}

void Parser::ReportUnknownFunction(const Token& name,
                                   std::span<const Token> before) {
  std::vector<std::string_view> candidates(options_.functions.begin(),
                                           options_.functions.end());
  for (const base::AggregationOpRow& row : base::kAggregationOps) {
    candidates.push_back(row.name);
  }
  std::string hint = DidYouMean(name.text, candidates);
  const bool is_function = !hint.empty() || before.empty();
  if (!is_function) {
    hint = DidYouMean(name.text, KeywordsLikeCalls(before.back()));
  }
  const bool is_keyword = !is_function && !hint.empty();
  Error(
      "unknown-function", name.span,
      absl::StrFormat("unknown function with name %s", base::Quote(name.text)),
      std::move(hint));
  // What follows was written behind a keyword, and makes no sense behind a
  // call.
  if (is_keyword) stumbling_ = true;
}

bool Parser::ParseArguments(Arguments& arguments) {
  if (!Expect(TokenKind::kLeftParen)) return false;
  if (Accept(TokenKind::kRightParen)) return true;
  bool more = true;
  while (true) {
    if (more) {
      Tree argument = ParseExpression(0);
      arguments.height = std::max(arguments.height, argument.height);
      arguments.values.push_back(std::move(argument.expr));
    }
    if (!stumbling_ && Peek().kind != TokenKind::kComma &&
        Peek().kind != TokenKind::kRightParen) {
      Unexpected();
    }
    if (stumbling_) {
      arguments.values.push_back(nullptr);
      if (!CatchUp(TokenKind::kComma, TokenKind::kRightParen)) return false;
    }
    if (Accept(TokenKind::kRightParen)) return true;
    const Token comma = Next();
    more = !ParseTrailingComma(comma);
  }
}

// Whether nothing follows the comma, which is reported then.
bool Parser::ParseTrailingComma(const Token& comma) {
  const Token& token = Peek();
  if (stumbling_ || CanStartExpression(token)) return false;
  Error("trailing-comma", comma.span,
        "trailing commas not allowed in function call args");
  return true;
}

Parser::Tree Parser::ParseAggregation() {
  const Token op = Next();
  Aggregation node;
  node.op = op.aggregation;
  Arguments arguments;
  const auto parse_modifier = [&] {
    node.without = Next().kind == TokenKind::kWithout;
    ParseGrouping(node.grouping, node.grouping_spans);
    return !stumbling_;
  };
  const auto modifier_follows = [&] {
    return Peek().kind == TokenKind::kBy || Peek().kind == TokenKind::kWithout;
  };
  bool modified = false;
  {
    const InContext context(*this, "aggregation", "");
    if (modifier_follows()) {
      modified = true;
      if (!parse_modifier()) return {};
    }
    if (!ParseArguments(arguments)) return {};
  }
  if (!modified && modifier_follows() && !parse_modifier()) return {};
  return FinishAggregation(std::move(node), std::move(arguments),
                           {op.span.begin, last_end_});
}

Parser::Tree Parser::FinishAggregation(Aggregation node, Arguments arguments,
                                       base::Span span) {
  std::vector<ExprPtr>& values = arguments.values;
  if (std::ranges::find(values, nullptr) != values.end()) return {};
  const base::AggregationOpRow& row = base::Row(node.op);
  const std::size_t wanted =
      row.parameter == base::AggregationParameter::kNone ? 1 : 2;
  if (values.empty()) {
    Error("argument-count", span,
          "no arguments for aggregate expression provided");
    return {};
  }
  if (values.size() != wanted) {
    Error("argument-count", span,
          absl::StrFormat("wrong number of arguments for aggregate expression "
                          "provided, expected %d, got %d",
                          wanted, values.size()));
    return {};
  }
  node.expr = std::move(values.back());
  if (wanted == 2) node.parameter = std::move(values.front());
  return Make(std::move(node), span, arguments.height);
}

}  // namespace promql
