// What can be said of a regexp without running it.

#ifndef BASE_LITERAL_PATTERN_H_
#define BASE_LITERAL_PATTERN_H_

#include <string>
#include <string_view>
#include <vector>

namespace base {

// Most regexps of matchers are lists of words ("failed|rolled_back") or begin
// with one ("5..", "app-.*"). Tests that are a tenth of the price of RE2, and
// never say anything else.
class LiteralPattern {
 public:
  // What it says of a regexp that RE2 refuses has no meaning.
  explicit LiteralPattern(std::string_view regexp);

  enum class Verdict { kMatches, kDiffers, kUnknown };
  // Whether the regexp matches the whole text.
  Verdict Test(std::string_view text) const;

 private:
  // What stands behind the prefix.
  enum class Rest { kAnything, kSomething, kRegexp };

  bool ReadWords(std::string_view regexp);
  void ReadPrefix(std::string_view regexp);

  std::vector<std::string> words_;  // All that match, when there are any.
  std::string prefix_;              // Else every match begins so.
  Rest rest_ = Rest::kRegexp;
};

}  // namespace base

#endif  // BASE_LITERAL_PATTERN_H_
