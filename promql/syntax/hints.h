// What to write instead of what is not PromQL: for what people often write, or
// what is a slip of the keyboard away from a word of the language.

#ifndef PROMQL_SYNTAX_HINTS_H_
#define PROMQL_SYNTAX_HINTS_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "promql/syntax/token.h"

namespace promql {

// Where a piece of text stands.
enum class Place { kExpression, kBraces, kBrackets };

// For text that starts with a character that is no part of the language there;
// empty when there is nothing to say, as for all below.
std::string_view HintForCharacter(std::string_view text, Place place);

// For a token that cannot stand behind the tokens `before` it; `behind` is the
// next one.
std::string HintForToken(const Token& token, std::span<const Token> before,
                         const Token& behind);

// "did you mean rate?", of words that may stand there.
std::string DidYouMean(std::string_view word,
                       const std::vector<std::string_view>& candidates);

// The keywords that take parentheses where `before`, an operator or what
// belongs to one, has been read; a slip makes a call of them.
std::vector<std::string_view> KeywordsLikeCalls(const Token& before);

}  // namespace promql

#endif  // PROMQL_SYNTAX_HINTS_H_
