// PromQL text to tokens.

#ifndef PROMQL_SYNTAX_LEXER_H_
#define PROMQL_SYNTAX_LEXER_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "promql/syntax/token.h"

namespace promql {

struct Tokens {
  // The last is kEnd, or kError with what is wrong in `error`. Their text
  // lies in the text that was read.
  std::vector<Token> tokens;
  std::string error;  // Prometheus' words; the place is the kError's span.
  std::string help;   // What to write instead, or empty.
};

// Splits `text`; spaces and comments are left out. Linear.
Tokens Lex(std::string_view text);

// The length of the number at the start of `text`: digits, one dot, exponent,
// underscores between digits, hexadecimal integers. `valid` says whether it is
// one; else the length is what was looked at.
// (Prometheus' Lexer.scanNumber; `series`: hexadecimal is not known and an x
// may follow.)
struct ScannedNumber {
  std::size_t length = 0;
  bool valid = false;
};
ScannedNumber ScanNumber(std::string_view text, bool series);

// The value of what ScanNumber accepted, or of inf or nan in any case; a
// leading 0 makes an integer octal. `error` is empty or says, in Prometheus'
// words, why it has none.
struct ParsedNumber {
  double value = 0;
  std::string error;
};
ParsedNumber ParseNumber(std::string_view token);

// Sets the kind of a word by its text; false when it is no keyword.
bool SetKeyword(Token& word);

// The length of the quoted string at the start of `text`; on an error its text.
struct ScannedString {
  std::size_t length = 0;
  std::string error;
};
ScannedString ScanString(std::string_view text);

// The value of a string token that ScanString accepted.
std::string Unquote(std::string_view token);

}  // namespace promql

#endif  // PROMQL_SYNTAX_LEXER_H_
