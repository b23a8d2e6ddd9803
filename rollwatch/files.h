// Reads the files that a command line names, and writes whole ones.

#ifndef ROLLWATCH_FILES_H_
#define ROLLWATCH_FILES_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace rollwatch {

// Larger ones are refused: no rule file or dashboard is.
inline constexpr std::size_t kLargestFile = 64 << 20;

// The whole content of a file; "-" is standard input. The status' message has
// the path and the reason.
absl::StatusOr<std::string> ReadFile(const std::string& path);

// The same in UTF-8, when the file is in UTF-16, as YAML may be.
absl::StatusOr<std::string> ReadYamlFile(const std::string& path);

// Writes a file whole or not at all, synced: a draft beside it, with its
// permissions, takes its place. Of a link, what it points to is replaced.
absl::Status ReplaceFile(const std::string& path, std::string_view content);

}  // namespace rollwatch

#endif  // ROLLWATCH_FILES_H_
