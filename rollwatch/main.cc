// rollwatch: deployment metrics, PromQL and alert rules. Picks the subcommand.

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "rollwatch/command_line.h"
#include "rollwatch/commands.h"
#include "rollwatch/promtool_commands.h"
#include "rollwatch/version.h"

namespace rollwatch {
namespace {

void PrintHelp(std::FILE* out) {
  std::fputs(
      "rollwatch: know that your deployment alerts will fire before you need "
      "them\n\nUsage: rollwatch COMMAND ...\n\nCommands:\n",
      out);
  for (const Command& command : Commands()) {
    if (command.hidden) continue;
    const std::string usage =
        std::string(command.name) + " " + std::string(command.arguments);
    std::fprintf(out, "  %-34s %.*s\n", usage.c_str(),
                 static_cast<int>(command.summary.size()),
                 command.summary.data());
  }
  std::fputs(
      "\nExamples:\n"
      "  rollwatch check alerts.yml\n"
      "  rollwatch serve --rules alerts.yml\n"
      "  rollwatch COMMAND --help\n"
      "\nExit status: 0 fine, 1 failed, 2 wrong use, 3 findings, 4 could not "
      "tell\n",
      out);
}

// A full disk must not pass for an empty answer: 1 instead of 0 when what was
// printed did not arrive. Where the status is the answer itself, it stays.
int Delivered(int status, bool status_is_answer) {
  const bool failed = std::ferror(stdout) != 0;
  if (std::fflush(stdout) == 0 && !failed) return status;
  std::fprintf(stderr, "rollwatch: error: standard output: %s\n",
               std::strerror(errno));
  return status == kExitOk && !status_is_answer ? kExitFailed : status;
}

int Main(const std::vector<std::string>& arguments) {
  if (arguments.empty()) {
    PrintHelp(stderr);
    return kExitWrongUse;
  }
  const std::string& name = arguments[0];
  if (name == "help" && arguments.size() > 1) {
    std::vector<std::string> asked(arguments.begin() + 1, arguments.end());
    asked.emplace_back("--help");
    return Main(asked);
  }
  if (name == "--help" || name == "-h" || name == "help") {
    PrintHelp(stdout);
    return Delivered(kExitOk, false);
  }
  if (name == "--version") {
    std::printf("rollwatch %s\n", kVersion);
    return kExitOk;
  }
  if (const PromtoolCommand* foreign = FindPromtoolCommand(arguments)) {
    std::fprintf(stderr,
                 "rollwatch: error: \"%s%s%s\" is a command of promtool\n"
                 "  = help: use %s\n",
                 name.c_str(), foreign->word.empty() ? "" : " ",
                 std::string(foreign->word).c_str(),
                 std::string(foreign->use).c_str());
    return kExitWrongUse;
  }
  std::vector<std::string_view> names;
  for (const Command& command : Commands()) {
    if (command.name == name) {
      return Delivered(command.run({arguments.begin() + 1, arguments.end()}),
                       command.status_is_answer);
    }
    if (!command.hidden) names.push_back(command.name);
  }
  std::fprintf(stderr, "rollwatch: error: unknown %s \"%s\"\n",
               name.starts_with('-') ? "option" : "command", name.c_str());
  const std::string_view near = base::Nearest(name, names);
  if (near.empty()) {
    std::fputs("  = help: rollwatch --help\n", stderr);
  } else {
    std::fprintf(stderr, "  = help: did you mean \"%.*s\"?\n",
                 static_cast<int>(near.size()), near.data());
  }
  return kExitWrongUse;
}

}  // namespace
}  // namespace rollwatch

int main(int argc, char** argv) {
  return rollwatch::Main({argv + 1, argv + argc});
}
