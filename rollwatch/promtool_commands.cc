#include "rollwatch/promtool_commands.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace rollwatch {
namespace {

// clang-format off
constexpr PromtoolCommand kPromtoolCommands[] = {
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

}  // namespace

const PromtoolCommand* FindPromtoolCommand(
    const std::vector<std::string>& arguments) {
  for (const PromtoolCommand& foreign : kPromtoolCommands) {
    if (arguments[0] != foreign.command) continue;
    if (foreign.word.empty()) return &foreign;
    if (arguments.size() > 1 && arguments[1] == foreign.word &&
        !Ours(arguments)) {
      return &foreign;
    }
  }
  return nullptr;
}

}  // namespace rollwatch
