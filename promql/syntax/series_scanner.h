// What the readers of series descriptions share: a place in the text, and
// errors in Prometheus' words.

#ifndef PROMQL_SYNTAX_SERIES_SCANNER_H_
#define PROMQL_SYNTAX_SERIES_SCANNER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/diagnostic.h"
#include "base/labels.h"
#include "promql/syntax/character.h"
#include "promql/syntax/token.h"

namespace promql {

// What is read, in the text of an error.
inline constexpr std::string_view kSeriesValues = "series values";

// Functions that read return false after they reported an error.
class SeriesScanner {
 public:
  SeriesScanner(std::string_view text, base::Diagnostics& diagnostics)
      : text_(text), diagnostics_(&diagnostics) {}

  std::size_t at() const { return at_; }
  bool AtEnd() const { return at_ >= text_.size(); }
  bool Follows(std::string_view what) const {
    return text_.substr(at_).starts_with(what);
  }
  bool Accept(std::string_view what) {
    if (!Follows(what)) return false;
    at_ += what.size();
    return true;
  }
  std::uint32_t Peek() const { return ReadCharacter(text_, at_).rune; }
  // The letters and underscores that follow.
  std::string_view PeekLetters() const;
  bool SpaceFollows() const { return IsSpace(Peek()); }
  void SkipSpaces() {
    while (SpaceFollows()) ++at_;
  }

  // Both return false.
  bool Error(std::size_t begin, std::string message);
  bool Unexpected(std::string_view context, std::string_view expected = {});

  // metric{a="b"}, either part may be missing.
  bool ReadMetric(base::Labels& labels);
  // Nothing but spaces and comments: what stands behind a metric alone is read
  // as an expression is.
  bool ReadEnd();
  // A word from here on, its kind set.
  Token ReadWord();
  // 1.5, Inf, NaN without a sign.
  bool ReadNumber(std::string_view context, double& value);
  // The same with an optional sign.
  bool ReadSignedNumber(std::string_view context, double& value);
  // A count of decimal digits.
  bool ReadCount(std::string_view context, std::uint64_t& count);

 private:
  // The next token of a sequence of values; false after an error.
  bool NextToken(Token& token) const;
  bool AreUnique(const std::vector<base::Label>& labels, std::size_t begin);
  bool ReadLabels(std::vector<base::Label>& labels);
  // One label of `tokens`, from `index` on.
  bool ReadLabel(const std::vector<Token>& tokens, std::size_t& index,
                 std::vector<base::Label>& labels);
  bool UnexpectedToken(const Token& token, std::string_view context,
                       std::string_view expected);

  std::string_view text_;
  base::Diagnostics* diagnostics_;
  std::size_t at_ = 0;
};

}  // namespace promql

#endif  // PROMQL_SYNTAX_SERIES_SCANNER_H_
