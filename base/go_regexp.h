// Regular expressions of Go's package regexp, which Prometheus uses.

#ifndef BASE_GO_REGEXP_H_
#define BASE_GO_REGEXP_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace base {

// The same expression as RE2 takes it: a group's name is written (?P<name>...)
// there, and not also (?<name>...). Fails on what RE2 takes and Go does not:
// \C, one byte. The message is Go's, without its "error parsing regexp: ". Any
// other mistake is left for RE2 to find.
absl::StatusOr<std::string> FromGoRegexp(std::string_view regexp);

// Whether it ends within a \Q that no \E closes: what is put behind it belongs
// to the quote, too.
bool LeavesQuoteOpen(std::string_view regexp);

}  // namespace base

#endif  // BASE_GO_REGEXP_H_
