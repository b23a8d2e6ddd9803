#include "rollwatch/commands.h"

namespace rollwatch {

int Dashboard(const Arguments& arguments);

namespace {

// One function a subcommand, in the file of its name; a row each:
// name, arguments, what it does, function, hidden.
// clang-format off
constexpr Command kCommands[] = {
    {"dashboard", "lint FILE...", "checks Grafana dashboards", Dashboard, false},
};
// clang-format on

}  // namespace

std::span<const Command> Commands() { return kCommands; }

}  // namespace rollwatch
