#include "promql/check/known.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "base/operators.h"
#include "base/quote.h"
#include "promql/functions/function.h"
#include "promql/syntax/lexer.h"

namespace promql {
namespace {

// Functions, aggregations and operators have theirs in their tables. The rest
// is refused by 2.42; where more is not certain, it is 2.43. (CHANGELOG.md of
// Prometheus.)
constexpr base::Version kLenientNumbers = {2, 43};
constexpr base::Version kSeriesHistograms = {2, 43};
constexpr base::Version kThree = {3, 0};

class KnownChecker {
 public:
  KnownChecker(base::Version server, base::Diagnostics& diagnostics)
      : server_(server), diagnostics_(diagnostics) {}

  void CheckTree(const Expr& expr) {
    if (const auto* call = std::get_if<Call>(&expr.node)) {
      if (const Function* function = FindFunction(call->name)) {
        CheckName(call->name, function->since, call->name_span);
      }
    } else if (const auto* aggregation = std::get_if<Aggregation>(&expr.node)) {
      const base::AggregationOpRow& row = base::Row(aggregation->op);
      CheckName(row.name, row.since,
                {expr.span.begin, expr.span.begin + row.name.size()});
    } else if (const auto* binary = std::get_if<Binary>(&expr.node)) {
      CheckBinary(*binary);
    } else if (const auto* number = std::get_if<NumberLiteral>(&expr.node)) {
      if (number->duration) {
        Refuse(expr.span, "a duration for a number", kLenientNumbers);
      }
    } else if (const auto* range = std::get_if<MatrixSelector>(&expr.node)) {
      CheckDuration(range->range);
    } else if (const auto* subquery = std::get_if<Subquery>(&expr.node)) {
      CheckDuration(subquery->range);
      CheckDuration(subquery->step);
      CheckDuration(subquery->time.offset);
    } else if (const auto* selector = std::get_if<VectorSelector>(&expr.node)) {
      CheckDuration(selector->time.offset);
      if (selector->extension != Extension::kNone) {
        Refuse(expr.span, "anchored and smoothed ranges", kThree);
      }
    }
    for (const ExprPtr& child : Children(expr)) CheckTree(*child);
  }

  // What the tree does not keep.
  void CheckTokens(std::string_view text) {
    const std::vector<Token> tokens = Lex(text).tokens;
    std::vector<bool> names;  // Of each open bracket: strings in it are names.
    TokenKind before = TokenKind::kEnd;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      const Token& token = tokens[i];
      switch (token.kind) {
        case TokenKind::kLeftBrace:
        case TokenKind::kLeftBracket:
        case TokenKind::kLeftParen:
          names.push_back(token.kind == TokenKind::kLeftBrace ||
                          OpensLabels(before));
          if (token.kind == TokenKind::kLeftBracket) CheckSign(tokens, i + 1);
          break;
        case TokenKind::kRightBrace:
        case TokenKind::kRightBracket:
        case TokenKind::kRightParen:
          if (!names.empty()) names.pop_back();
          break;
        case TokenKind::kString:
          if (!names.empty() && names.back() && BeginsAnItem(before)) {
            Refuse(token.span, "a name in quotes", kThree);
          }
          break;
        case TokenKind::kNumber:
        case TokenKind::kDuration:
          if (token.text.find('_') != std::string_view::npos) {
            Refuse(token.span, "underscores in numbers", kLenientNumbers);
          }
          break;
        case TokenKind::kAt:
          if (IsDurationAt(tokens, i + 1)) {
            Refuse(tokens[i + 1].span, "a duration behind @", kLenientNumbers);
          }
          break;
        case TokenKind::kOffset:
          if (!BeginsAnOperand(before)) CheckOffset(tokens, i + 1);
          break;
        default:
          break;
      }
      before = token.kind;
    }
  }

  // Of `{"a.b", "c"="d"} 1_000 {{count:1}}`.
  void CheckSeries(std::string_view text) {
    bool in_braces = false;
    bool in_values = false;
    char before = ' ';  // The last but blanks.
    for (std::size_t at = 0; at < text.size(); ++at) {
      const char c = text[at];
      if (text.substr(at).starts_with("{{")) {
        Refuse({at, at + 2}, "a histogram", kSeriesHistograms);
        return;
      }
      if (c == '"' || c == '\'' || c == '`') {
        const std::size_t length =
            std::max<std::size_t>(ScanString(text.substr(at)).length, 1);
        if (before == '{' || before == ',') {
          Refuse({at, at + length}, "a name in quotes", kThree);
        }
        at += length - 1;
        before = c;
        continue;
      }
      if (c == '{') in_braces = true;
      if (c == '}') in_braces = false;
      if (absl::ascii_isspace(static_cast<unsigned char>(c))) {
        in_values = in_values || (before != ' ' && !in_braces);
        continue;
      }
      // `_` and `_x3` are no numbers.
      if (c == '_' && in_values && !in_braces &&
          absl::ascii_isdigit(static_cast<unsigned char>(text[at - 1]))) {
        Refuse({at, at + 1}, "underscores in numbers", kLenientNumbers);
      }
      before = c;
    }
  }

