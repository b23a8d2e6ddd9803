#include "promql/syntax/series_scanner.h"

#include <charconv>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/quote.h"
#include "promql/syntax/lexer.h"

namespace promql {
namespace {

constexpr std::string_view kLabelSet = "label set";

// Where the braces that `text` begins with end: behind the } or where the text
// does.
std::size_t BracesLength(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && text[at] != '}') {
    const char c = text[at];
    if (c == '"' || c == '\'' || c == '`') {
      at += ScanString(text.substr(at)).length;
    } else {
      ++at;
    }
  }
  return std::min(at + 1, text.size());
}

}  // namespace

bool SeriesScanner::Error(std::size_t begin, std::string message) {
  diagnostics_->Error("series", {begin, std::max(begin, at_)},
                      std::move(message));
  return false;
}

std::string_view SeriesScanner::PeekLetters() const {
  std::size_t end = at_;
  while (IsAlpha(ReadCharacter(text_, end).rune)) ++end;
  return text_.substr(at_, end - at_);
}

bool SeriesScanner::UnexpectedToken(const Token& token,
                                    std::string_view context,
                                    std::string_view expected) {
  std::string message = absl::StrFormat("unexpected %s", Describe(token));
  if (!context.empty()) absl::StrAppendFormat(&message, " in %s", context);
  if (!expected.empty()) {
    absl::StrAppendFormat(&message, ", expected %s", expected);
  }
  diagnostics_->Error("series", token.span, std::move(message));
  return false;
}

bool SeriesScanner::Unexpected(std::string_view context,
                               std::string_view expected) {
  Token token;
  if (!NextToken(token)) return false;
  return UnexpectedToken(token, context, expected);
}

bool SeriesScanner::NextToken(Token& token) const {
  SeriesScanner ahead = *this;
  const std::uint32_t rune = Peek();
  std::size_t length = ReadCharacter(text_, at_).length;
  token.kind = TokenKind::kComma;  // Any that is described by its text.
  if (rune == kEndOfText) {
    token.kind = TokenKind::kEnd;
  } else if (rune == '+' || rune == '-') {
    token.kind = TokenKind::kOperator;
  } else if (IsDigit(rune) ||
             (rune == '.' && IsDigit(ReadCharacter(text_, at_ + 1).rune))) {
    token.kind = TokenKind::kNumber;
    const ScannedNumber number = ScanNumber(text_.substr(at_), true);
    length = number.length;
    ahead.at_ += length;
    if (!number.valid) {
      return ahead.Error(
          at_, absl::StrFormat("bad number syntax: %s",
                               base::Quote(text_.substr(at_, length))));
    }
  } else if (IsAlpha(rune) && rune != 'x' && rune != '_') {
    token = ahead.ReadWord();
    length = token.text.size();
  } else if (!IsSpace(rune) && rune != 'x' && rune != '_' && !Follows("{{")) {
    ahead.at_ += length;
    return ahead.Error(
        at_, absl::StrFormat("unexpected character in series sequence: %s",
                             base::QuoteRune(rune)));
  } else if (Follows("{{")) {
    length = 2;
  }
  token.text = text_.substr(at_, length);
  token.span = {at_, at_ + length};
  return true;
}

Token SeriesScanner::ReadWord() {
  const std::size_t begin = at_;
  bool colon = false;
  while (IsAlphaNumeric(Peek()) || Peek() == ':') {
    colon = colon || Peek() == ':';
    ++at_;
  }
  Token token;
  token.kind = colon ? TokenKind::kMetricIdentifier : TokenKind::kIdentifier;
  token.text = text_.substr(begin, at_ - begin);
  token.span = {begin, at_};
  SetKeyword(token);
  return token;
}

bool SeriesScanner::ReadMetric(base::Labels& labels) {
  std::vector<base::Label> found;
  SkipSpaces();
  std::string name;
  if (IsAlpha(Peek()) || Peek() == ':') {
    SeriesScanner ahead = *this;
    const Token word = ahead.ReadWord();
    // Anything else is no metric, and the values complain.
    if (CanNameMetric(word)) {
      name = std::string(word.text);
      *this = ahead;
    }
  }
  if (Peek() == '{' && !ReadLabels(found)) return false;
  if (!name.empty()) found.push_back({std::string(base::kMetricName), name});
  labels = base::Labels(std::move(found));
  return true;
}

