// rollwatch: deployment metrics, PromQL and alert rules. Picks the subcommand.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/diagnostic.h"
#include "rollwatch/command_line.h"
#include "rollwatch/commands.h"
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

// What promtool does and rollwatch does not, by how it is typed, and what to
// use: `s/promtool/rollwatch/` must not end in "no such file".
struct Foreign {
  std::string_view command;
  std::string_view word;  // the second one; empty: any
  std::string_view help;
};

// clang-format off
constexpr Foreign kForeign[] = {
    {"check", "config", "promtool check config; for its rule files: rollwatch check --prometheus-config FILE RULES"},
    {"check", "metrics", "promtool check metrics"},
    {"check", "web-config", "promtool check web-config"},
    {"check", "service-discovery", "promtool check service-discovery"},
    {"check", "healthy", "promtool check healthy"},
    {"check", "ready", "promtool check ready"},
    {"query", "instant", "rollwatch query EXPR --data URL --time TIME"},
    {"query", "range", "rollwatch query EXPR --data URL --start TIME --end TIME --step DURATION"},
    {"query", "labels", "promtool query labels"},
    {"query", "series", "promtool query series"},
    {"query", "analyze", "promtool query analyze"},
    {"debug", "", "promtool debug"},
    {"tsdb", "", "promtool tsdb; rollwatch query and replay read its blocks: --data DIR"},
    {"push", "", "promtool push"},
    {"promql", "", "rollwatch fmt -e EXPR"},
};
// clang-format on

// Whether `arguments` also mean something to rollwatch: a rule file, or a
// metric, of that name.
bool Ours(const std::vector<std::string>& arguments) {
  if (arguments[0] == "check") {
    std::error_code ignored;
    return std::filesystem::exists(arguments[1], ignored);
  }
  return std::any_of(
      arguments.begin(), arguments.end(), [](const std::string& argument) {
        return argument.starts_with("--data") || argument == "--explain";
      });
}

// Null when `arguments` are no command of promtool alone.
const Foreign* FindForeign(const std::vector<std::string>& arguments) {
  for (const Foreign& foreign : kForeign) {
    if (arguments[0] != foreign.command) continue;
    if (foreign.word.empty()) return &foreign;
    if (arguments.size() > 1 && arguments[1] == foreign.word &&
        !Ours(arguments)) {
      return &foreign;
    }
  }
  return nullptr;
}

int Main(const std::vector<std::string>& arguments) {
  if (arguments.empty()) {
    PrintHelp(stderr);
    return kExitWrongUse;
  }
  const std::string& name = arguments[0];
  if (name == "--help" || name == "-h" || name == "help") {
    PrintHelp(stdout);
    return kExitOk;
  }
  if (name == "--version") {
    std::printf("rollwatch %s\n", kVersion);
    return kExitOk;
  }
  if (const Foreign* foreign = FindForeign(arguments)) {
    std::fprintf(stderr,
                 "rollwatch: error: \"%s%s%s\" is a command of promtool\n"
                 "  = help: use %s\n",
                 name.c_str(), foreign->word.empty() ? "" : " ",
                 std::string(foreign->word).c_str(),
                 std::string(foreign->help).c_str());
    return kExitWrongUse;
  }
  std::vector<std::string_view> names;
  for (const Command& command : Commands()) {
    if (command.name == name) {
      return command.run({arguments.begin() + 1, arguments.end()});
    }
    if (!command.hidden) names.push_back(command.name);
  }
  std::fprintf(stderr, "rollwatch: error: unknown command \"%s\"\n",
               name.c_str());
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
