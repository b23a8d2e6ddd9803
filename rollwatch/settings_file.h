// The flags of a command as a team sets them: in .rollwatch.yml, in another
// file's map of flags, in the environment.

#ifndef ROLLWATCH_SETTINGS_FILE_H_
#define ROLLWATCH_SETTINGS_FILE_H_

#include <optional>
#include <string>
#include <string_view>

#include "base/diagnostic.h"
#include "base/yaml.h"
#include "rollwatch/command_line.h"

namespace rollwatch {

inline constexpr std::string_view kSettingsFile = ".rollwatch.yml";

// The one in the working directory, or the nearest above; empty when there is
// none.
std::string FindSettingsFile();

// Gives the options of `line` the values of the file, whose keys are their
// names without dashes; what stood on the command line stays. Paths in it count
// from its folder. The status to exit with, each problem said on stderr with
// its place, when the file is wrong. REQUIRES: after line.Parse
std::optional<int> ApplySettingsFile(const std::string& path,
                                     CommandLine& line);

// The same for a map that stands in another file; what is wrong is reported.
void ApplySettings(const base::YamlNode& map, const std::string& folder,
                   CommandLine& line, base::Diagnostics& diagnostics);

// Gives options that have no value yet that of their environment variable:
// ROLLWATCH_WEB_LISTEN_ADDRESS is --web.listen-address. The status to exit
// with, said on stderr, when one is wrong. REQUIRES: after line.Parse
std::optional<int> ApplyEnvironment(CommandLine& line);

}  // namespace rollwatch

#endif  // ROLLWATCH_SETTINGS_FILE_H_
