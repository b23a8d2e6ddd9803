#include "alerts/templates/lexer.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/labels.h"
#include "base/quote.h"
#include "re2/re2.h"

namespace alerts::text_template {
namespace {

constexpr std::string_view kLeft = "{{";
constexpr std::string_view kRight = "}}";
constexpr std::string_view kSpaces = " \t\r\n";
// Not a code point: behind the end of the text.
constexpr std::int32_t kEof = -1;

struct Keyword {
  std::string_view word;
  TokenKind kind;
};
constexpr Keyword kKeywords[] = {
    {"block", TokenKind::kBlock},       {"break", TokenKind::kBreak},
    {"continue", TokenKind::kContinue}, {"define", TokenKind::kDefine},
    {"else", TokenKind::kElse},         {"end", TokenKind::kEndKeyword},
    {"false", TokenKind::kBool},        {"if", TokenKind::kIf},
    {"nil", TokenKind::kNil},           {"range", TokenKind::kRange},
    {"template", TokenKind::kTemplate}, {"true", TokenKind::kBool},
    {"with", TokenKind::kWith},
};

bool IsSpace(std::int32_t rune) {
  return rune == ' ' || rune == '\t' || rune == '\r' || rune == '\n';
}

bool IsAsciiAlphaNumeric(std::int32_t rune) {
  return rune == '_' || (rune >= '0' && rune <= '9') ||
         (rune >= 'a' && rune <= 'z') || (rune >= 'A' && rune <= 'Z');
}

// The code point at `at` and its length; U+FFFD of length 1 for a byte that
// is not UTF-8.
std::pair<std::int32_t, std::size_t> Decode(std::string_view text,
                                            std::size_t at) {
  if (at >= text.size()) return {kEof, 0};
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const std::uint32_t first = byte(at);
  if (first < 0x80) return {static_cast<std::int32_t>(first), 1};
  const std::size_t length = first >= 0xf0   ? 4
                             : first >= 0xe0 ? 3
                             : first >= 0xc2 ? 2
                                             : 1;
  std::uint32_t rune = first & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xc0U) != 0x80U) return {0xfffd, 1};
    rune = (rune << 6) | (byte(at + i) & 0x3fU);
  }
  if (length == 1) return {0xfffd, 1};
  return {static_cast<std::int32_t>(rune), length};
}

// The character at `at` as a message shows it: U+002D '-'.
std::string Describe(std::string_view text, std::size_t at) {
  const auto [rune, length] = Decode(text, at);
  std::string description = absl::StrFormat("U+%04X", rune);
  if (rune >= 0 && base::IsPrintable(static_cast<std::uint32_t>(rune))) {
    description += " '" + std::string(text.substr(at, length)) + "'";
  }
  return description;
}

// A letter, digit or underscore of any script begins at `at`.
bool IsAlphaNumeric(std::string_view text, std::size_t at) {
  const auto [rune, length] = Decode(text, at);
  if (rune < 0x80) return IsAsciiAlphaNumeric(rune);
  static const RE2 letter("[\\pL\\p{Nd}]");
  return RE2::FullMatch(re2::StringPiece(text.data() + at, length), letter);
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Token> Run() {
    while (!failed_ && LexText()) {
      while (!failed_ && LexInsideAction()) {
      }
    }
    if (!failed_) Emit(TokenKind::kEnd);
    return std::move(tokens_);
  }

 private:
  std::int32_t Peek() const { return Decode(text_, at_).first; }
  std::int32_t Next() {
    const auto [rune, length] = Decode(text_, at_);
    at_ += length;
    return rune;
  }
  bool StartsWith(std::string_view prefix, std::size_t at) const {
    return at <= text_.size() && text_.substr(at).starts_with(prefix);
  }
  // "- " behind a left delimiter.
  bool LeftTrimMarker(std::size_t at) const {
    return at + 1 < text_.size() && text_[at] == '-' && IsSpace(text_[at + 1]);
  }
  // " -}}".
  bool RightTrimMarker(std::size_t at) const {
    return at + 1 < text_.size() && IsSpace(text_[at]) &&
           text_[at + 1] == '-' && StartsWith(kRight, at + 2);
  }
  void Emit(TokenKind kind) {
    line_ += static_cast<std::size_t>(
        std::count(text_.begin() + static_cast<std::ptrdiff_t>(counted_),
                   text_.begin() + static_cast<std::ptrdiff_t>(start_), '\n'));
    counted_ = start_;
    tokens_.push_back(
        {kind, start_, std::string(text_.substr(start_, at_ - start_)), line_});
    start_ = at_;
  }
  void Ignore() { start_ = at_; }
  bool Fail(std::string message) {
    Emit(TokenKind::kError);
    tokens_.back().value = std::move(message);
    failed_ = true;
    return false;
  }

  bool LexText();
  bool LexComment();
  bool LexInsideAction();
  bool LexRightDelimiter(bool trim);
  bool LexSpace();
  bool LexQuote(std::int32_t quote, TokenKind kind, std::string_view error);
  bool LexRawQuote();
  bool LexWord(TokenKind kind);
  bool LexIdentifier();
  bool LexNumber();
  bool ScanNumber();
  bool Accept(std::string_view valid);
  void AcceptRun(std::string_view valid);
  bool AtTerminator() const;

  std::string_view text_;
  std::size_t start_ = 0;
  std::size_t at_ = 0;
  std::size_t line_ = 1;  // Of counted_.
  std::size_t counted_ = 0;
  std::size_t parens_ = 0;
  bool failed_ = false;
  std::vector<Token> tokens_;
};

