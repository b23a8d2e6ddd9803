#include "promql/syntax/lexer.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "base/labels.h"
#include "base/quote.h"
#include "promql/syntax/character.h"
#include "promql/syntax/hints.h"

namespace promql {
namespace {

struct Keyword {
  std::string_view text;
  TokenKind kind;
};

// Operators and aggregations that are words have their rows in
// base/operators.h. Sorted by text.
constexpr std::array<Keyword, 21> kKeywords = {{
    {"anchored", TokenKind::kAnchored},
    {"bool", TokenKind::kBool},
    {"by", TokenKind::kBy},
    {"end", TokenKind::kEndKeyword},
    {"fill", TokenKind::kFill},
    {"fill_left", TokenKind::kFillLeft},
    {"fill_right", TokenKind::kFillRight},
    {"group_left", TokenKind::kGroupLeft},
    {"group_right", TokenKind::kGroupRight},
    {"ignoring", TokenKind::kIgnoring},
    {"inf", TokenKind::kNumber},
    {"max_of", TokenKind::kMaxOf},
    {"min_of", TokenKind::kMinOf},
    {"nan", TokenKind::kNumber},
    {"offset", TokenKind::kOffset},
    {"on", TokenKind::kOn},
    {"range", TokenKind::kRange},
    {"smoothed", TokenKind::kSmoothed},
    {"start", TokenKind::kStart},
    {"step", TokenKind::kStep},
    {"without", TokenKind::kWithout},
}};
static_assert(std::ranges::is_sorted(kKeywords, {}, &Keyword::text));

constexpr std::size_t kLongestKeyword = 12;  // count_values

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Tokens Run() && {
    while (!done_) {
      start_ = at_;
      if (brackets_open_) {
        InsideBrackets();
      } else if (brace_open_) {
        InsideBraces();
      } else {
        Statement();
      }
    }
    return std::move(out_);
  }

 private:
  Character Peek() const { return ReadCharacter(text_, at_); }
  Character Next() {
    const Character c = Peek();
    at_ += c.length;
    return c;
  }
  bool Follows(char c) const { return at_ < text_.size() && text_[at_] == c; }
  bool Accept(char c) {
    if (!Follows(c)) return false;
    ++at_;
    return true;
  }
  bool NumberFollows(std::uint32_t rune) const {
    return IsDigit(rune) || (rune == '.' && IsDigit(Peek().rune));
  }

  Token Make(TokenKind kind) const {
    Token token;
    token.kind = kind;
    token.text = text_.substr(start_, at_ - start_);
    token.span = {start_, at_};
    return token;
  }
  void Emit(TokenKind kind) {
    out_.tokens.push_back(Make(kind));
    start_ = at_;
  }
  void Emit(base::BinaryOp op) {
    Token token = Make(TokenKind::kOperator);
    token.binary = op;
    out_.tokens.push_back(token);
    start_ = at_;
  }
  // Reading ends: from `start_` on the text makes no sense.
  void Fail(std::string error, std::string help = {}) {
    Token token;
    token.kind = TokenKind::kError;
    token.span = {start_, text_.size()};
    out_.tokens.push_back(token);
    out_.error = std::move(error);
    out_.help = std::move(help);
    done_ = true;
  }

  std::string Hint(Place place) const {
    return std::string(HintForCharacter(text_.substr(start_), place));
  }

  void SkipSpaces() {
    while (IsSpace(Peek().rune)) ++at_;
  }
  void SkipComment() {
    while (at_ < text_.size() && text_[at_] != '\n' && text_[at_] != '\r') {
      ++at_;
    }
  }

  void Statement();
  // The one-character tokens and operators; false when `rune` starts none.
  bool Symbol(std::uint32_t rune);
  bool ArithmeticOperator(std::uint32_t rune);
  bool Parenthesis(std::uint32_t rune);
  void Comparison(std::uint32_t rune);
  void Assignment();
  void Exclamation();
  void Bracket(std::uint32_t rune);
  void End();

