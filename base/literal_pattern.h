// What can be said of a regexp without running it.

#ifndef BASE_LITERAL_PATTERN_H_
#define BASE_LITERAL_PATTERN_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace base {

// Most regexps of matchers are lists of words ("failed|rolled_back"), or a word
// and dots ("5..", "app-.*"). Tests that are a tenth of the price of RE2, and
// never say anything else.
class LiteralPattern {
 public:
  // What it says of a regexp that RE2 refuses has no meaning.
  explicit LiteralPattern(std::string_view regexp);

  // All of it is words and dots: a regexp that RE2 takes, and does not need to
  // compile unless Test() does not know.
  bool understood() const { return !words_.empty() || understood_; }

  enum class Verdict { kMatches, kDiffers, kUnknown };
  // Whether the regexp matches the whole text.
  Verdict Test(std::string_view text) const;

 private:
  bool ReadWords(std::string_view regexp);
  void ReadPrefix(std::string_view regexp);
  void ReadDots(std::string_view regexp);

  std::vector<std::string> words_;  // All that match, when there are any.
  std::string prefix_;              // Else every match begins so.
  // Behind the prefix, when that is understood: so many characters, or more.
  bool understood_ = false;
  std::size_t characters_ = 0;
  bool or_more_ = false;
};

}  // namespace base

#endif  // BASE_LITERAL_PATTERN_H_
