// Template text to tokens.

#ifndef ALERTS_TEMPLATES_LEXER_H_
#define ALERTS_TEMPLATES_LEXER_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace alerts::text_template {

// Go's text/template/parse item types. Keywords follow kKeyword.
enum class TokenKind {
  kError,
  kBool,
  kChar,  // A printable ASCII character without a meaning of its own; ','.
  kCharConstant,
  kComplex,
  kAssign,
  kDeclare,
  kEnd,  // Of the text.
  kField,
  kIdentifier,
  kLeftDelimiter,
  kLeftParen,
  kNumber,
  kPipe,
  kRawString,
  kRightDelimiter,
  kRightParen,
  kSpace,
  kString,
  kText,
  kVariable,
  kKeyword,  // Marks where they begin.
  kBlock,
  kBreak,
  kContinue,
  kDot,
  kDefine,
  kElse,
  kEndKeyword,
  kIf,
  kNil,
  kRange,
  kTemplate,
  kWith,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::size_t position = 0;  // In the text.
  std::string value;         // As written; an error's message.
  std::size_t line = 1;      // Where it begins.
};

// All tokens; the last one is kEnd or kError. Trim markers and comments have
// done their work and are gone.
std::vector<Token> Lex(std::string_view text);

// As Go's messages show it: EOF, <range>, "text".
std::string ToString(const Token& token);

}  // namespace alerts::text_template

#endif  // ALERTS_TEMPLATES_LEXER_H_