 private:
  void Refuse(base::Span span, std::string_view what, base::Version since) {
    RefuseLater(span, what, since, server_, diagnostics_);
  }

  // To an older server an aggregation is a function that it does not know.
  void CheckName(std::string_view name, base::Version since, base::Span span) {
    if (server_ >= since) return;
    diagnostics_.Error(
        "unknown-function", span,
        absl::StrFormat("unknown function with name %s", base::Quote(name)),
        CameLater(since, server_));
  }

  void CheckBinary(const Binary& node) {
    const base::BinaryOpRow& row = base::Row(node.op);
    if (server_ < row.since) {
      diagnostics_.Error(
          "unknown-operator", node.op_span,
          absl::StrFormat("unknown operator %s", base::Quote(row.text)),
          CameLater(row.since, server_));
    }
    if (node.matching.fill_left || node.matching.fill_right) {
      Refuse(node.op_span, "fill", kThree);
    }
  }

  void CheckDuration(const DurationExprPtr& duration) {
    if (duration == nullptr) return;
    if (duration->op != DurationExpr::Op::kLiteral) {
      // A negative offset is no calculation.
      const bool sign = duration->op == DurationExpr::Op::kNegate;
      if (sign && !duration->parenthesised) {
        return CheckDuration(duration->left);
      }
      Refuse(duration->span, "arithmetic with durations", kThree);
    } else if (!duration->duration && duration->seconds != 0) {
      Refuse(duration->span, "a number for a duration", kLenientNumbers);
    }
  }

  static bool BeginsAnItem(TokenKind before) {
    return before == TokenKind::kLeftBrace || before == TokenKind::kLeftParen ||
           before == TokenKind::kComma;
  }

  // Then what follows names a metric, also if it is called offset.
  static bool BeginsAnOperand(TokenKind before) {
    return before == TokenKind::kEnd || before == TokenKind::kOperator ||
           before == TokenKind::kBool || before == TokenKind::kLeftParen ||
           before == TokenKind::kComma;
  }

  static bool IsSign(const Token& token) {
    return token.kind == TokenKind::kOperator &&
           (token.binary == base::BinaryOp::kAdd ||
            token.binary == base::BinaryOp::kSubtract);
  }

  static bool IsDurationAt(const std::vector<Token>& tokens, std::size_t i) {
    if (i < tokens.size() && IsSign(tokens[i])) ++i;
    return i < tokens.size() && tokens[i].kind == TokenKind::kDuration;
  }

  // The tree does not keep the sign of [+5m].
  void CheckSign(const std::vector<Token>& tokens, std::size_t i) {
    if (i < tokens.size() && IsSign(tokens[i])) {
      Refuse(tokens[i].span, "arithmetic with durations", kThree);
    }
  }

  // The tree has no offset of 0.
  void CheckOffset(const std::vector<Token>& tokens, std::size_t i) {
    if (i >= tokens.size()) return;
    if (tokens[i].kind == TokenKind::kOperator &&
        tokens[i].binary == base::BinaryOp::kAdd) {
      Refuse(tokens[i].span, "a + before an offset", kLenientNumbers);
    }
    if (IsSign(tokens[i])) ++i;
    if (i >= tokens.size()) return;
    const bool number = tokens[i].kind == TokenKind::kNumber ||
                        tokens[i].kind == TokenKind::kDuration;
    const bool zero =
        tokens[i].text.find_first_of("123456789") == std::string_view::npos;
    if (number && zero) {
      Refuse(tokens[i].span, "an offset of 0", kLenientNumbers);
    }
  }

  static bool OpensLabels(TokenKind kind) {
    switch (kind) {
      case TokenKind::kBy:
      case TokenKind::kWithout:
      case TokenKind::kOn:
      case TokenKind::kIgnoring:
      case TokenKind::kGroupLeft:
      case TokenKind::kGroupRight:
        return true;
      default:
        return false;
    }
  }

  base::Version server_;
  base::Diagnostics& diagnostics_;
};

}  // namespace

bool CheckKnown(std::string_view text, const Expr& expr, base::Version server,
                base::Diagnostics& diagnostics) {
  KnownChecker checker(server, diagnostics);
  checker.CheckTree(expr);
  checker.CheckTokens(text);
  return diagnostics.ok();
}

bool CheckKnownSeries(std::string_view text, base::Version server,
                      base::Diagnostics& diagnostics) {
  KnownChecker(server, diagnostics).CheckSeries(text);
  return diagnostics.ok();
}

void RefuseLater(base::Span span, std::string_view what, base::Version since,
                 base::Version server, base::Diagnostics& diagnostics) {
  if (server >= since) return;
  diagnostics.Error("unknown-syntax", span,
                    absl::StrFormat("this Prometheus refuses %s, which came "
                                    "with a later version",
                                    what));
}

std::string CameLater(base::Version since, base::Version server) {
  return absl::StrFormat("it came with Prometheus %s, --compat is %s",
                         base::ToString(since), base::ToString(server));
}

}  // namespace promql