// Everything up to the inside of the next action; false at the end.
bool Lexer::LexText() {
  const std::size_t left = text_.find(kLeft, at_);
  if (left == std::string_view::npos) {
    at_ = text_.size();
    if (at_ > start_) Emit(TokenKind::kText);
    return false;
  }
  const bool trim = LeftTrimMarker(left + kLeft.size());
  at_ = left;
  if (trim) {
    while (at_ > start_ && IsSpace(text_[at_ - 1])) --at_;
  }
  if (at_ > start_) Emit(TokenKind::kText);
  at_ = left;
  Ignore();
  const std::size_t inside = left + kLeft.size() + (trim ? 2 : 0);
  if (StartsWith("/*", inside)) {
    at_ = inside;
    Ignore();
    return LexComment() && LexText();
  }
  at_ = left + kLeft.size();
  Emit(TokenKind::kLeftDelimiter);
  at_ = inside;
  Ignore();
  parens_ = 0;
  return true;
}

bool Lexer::LexComment() {
  const std::size_t close = text_.find("*/", at_ + 2);
  if (close == std::string_view::npos) return Fail("unclosed comment");
  at_ = close + 2;
  const bool trim = RightTrimMarker(at_);
  if (!trim && !StartsWith(kRight, at_)) {
    return Fail("comment ends before closing delimiter");
  }
  at_ += (trim ? 2 : 0) + kRight.size();
  if (trim) AcceptRun(kSpaces);
  Ignore();
  return true;
}

bool Lexer::LexRightDelimiter(bool trim) {
  if (trim) {
    at_ += 2;
    Ignore();
  }
  at_ += kRight.size();
  Emit(TokenKind::kRightDelimiter);
  if (trim) {
    AcceptRun(kSpaces);
    Ignore();
  }
  return false;
}

bool Lexer::LexInsideAction() {
  const bool trim = RightTrimMarker(at_);
  if (trim || StartsWith(kRight, at_)) {
    if (parens_ > 0) return Fail("unclosed left paren");
    return LexRightDelimiter(trim);
  }
  const std::size_t before = at_;
  const std::int32_t rune = Next();
  const auto emit = [this](TokenKind kind) {
    Emit(kind);
    return true;
  };
  switch (rune) {
    case kEof:
      return Fail("unclosed action");
    case ' ':
    case '\t':
    case '\r':
    case '\n':
      return LexSpace();
    case '=':
      return emit(TokenKind::kAssign);
    case ':':
      return Next() == '=' ? emit(TokenKind::kDeclare) : Fail("expected :=");
    case '|':
      return emit(TokenKind::kPipe);
    case '"':
      return LexQuote('"', TokenKind::kString, "unterminated quoted string");
    case '`':
      return LexRawQuote();
    case '$':
      return LexWord(TokenKind::kVariable);
    case '\'':
      return LexQuote('\'', TokenKind::kCharConstant,
                      "unterminated character constant");
    case '(':
      ++parens_;
      return emit(TokenKind::kLeftParen);
    case ')':
      // One too many is the parser's error.
      if (parens_ > 0) --parens_;
      return emit(TokenKind::kRightParen);
    default:
      break;
  }
  const std::int32_t following = Peek();
  if (rune == '.' && following != kEof &&
      (following < '0' || following > '9')) {
    return LexWord(TokenKind::kField);
  }
  if (rune == '.' || rune == '+' || rune == '-' ||
      (rune >= '0' && rune <= '9')) {
    at_ = before;
    return LexNumber();
  }
  if (IsAlphaNumeric(text_, before)) {
    at_ = before;
    return LexIdentifier();
  }
  if (rune > ' ' && rune < 0x7f) return emit(TokenKind::kChar);
  return Fail("unrecognized character in action: " + Describe(text_, before));
}

