#include "rollwatch/commands.h"

namespace rollwatch {

// One function a subcommand, in the file of its name; a row each:
// name, arguments, what it does, function, hidden.
std::span<const Command> Commands() { return {}; }

}  // namespace rollwatch