bool SeriesScanner::ReadEnd() {
  const Tokens rest = Lex(text_.substr(at_));
  Token next = rest.tokens.front();
  if (next.kind == TokenKind::kEnd) return true;
  next.span.begin += at_;
  next.span.end += at_;
  return next.kind == TokenKind::kError ? Error(next.span.begin, rest.error)
                                        : UnexpectedToken(next, "", "");
}

bool SeriesScanner::ReadLabels(std::vector<base::Label>& labels) {
  const std::size_t begin = at_;
  at_ += BracesLength(text_.substr(at_));
  const Tokens lexed = Lex(text_.substr(begin, at_ - begin));
  std::vector<Token> tokens = lexed.tokens;
  for (Token& token : tokens) {
    token.span.begin += begin;
    token.span.end += begin;
  }
  std::size_t i = 1;
  const auto check = [&](const Token& token) {
    if (token.kind != TokenKind::kError) return true;
    return Error(token.span.begin, lexed.error);
  };
  while (tokens[i].kind != TokenKind::kRightBrace) {
    if (!ReadLabel(tokens, i, labels)) return check(tokens[i]) && false;
    if (tokens[i].kind == TokenKind::kComma) {
      ++i;
    } else if (tokens[i].kind != TokenKind::kRightBrace) {
      return check(tokens[i]) &&
             UnexpectedToken(tokens[i], kLabelSet, "\",\" or \"}\"");
    }
  }
  return AreUnique(labels, begin);
}

// Prometheus says it where a sample is stored.
bool SeriesScanner::AreUnique(const std::vector<base::Label>& labels,
                              std::size_t begin) {
  std::set<std::string_view> names;
  for (const base::Label& label : labels) {
    if (!names.insert(label.name).second) {
      return Error(
          begin, absl::StrFormat("label name %s is not unique: invalid sample",
                                 base::Quote(label.name)));
    }
  }
  return true;
}

bool SeriesScanner::ReadLabel(const std::vector<Token>& tokens,
                              std::size_t& index,
                              std::vector<base::Label>& labels) {
  const auto unexpected = [&](std::string_view expected) {
    const Token& token = tokens[index];
    return token.kind != TokenKind::kError &&
           UnexpectedToken(token, kLabelSet, expected);
  };
  const Token& first = tokens[index];
  const bool quoted = first.kind == TokenKind::kString;
  if (!quoted && first.kind != TokenKind::kIdentifier) {
    return unexpected("identifier or \"}\"");
  }
  ++index;
  std::string name = quoted ? Unquote(first.text) : std::string(first.text);
  if (quoted && tokens[index].kind != TokenKind::kAssign) {
    labels.push_back({std::string(base::kMetricName), std::move(name)});
    return true;
  }
  if (tokens[index].kind != TokenKind::kAssign) return unexpected("\"=\"");
  ++index;
  if (tokens[index].kind != TokenKind::kString) return unexpected("string");
  labels.push_back({std::move(name), Unquote(tokens[index].text)});
  ++index;
  return true;
}

bool SeriesScanner::ReadNumber(std::string_view context, double& value) {
  const std::size_t begin = at_;
  Token token;
  if (!NextToken(token)) return false;
  if (token.kind != TokenKind::kNumber) {
    return UnexpectedToken(token, context, "");
  }
  at_ += token.text.size();
  ParsedNumber number = ParseNumber(token.text);
  if (!number.error.empty()) return Error(begin, std::move(number.error));
  value = number.value;
  return true;
}

bool SeriesScanner::ReadSignedNumber(std::string_view context, double& value) {
  const bool negative = Follows("-");
  if (negative || Follows("+")) ++at_;
  if (!ReadNumber(context, value)) return false;
  if (negative) value = -value;
  return true;
}

bool SeriesScanner::ReadCount(std::string_view context, std::uint64_t& count) {
  const std::size_t begin = at_;
  Token token;
  if (!NextToken(token)) return false;
  if (token.kind != TokenKind::kNumber) {
    return UnexpectedToken(token, context, "");
  }
  at_ += token.text.size();
  const char* const end = token.text.data() + token.text.size();
  const auto [read, error] = std::from_chars(token.text.data(), end, count);
  const bool whole = read == end;
  if (whole && error == std::errc()) return true;
  return Error(begin,
               absl::StrFormat("invalid repetition in series values: "
                               "strconv.ParseUint: parsing %s: %s",
                               base::Quote(token.text),
                               whole && error == std::errc::result_out_of_range
                                   ? "value out of range"
                                   : "invalid syntax"));
}

}  // namespace promql
