// File name patterns as Prometheus takes them: Go's path/filepath.

#ifndef ROLLWATCH_GLOB_H_
#define ROLLWATCH_GLOB_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace rollwatch {

// Whether the name matches `*` (no '/'), `?`, `[a-z]`, `[^a-z]` and `\c`; the
// pattern must match all of it. Unlike glob(3), a leading dot is an ordinary
// character and [!a] has no meaning. Fails, "syntax error in pattern", at what
// is wrong of the pattern when the name matches all before it.
absl::StatusOr<bool> GlobMatches(std::string_view pattern,
                                 std::string_view name);

// The files and folders that the pattern stands for, each folder's sorted; none
// when there are none. What cannot be read is passed over.
absl::StatusOr<std::vector<std::string>> Glob(const std::string& pattern);

}  // namespace rollwatch

#endif  // ROLLWATCH_GLOB_H_
