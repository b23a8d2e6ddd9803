// THE subcommand table: a row for each subcommand, one file each.

#ifndef ROLLWATCH_COMMANDS_H_
#define ROLLWATCH_COMMANDS_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rollwatch {

using Arguments = std::vector<std::string>;

struct Command {
  std::string_view name;
  std::string_view arguments;
  std::string_view summary;
  int (*run)(const Arguments& arguments);
  bool hidden;            // Not in --help: for developers.
  bool status_is_answer;  // What it prints is said beside it.
};

std::span<const Command> Commands();

}  // namespace rollwatch

#endif  // ROLLWATCH_COMMANDS_H_