  void InsideBraces();
  void InsideBrackets();
  void ColonInsideBrackets();
  void WordInsideBrackets(std::uint32_t first);

  void Word();
  bool ParenthesisFollows() const;
  void NumberOrDuration();
  bool AcceptRemainingDuration();
  bool AcceptOneOf(std::string_view set);
  void String();

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t start_ = 0;  // Of the token being read.
  int parens_ = 0;
  bool brace_open_ = false;
  bool brackets_open_ = false;
  bool got_duration_ = false;  // Inside these brackets.
  bool got_colon_ = false;
  bool done_ = false;
  Tokens out_;
};

void Lexer::Statement() {
  const Character c = Next();
  if (c.rune == kEndOfText) {
    End();
  } else if (IsSpace(c.rune)) {
    SkipSpaces();
  } else if (c.rune == '#') {
    SkipComment();
  } else if (NumberFollows(c.rune)) {
    at_ = start_;
    NumberOrDuration();
  } else if (c.rune == '"' || c.rune == '\'' || c.rune == '`') {
    String();
  } else if (IsAlpha(c.rune) || c.rune == ':') {
    Word();
  } else if (!Symbol(c.rune)) {
    Fail(absl::StrFormat("unexpected character: %s", base::QuoteRune(c.rune)),
         Hint(Place::kExpression));
  }
}

void Lexer::End() {
  if (parens_ > 0) return Fail("unclosed left parenthesis");
  Emit(TokenKind::kEnd);
  done_ = true;
}

bool Lexer::Symbol(std::uint32_t rune) {
  if (ArithmeticOperator(rune) || Parenthesis(rune)) return true;
  switch (rune) {
    case ',':
      Emit(TokenKind::kComma);
      return true;
    case '@':
      Emit(TokenKind::kAt);
      return true;
    case '<':
    case '>':
      Comparison(rune);
      return true;
    case '=':
      Assignment();
      return true;
    case '!':
      Exclamation();
      return true;
    case '{':
      Emit(TokenKind::kLeftBrace);
      brace_open_ = true;
      return true;
    case '[':
    case ']':
      Bracket(rune);
      return true;
    default:
      return false;
  }
}

bool Lexer::ArithmeticOperator(std::uint32_t rune) {
  switch (rune) {
    case '+':
      Emit(base::BinaryOp::kAdd);
      return true;
    case '-':
      Emit(base::BinaryOp::kSubtract);
      return true;
    case '*':
      Emit(base::BinaryOp::kMultiply);
      return true;
    case '/':
      Emit(base::BinaryOp::kDivide);
      return true;
    case '%':
      Emit(base::BinaryOp::kModulo);
      return true;
    case '^':
      Emit(base::BinaryOp::kPower);
      return true;
    default:
      return false;
  }
}

bool Lexer::Parenthesis(std::uint32_t rune) {
  if (rune == '(') {
    Emit(TokenKind::kLeftParen);
    ++parens_;
    return true;
  }
  if (rune != ')') return false;
  if (--parens_ < 0) {
    start_ = at_;  // Prometheus points behind it.
    Fail(absl::StrFormat("unexpected right parenthesis %s",
                         base::QuoteRune(rune)));
  } else {
    Emit(TokenKind::kRightParen);
  }
  return true;
}

void Lexer::Comparison(std::uint32_t rune) {
  const bool less = rune == '<';
  if (Accept('=')) {
    Emit(less ? base::BinaryOp::kLessOrEqual : base::BinaryOp::kGreaterOrEqual);
  } else if (Accept('/')) {
    Emit(less ? base::BinaryOp::kTrimUpper : base::BinaryOp::kTrimLower);
  } else {
    Emit(less ? base::BinaryOp::kLess : base::BinaryOp::kGreater);
  }
}

void Lexer::Assignment() {
  if (Accept('=')) return Emit(base::BinaryOp::kEqual);
  if (Follows('~')) {
    return Fail(absl::StrFormat("unexpected character after '=': %s",
                                base::QuoteRune('~')),
                Hint(Place::kExpression));
  }
  Emit(TokenKind::kAssign);
}

void Lexer::Exclamation() {
  const Character c = Next();
  if (c.rune == '=') return Emit(base::BinaryOp::kNotEqual);
  Fail(absl::StrFormat("unexpected character after '!': %s",
                       base::QuoteRune(c.rune)),
       Hint(Place::kExpression));
}

void Lexer::Bracket(std::uint32_t rune) {
  if (rune == ']') {
    return Fail(
        absl::StrFormat("unexpected right bracket %s", base::QuoteRune(rune)));
  }
  Emit(TokenKind::kLeftBracket);
  brackets_open_ = true;
  got_duration_ = false;
  got_colon_ = false;
}

void Lexer::InsideBraces() {
  const Character c = Next();
  const auto unexpected = [&](std::string_view what, std::uint32_t rune) {
    Fail(absl::StrFormat("unexpected %s %s", what, base::QuoteRune(rune)),
         Hint(Place::kBraces));
  };
  if (c.rune == kEndOfText) {
    Fail("unexpected end of input inside braces");
  } else if (IsSpace(c.rune)) {
    SkipSpaces();
  } else if (c.rune == '#') {
    SkipComment();
  } else if (IsAlpha(c.rune)) {
    while (IsAlphaNumeric(Peek().rune)) ++at_;
    Emit(TokenKind::kIdentifier);
  } else if (c.rune == '"' || c.rune == '\'' || c.rune == '`') {
    String();
  } else if (c.rune == ',') {
    Emit(TokenKind::kComma);
  } else if (c.rune == '=') {
    Emit(Accept('~') ? TokenKind::kRegexp : TokenKind::kAssign);
  } else if (c.rune == '!') {
    const Character next = Next();
    if (next.rune == '~') return Emit(TokenKind::kNotRegexp);
    if (next.rune == '=') return Emit(base::BinaryOp::kNotEqual);
    unexpected("character after '!' inside braces:", next.rune);
  } else if (c.rune == '{') {
    unexpected("left brace", c.rune);
  } else if (c.rune == '}') {
    Emit(TokenKind::kRightBrace);
    brace_open_ = false;
  } else {
    unexpected("character inside braces:", c.rune);
  }
}

void Lexer::InsideBrackets() {
  const Character c = Next();
  if (c.rune == kEndOfText) {
    Fail("unexpected end of input in duration expression");
  } else if (c.rune == ']') {
    Emit(TokenKind::kRightBracket);
    brackets_open_ = false;
  } else if (c.rune == ':') {
    ColonInsideBrackets();
  } else if (IsSpace(c.rune)) {
    SkipSpaces();
  } else if (NumberFollows(c.rune)) {
    at_ = start_;
    got_duration_ = true;
    NumberOrDuration();
  } else if (c.rune == ',') {
    Emit(TokenKind::kComma);
  } else if (IsAlpha(c.rune)) {
    WordInsideBrackets(c.rune);
  } else if (!ArithmeticOperator(c.rune) && !Parenthesis(c.rune)) {
    Fail(absl::StrFormat("unexpected character in duration expression: %s",
                         base::QuoteRune(c.rune)),
         Hint(Place::kBrackets));
  }
}

void Lexer::ColonInsideBrackets() {
  Emit(TokenKind::kColon);
  // Prometheus points behind the colon, whose token it throws away.
  if (!got_duration_) {
    out_.tokens.pop_back();
    Fail("unexpected colon before duration in duration expression");
  } else if (got_colon_) {
    out_.tokens.pop_back();
    Fail("unexpected repeated colon in duration expression");
  }
  got_colon_ = true;
}

void Lexer::WordInsideBrackets(std::uint32_t first) {
  while (IsAlpha(Peek().rune)) ++at_;
  Token token = Make(TokenKind::kIdentifier);
  if (SetKeyword(token) &&
      (token.kind == TokenKind::kStep || token.kind == TokenKind::kRange ||
       token.kind == TokenKind::kMinOf || token.kind == TokenKind::kMaxOf)) {
    got_duration_ = true;
    out_.tokens.push_back(token);
    return;
  }
  Fail(absl::StrFormat("unexpected character in duration expression: %s",
                       base::QuoteRune(first)),
       DidYouMean(token.text, {"step", "range", "min_of", "max_of"}));
}

void Lexer::Word() {
  bool colon = text_[start_] == ':';
  for (Character c = Peek(); IsAlphaNumeric(c.rune) || c.rune == ':';
       c = Peek()) {
    colon = colon || c.rune == ':';
    ++at_;
  }
  Token token =
      Make(colon ? TokenKind::kMetricIdentifier : TokenKind::kIdentifier);
  SetKeyword(token);
  // A metric may be called fill.
  const bool fill = token.kind == TokenKind::kFill ||
                    token.kind == TokenKind::kFillLeft ||
                    token.kind == TokenKind::kFillRight;
  if (fill && !ParenthesisFollows()) token.kind = TokenKind::kIdentifier;
  out_.tokens.push_back(token);
}

bool Lexer::ParenthesisFollows() const {
  std::size_t i = at_;
  while (i < text_.size() && IsSpace(static_cast<unsigned char>(text_[i]))) ++i;
  return i < text_.size() && text_[i] == '(';
}

bool Lexer::AcceptOneOf(std::string_view set) {
  if (at_ >= text_.size() || set.find(text_[at_]) == set.npos) return false;
  ++at_;
  return true;
}

// Reads on behind the first number of a duration; what it looked at is part of
// the error message.
bool Lexer::AcceptRemainingDuration() {
  if (!AcceptOneOf("smhdwy")) return false;
  AcceptOneOf("s");  // ms; hs and its like fail when the value is read.
  while (AcceptOneOf("0123456789")) {
    while (AcceptOneOf("0123456789")) {
    }
    if (!AcceptOneOf("smhdw")) return false;
    AcceptOneOf("s");
  }
  const Character next = Peek();
  if (!IsAlphaNumeric(next.rune)) return true;
  at_ += next.length;
  return false;
}

void Lexer::NumberOrDuration() {
  const ScannedNumber number = ScanNumber(text_.substr(at_), false);
  at_ += number.length;
  if (number.valid) return Emit(TokenKind::kNumber);
  if (AcceptRemainingDuration()) return Emit(TokenKind::kDuration);
  Fail(absl::StrFormat("bad number or duration syntax: %s",
                       base::Quote(text_.substr(start_, at_ - start_))),
       brackets_open_ ? "units are ms, s, m, h, d, w and y: 1h30m" : "");
}

void Lexer::String() {
  ScannedString string = ScanString(text_.substr(start_));
  at_ = start_ + string.length;
  if (!string.error.empty()) return Fail(std::move(string.error));
  Emit(TokenKind::kString);
}

}  // namespace

bool SetKeyword(Token& token) {
  if (token.text.size() > kLongestKeyword) return false;
  std::string lower(token.text);
  absl::AsciiStrToLower(&lower);
  const std::string_view word = lower;
  const auto keyword =
      std::ranges::lower_bound(kKeywords, word, {}, &Keyword::text);
  if (keyword != kKeywords.end() && keyword->text == word) {
    token.kind = keyword->kind;
    return true;
  }
  for (const base::AggregationOpRow& row : base::kAggregationOps) {
    if (row.name == word) {
      token.kind = TokenKind::kAggregation;
      token.aggregation = row.op;
      return true;
    }
  }
  for (const base::BinaryOpRow& row : base::kBinaryOps) {
    if (row.text == word) {
      token.kind = TokenKind::kOperator;
      token.binary = row.op;
      return true;
    }
  }
  return false;
}

Tokens Lex(std::string_view text) { return Lexer(text).Run(); }

}  // namespace promql
