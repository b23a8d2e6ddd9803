// Folders on a command line, for the files in them that a command is for.

#ifndef ROLLWATCH_FOLDERS_H_
#define ROLLWATCH_FOLDERS_H_

#include <string>
#include <string_view>
#include <vector>

namespace rollwatch {

enum class FileKind { kRules, kTests };

// `paths` with each folder replaced by the YAML files below it that are of this
// kind, sorted; what cannot be told for a mistake in it is. False, and said on
// stderr in the name of `command`, when a folder cannot be read whole or has
// none.
bool ReplaceFolders(std::string_view command, FileKind kind,
                    const std::vector<std::string>& paths,
                    std::vector<std::string>& files);

}  // namespace rollwatch

#endif  // ROLLWATCH_FOLDERS_H_
