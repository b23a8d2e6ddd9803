#include "promql/syntax/hints.h"

#include "absl/strings/str_format.h"
#include "base/diagnostic.h"
#include "base/operators.h"
#include "promql/syntax/character.h"

namespace promql {
namespace {

struct CharacterHint {
  std::string_view start;
  Place place;
  std::string_view help;
};

constexpr std::string_view kVariable =
    "a variable of Grafana, which Grafana replaces before it asks";
constexpr std::string_view kDot = ".";  // Of a name: a letter follows.
constexpr std::string_view kQuotes = "a string stands in \" or '";
constexpr std::string_view kQuoted =
    "a value stands in quotes: label=\"value\"";

// The first that fits.
constexpr CharacterHint kCharacterHints[] = {
    {"&", Place::kExpression, "write and"},
    {"|", Place::kExpression, "write or"},
    {"=~", Place::kExpression, "it is for labels: metric{label=~\"a|b\"}"},
    {"!~", Place::kExpression, "it is for labels: metric{label!~\"a|b\"}"},
    {"!", Place::kExpression,
     "what has no series is found by absent() and unless, a value of 0 by "
     "== 0"},
    {kDot, Place::kExpression,
     "a name with dots stands in quotes and braces: {\"http.requests\"}"},
    {"$", Place::kExpression, kVariable},
    {"\u201c", Place::kExpression, kQuotes},
    {"\u2019", Place::kExpression, kQuotes},
    {"~", Place::kBraces, "a regular expression is matched by =~ or !~"},
    {kDot, Place::kBraces,
     "a name with dots stands in quotes: {\"http.method\"=\"GET\"}"},
    {"<", Place::kBraces, "labels are compared by =, !=, =~ and !~"},
    {">", Place::kBraces, "labels are compared by =, !=, =~ and !~"},
    {"$", Place::kBraces, kVariable},
    {"\u201c", Place::kBraces, kQuotes},
    {"\u2019", Place::kBraces, kQuotes},
    {")", Place::kBraces, "the braces are not closed"},
    {"$", Place::kBrackets, kVariable},
};

// Words that stand between operands, where only an operator may.
constexpr std::string_view kBetween[] = {
    "and",    "or",   "unless",   "atan2",    "by",
    "offset", "bool", "anchored", "smoothed", "without"};

std::vector<std::string_view> AggregationNames() {
  std::vector<std::string_view> names;
  for (const base::AggregationOpRow& row : base::kAggregationOps) {
    names.push_back(row.name);
  }
  return names;
}

// For a = 1, a => 1, a = "b".
std::string_view HintForAssign(const Token& assign, const Token& behind) {
  if (behind.kind == TokenKind::kString) {
    return "labels are matched in braces: metric{label=\"value\"}";
  }
  if (behind.span.begin == assign.span.end) {
    if (behind.kind == TokenKind::kError) return "";
    if (behind.kind == TokenKind::kOperator) {
      if (behind.binary == base::BinaryOp::kGreater) return "write >=";
      if (behind.binary == base::BinaryOp::kLess) return "write <=";
    }
  }
  return "to compare write ==";
}

std::string_view HintForKind(const Token& token, const Token& behind) {
  switch (token.kind) {
    case TokenKind::kAssign:
      return HintForAssign(token, behind);
    case TokenKind::kBool:
      return "bool follows a comparison: a > bool b";
    case TokenKind::kGroupLeft:
    case TokenKind::kGroupRight:
      return "it follows on(...) or ignoring(...)";
    default:
      return "";
  }
}

// The word before was taken for a metric where a keyword was meant.
std::string HintForWordBefore(const Token& token,
                              std::span<const Token> before) {
  const Token& word = before.back();
  if (word.kind == TokenKind::kAggregation) {
    return absl::StrFormat("%s takes its expression in parentheses: %s(...)",
                           word.text, word.text);
  }
  if (word.kind != TokenKind::kIdentifier) return "";
  std::vector<std::string_view> candidates;
  if (token.kind == TokenKind::kBy || token.kind == TokenKind::kWithout) {
    candidates = AggregationNames();
  } else if (before.size() > 1) {
    const Token& behind = before[before.size() - 2];
    if (behind.kind == TokenKind::kRightParen) {
      candidates = {"group_left", "group_right"};
    } else if (behind.kind == TokenKind::kOperator &&
               base::Row(behind.binary).kind == base::OpKind::kComparison) {
      candidates = {"bool"};
    }
  }
  const std::string_view nearest = base::Nearest(word.text, candidates);
  if (nearest.empty()) return "";
  return absl::StrFormat("did you mean %s instead of %s?", nearest, word.text);
}

// a <> b.
bool IsNotEqualOfSql(const Token& token, std::span<const Token> before) {
  return token.kind == TokenKind::kOperator &&
         token.binary == base::BinaryOp::kGreater &&
         before.back().kind == TokenKind::kOperator &&
         before.back().binary == base::BinaryOp::kLess &&
         before.back().span.end == token.span.begin;
}

}  // namespace

std::string_view HintForCharacter(std::string_view text, Place place) {
  const bool word_follows =
      text.size() > 1 && IsAlpha(static_cast<unsigned char>(text[1]));
  for (const CharacterHint& row : kCharacterHints) {
    if (row.place == place && text.starts_with(row.start) &&
        (word_follows || row.start != kDot)) {
      return row.help;
    }
  }
  const bool number = !text.empty() && text[0] >= '0' && text[0] <= '9';
  return place == Place::kBraces && number ? kQuoted : std::string_view();
}

std::string HintForToken(const Token& token, std::span<const Token> before,
                         const Token& behind) {
  std::string hint(HintForKind(token, behind));
  if (hint.empty() && token.kind == TokenKind::kIdentifier) {
    hint = DidYouMean(token.text, {std::begin(kBetween), std::end(kBetween)});
  }
  if (!hint.empty() || before.empty()) return hint;
  if (IsNotEqualOfSql(token, before)) return "write !=";
  return HintForWordBefore(token, before);
}

std::string DidYouMean(std::string_view word,
                       const std::vector<std::string_view>& candidates) {
  const std::string_view nearest = base::Nearest(word, candidates);
  return nearest.empty() ? "" : absl::StrFormat("did you mean %s?", nearest);
}

std::vector<std::string_view> KeywordsLikeCalls(const Token& before) {
  switch (before.kind) {
    case TokenKind::kOperator:
    case TokenKind::kBool:
      return {"on", "ignoring", "fill", "fill_left", "fill_right"};
    case TokenKind::kRightParen:
    case TokenKind::kGroupLeft:
    case TokenKind::kGroupRight:
      return {"group_left", "group_right", "fill", "fill_left", "fill_right"};
    default:
      return {};
  }
}

}  // namespace promql
