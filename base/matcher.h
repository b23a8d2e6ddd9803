// A condition on one label of a series.

#ifndef BASE_MATCHER_H_
#define BASE_MATCHER_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/labels.h"

namespace base {

enum class MatchType { kEqual, kNotEqual, kRegexp, kNotRegexp };

// "=", "!=", "=~", "!~".
std::string_view MatchTypeName(MatchType type);

// name="value", name!="value", name=~"regexp", name!~"regexp". A regexp is
// RE2's, matches the whole value, and its dot matches line breaks too. A
// missing label has the value "". Cheap to copy; safe to share by threads.
class Matcher {
 public:
  // Fails when the regexp does not compile. `dot_matches_line_breaks` is false
  // for servers before 3.0.
  static absl::StatusOr<Matcher> Make(MatchType type, std::string name,
                                      std::string value,
                                      bool dot_matches_line_breaks = true);
  static Matcher Equal(std::string name, std::string value);

  MatchType type() const { return type_; }
  const std::string& name() const { return name_; }
  const std::string& value() const { return value_; }

  bool Matches(std::string_view value) const;
  bool Matches(const Labels& labels) const {
    return Matches(labels.Get(name_));
  }

  friend bool operator==(const Matcher& a, const Matcher& b) {
    return a.type_ == b.type_ && a.name_ == b.name_ && a.value_ == b.value_;
  }

 private:
  class Regexp;

  Matcher(MatchType type, std::string name, std::string value);

  MatchType type_;
  std::string name_;
  std::string value_;
  std::shared_ptr<const Regexp> regexp_;
};

// name="value", as Prometheus prints it.
std::string ToString(const Matcher& matcher);

}  // namespace base

#endif  // BASE_MATCHER_H_
