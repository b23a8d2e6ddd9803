#include "rollwatch/commands.h"

namespace rollwatch {

int Check(const Arguments& arguments);
int Dashboard(const Arguments& arguments);
int Report(const Arguments& arguments);
int Serve(const Arguments& arguments);
int RunJournal(const Arguments& arguments);
int RunPromqltest(const Arguments& arguments);
int RunQuery(const Arguments& arguments);
int RunGate(const Arguments& arguments);
int RunReplay(const Arguments& arguments);
int RunSchema(const Arguments& arguments);
int RunTest(const Arguments& arguments);
int RunFormat(const Arguments& arguments);

namespace {

// One function a subcommand, in the file of its name; a row each:
// name, arguments, what it does, function, hidden, the status is the answer.
// clang-format off
constexpr Command kCommands[] = {
    {"serve", "[FLAGS]", "the sidecar: takes events, publishes metrics", Serve, false, true},
    {"report", "KIND ... [-- COMMAND]", "reports one event to a sidecar", Report, false, true},
    {"check", "[rules] FILE|DIR...", "checks rule files and what they can do", Check, false, false},
    {"test", "[rules] FILE|DIR...", "runs unit tests of rules, in promtool's format", RunTest, false, false},
    {"dashboard", "lint FILE...", "checks Grafana dashboards", Dashboard, false, false},
    {"schema", "[pull]", "prints the metrics that rollwatch publishes, or a server's", RunSchema, false, false},
    {"journal", "verify|backup|restore|import", "looks after the sidecar's journal", RunJournal, false, false},
    {"fmt", "FILE|DIR...|-e EXPR", "pretty-prints PromQL, in rule files too", RunFormat, false, false},
    {"replay", "RULES --data SOURCE", "when each alert would have fired on recorded data", RunReplay, false, false},
    {"gate", "RULES --server URL", "goes on or rolls back, by a rule file", RunGate, false, true},
    {"query", "EXPR --data FILE", "asks recorded data one PromQL query", RunQuery, false, false},
    {"promqltest", "FILE|DIR...", "runs Prometheus' test scripts", RunPromqltest, true, false},
};
// clang-format on

}  // namespace

std::span<const Command> Commands() { return kCommands; }

}  // namespace rollwatch
