// What promtool does and rollwatch does not: who types it out of habit is told
// what to use, and not that there is no file "config".

#ifndef ROLLWATCH_PROMTOOL_COMMANDS_H_
#define ROLLWATCH_PROMTOOL_COMMANDS_H_

#include <string>
#include <string_view>
#include <vector>

namespace rollwatch {

struct PromtoolCommand {
  std::string_view command;
  std::string_view word;  // The second one; empty: any.
  std::string_view use;   // What to use for it.
};

// Null when the arguments are no command of promtool alone: a rule file or a
// metric of such a name is ours. REQUIRES: !arguments.empty()
const PromtoolCommand* FindPromtoolCommand(
    const std::vector<std::string>& arguments);

}  // namespace rollwatch

#endif  // ROLLWATCH_PROMTOOL_COMMANDS_H_