// The first space has been taken.
bool Lexer::LexSpace() {
  AcceptRun(kSpaces);
  // The last of them may belong to a trim marker.
  if (RightTrimMarker(at_ - 1)) --at_;
  if (at_ > start_) Emit(TokenKind::kSpace);
  return true;
}

bool Lexer::LexQuote(std::int32_t quote, TokenKind kind,
                     std::string_view error) {
  for (;;) {
    std::int32_t rune = Next();
    if (rune == quote) break;
    if (rune == '\\') {
      rune = Next();
      if (rune != kEof && rune != '\n') continue;
    }
    if (rune == kEof || rune == '\n') return Fail(std::string(error));
  }
  Emit(kind);
  return true;
}

bool Lexer::LexRawQuote() {
  const std::size_t close = text_.find('`', at_);
  if (close == std::string_view::npos) {
    at_ = text_.size();
    return Fail("unterminated raw quoted string");
  }
  at_ = close + 1;
  Emit(TokenKind::kRawString);
  return true;
}

// A field or variable behind its '.' or '$'.
bool Lexer::LexWord(TokenKind kind) {
  if (AtTerminator()) {
    Emit(kind == TokenKind::kVariable ? kind : TokenKind::kDot);
    return true;
  }
  while (IsAlphaNumeric(text_, at_)) Next();
  if (!AtTerminator()) return Fail("bad character " + Describe(text_, at_));
  Emit(kind);
  return true;
}

bool Lexer::LexIdentifier() {
  while (IsAlphaNumeric(text_, at_)) Next();
  if (!AtTerminator()) return Fail("bad character " + Describe(text_, at_));
  const std::string_view word = text_.substr(start_, at_ - start_);
  const auto* keyword =
      std::find_if(std::begin(kKeywords), std::end(kKeywords),
                   [&](const Keyword& row) { return row.word == word; });
  Emit(keyword == std::end(kKeywords) ? TokenKind::kIdentifier : keyword->kind);
  return true;
}

bool Lexer::LexNumber() {
  bool valid = ScanNumber();
  TokenKind kind = TokenKind::kNumber;
  if (valid && (Peek() == '+' || Peek() == '-')) {
    kind = TokenKind::kComplex;
    valid = ScanNumber() && text_[at_ - 1] == 'i';
  }
  if (!valid) {
    return Fail("bad number syntax: " +
                base::Quote(text_.substr(start_, at_ - start_)));
  }
  Emit(kind);
  return true;
}

bool Lexer::ScanNumber() {
  constexpr std::string_view kDecimal = "0123456789_";
  Accept("+-");
  std::string_view digits = kDecimal;
  bool hexadecimal = false;
  if (Accept("0")) {
    if (Accept("xX")) {
      digits = "0123456789abcdefABCDEF_";
      hexadecimal = true;
    } else if (Accept("oO")) {
      digits = "01234567_";
    } else if (Accept("bB")) {
      digits = "01_";
    }
  }
  AcceptRun(digits);
  if (Accept(".")) AcceptRun(digits);
  if ((digits == kDecimal && Accept("eE")) || (hexadecimal && Accept("pP"))) {
    Accept("+-");
    AcceptRun(kDecimal);
  }
  Accept("i");
  if (IsAlphaNumeric(text_, at_)) {
    Next();
    return false;
  }
  return true;
}

bool Lexer::Accept(std::string_view valid) {
  if (at_ < text_.size() && valid.find(text_[at_]) != std::string_view::npos) {
    ++at_;
    return true;
  }
  return false;
}

void Lexer::AcceptRun(std::string_view valid) {
  while (Accept(valid)) {
  }
}

bool Lexer::AtTerminator() const {
  const std::int32_t rune = Peek();
  return rune == kEof || IsSpace(rune) || rune == '.' || rune == ',' ||
         rune == '|' || rune == ':' || rune == ')' || rune == '(' ||
         StartsWith(kRight, at_);
}

}  // namespace

std::vector<Token> Lex(std::string_view text) { return Lexer(text).Run(); }

std::string ToString(const Token& token) {
  if (token.kind == TokenKind::kEnd) return "EOF";
  if (token.kind == TokenKind::kError) return token.value;
  if (token.kind > TokenKind::kKeyword) return "<" + token.value + ">";
  std::size_t bytes = 0;
  for (std::size_t runes = 0; runes < 10 && bytes < token.value.size();
       ++runes) {
    bytes += Decode(token.value, bytes).second;
  }
  if (token.value.size() > 10) {
    return base::Quote(std::string_view(token.value).substr(0, bytes)) + "...";
  }
  return base::Quote(token.value);
}

}  // namespace alerts::text_template
