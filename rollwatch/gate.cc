// rollwatch gate: a rule file in which an alert that fires means roll back.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "alerts/evaluation.h"
#include "alerts/gate/gate_host.h"
#include "alerts/replay/overlay.h"
#include "base/diagnostic.h"
#include "base/quote.h"
#include "base/time.h"
#include "net/url.h"
#include "promql/check/types.h"
#include "promql/engine/engine.h"
#include "rollwatch/command_line.h"
#include "rollwatch/commands.h"
#include "rollwatch/data_options.h"
#include "rollwatch/gate_report.h"
#include "rollwatch/gate_server.h"
#include "rollwatch/rule_loading.h"

namespace rollwatch {
namespace {

constexpr char kGateExamples[] =
    "rollwatch gate examples/gate.yml --group production --server "
    "http://prometheus:9090 --for 5m\n"
    "rollwatch gate examples/gate.yml --group staging --server \"$PROMETHEUS\" "
    "--on-unknown skip\n"
    "rollwatch gate examples/gate.yml --group production --data metrics.txt\n"
    "rollwatch gate examples/gate.yml --server http://prometheus:9090 --url "
    "http://rollwatch:10971 --workflow deploy-production";

struct GateOptions {
  std::vector<std::string> rules;
  std::vector<std::string> groups;
  std::string server;
  DataOptions data;
  std::optional<std::int64_t> time;
  std::int64_t hold = 0;
  std::int64_t interval = 15'000;
  std::int64_t wait = 30'000;
  std::int64_t timeout = 10'000;
  std::string on_unknown = "fail";
  EventsAddress sidecar;
  std::string sidecar_config;
  std::string workflow;
  std::string format = "text";

  bool text() const { return format == "text"; }
};

void Declare(CommandLine& line, GateOptions& options) {
  line.Positionals("RULES", &options.rules, "rule files", /*required=*/true);
  line.Option("--server", &options.server,
              "a Prometheus-compatible server to ask now", "URL");
  options.data.Declare(line);
  line.TimeOption("--time", &options.time,
                  "with --data: the last evaluation; else the newest sample's");
  line.Repeated("--group", &options.groups,
                "judge by this group of the rules; may be repeated; else by "
                "all",
                "NAME");
  line.DurationOption("--for", &options.hold,
                      "watch for so long; 0 evaluates once");
  line.DurationOption("--interval", &options.interval, "between evaluations");
  line.DurationOption("--wait", &options.wait,
                      "try again for so long while the server is away");
  line.DurationOption("--timeout", &options.timeout, "of one query");
  line.Choice("--on-unknown", &options.on_unknown, {"fail", "skip"},
              "when it could not tell: fail exits 4, skip exits 0");
  line.Option("--url", &options.sidecar.url,
              "a sidecar's events address, to which the queries are reported "
              "(or ROLLWATCH_URL, with --workflow)",
              "URL");
  line.Option("--url.config.file", &options.sidecar_config,
              "credentials and TLS for that sidecar, as --http.config.file has "
              "them for the server (or ROLLWATCH_HTTP_CONFIG_FILE)",
              "FILE");
  line.Option("--workflow", &options.workflow,
              "what the sidecar counts the queries as");
  line.Choice("--format", &options.format, {"text", "json"}, "of the results");
}

// Recorded data as it was at the time of each query.
class RecordedQueries : public alerts::GateQueries {
 public:
  explicit RecordedQueries(const promql::Storage& storage)
      : storage_(storage) {}

  absl::StatusOr<promql::QueryResult> Ask(const promql::Expr& expr,
                                          base::Timestamp time) override {
    const alerts::Clipped storage(storage_, time);
    base::Diagnostics diagnostics;
    auto result = promql::EvaluateInstant(storage, expr, time, {}, diagnostics);
    if (result) return *std::move(result);
    return absl::InvalidArgumentError(diagnostics.first_error().message);
  }

 private:
  const promql::Storage& storage_;
};

// The groups, evaluated one time after the other.
class Gate {
 public:
  Gate(const std::vector<alerts::GroupDefinition>& groups,
       alerts::GateQueries& queries)
      : host_(queries, groups) {
    for (const alerts::GroupDefinition& group : groups) {
      groups_.emplace_back(group, alerts::EvaluationSettings());
    }
  }

  const GateEvaluation& Evaluate(base::Timestamp time) {
    GateEvaluation evaluation{time, {}};
    for (alerts::GroupEvaluation& group : groups_) {
      group.Evaluate(time, host_);
      for (std::size_t i = 0; i < group.group().rules.size(); ++i) {
        const alerts::RuleDefinition& rule = group.group().rules[i];
        if (rule.kind == alerts::RuleDefinition::Kind::kRecording) continue;
        evaluation.alerts.push_back({group.group().name, rule.name,
                                     group.state(i), host_.readings(*rule.expr),
                                     group.status(i).error, group.alerts(i)});
      }
    }
    result_.evaluations.push_back(std::move(evaluation));
    return result_.evaluations.back();
  }

  bool fires() const {
    return std::ranges::any_of(
        result_.evaluations.back().alerts, [](const GateAlert& alert) {
          return alert.state == alerts::AlertState::kFiring;
        });
  }

  // Judges by the last evaluation. REQUIRES: there was one
  GateResult Result() &&;

 private:
  alerts::GateHost host_;
  std::vector<alerts::GroupEvaluation> groups_;
  GateResult result_;
};

GateResult Gate::Result() && {
  const GateEvaluation& last = result_.evaluations.back();
  for (const GateAlert& alert : last.alerts) {
    for (const alerts::Alert& active : alert.active) {
      if (active.state != alerts::AlertState::kFiring) continue;
      const auto summary = active.annotations.find("summary");
      result_.reasons.push_back(absl::StrFormat(
          "%s fires, value %.6g, %s%s", alert.name, active.value,
          base::ToString(active.labels),
          summary == active.annotations.end() ? "" : ": " + summary->second));
    }
  }
  if (!result_.reasons.empty()) {
    result_.verdict = Verdict::kRollBack;
    return std::move(result_);
  }
  for (const GateAlert& alert : last.alerts) {
    for (std::string& doubt : DoubtsOf(alert)) {
      result_.reasons.push_back(std::move(doubt));
    }
  }
  result_.verdict = result_.reasons.empty() ? Verdict::kGo : Verdict::kUnknown;
  if (result_.verdict == Verdict::kGo) {
    result_.reasons.push_back(
        absl::StrFormat("no alert of %d fired in %d evaluation%s",
                        last.alerts.size(), result_.evaluations.size(),
                        result_.evaluations.size() == 1 ? "" : "s"));
  }
  return std::move(result_);
}

void Show(const GateOptions& options, const GateEvaluation& evaluation) {
  if (!options.text()) return;
  std::fputs(EvaluationAsText(evaluation).c_str(), stdout);
  std::fflush(stdout);
}

int Finish(const GateOptions& options, const GateResult& result) {
  const bool skipped = options.on_unknown == "skip";
  int exit = kExitOk;
  if (result.verdict == Verdict::kRollBack) exit = kExitFailed;
  if (result.verdict == Verdict::kUnknown && !skipped) exit = kExitUnknown;
  std::fputs(options.text() ? VerdictAsText(result, skipped).c_str()
                            : GateAsJson(result, exit).c_str(),
             stdout);
  return exit;
}

// Nothing could be evaluated.
int CouldNotTell(const GateOptions& options, std::string reason) {
  GateResult result;
  result.reasons.push_back(std::move(reason));
  return Finish(options, result);
}

int RunOnServer(const GateOptions& options,
                const std::vector<alerts::GroupDefinition>& groups,
                net::ClientOptions client) {
  GateServer server({options.server, std::move(client), options.timeout,
                     options.wait, options.sidecar, options.workflow});
  Gate gate(groups, server);
  const base::Timestamp end = base::Now() + options.hold;
  base::Timestamp last = 0;
  for (base::Timestamp next = base::Now();;) {
    const base::Timestamp now = base::Now();
    if (now < next) {
      std::this_thread::sleep_for(std::chrono::milliseconds(next - now));
    }
    // Times must ascend, whoever sets the clock back.
    last = std::max(last + 1, base::Now());
    Show(options, gate.Evaluate(last));
    server.Report();
    if (gate.fires() || last >= end) break;
    next = std::min(last + options.interval, end);
  }
  const std::string unreported = server.FinishReports();
  if (!unreported.empty()) {
    std::fprintf(stderr,
                 "rollwatch gate: warning: queries are not recorded at %s: "
                 "%s\n",
                 options.sidecar.url.c_str(), unreported.c_str());
  }
  GateResult result = std::move(gate).Result();
  result.queries = server.counts();
  return Finish(options, result);
}

int RunOnData(const GateOptions& options,
              const std::vector<alerts::GroupDefinition>& groups) {
  int exit = kExitOk;
  std::optional<base::Timestamp> begin;
  if (options.time) begin = *options.time - options.hold;
  const auto data = options.data.Open(
      "gate",
      {.start = begin, .end = options.time, .default_time = options.time},
      exit);
  if (!data) {
    if (exit == kExitWrongUse) return exit;
    return CouldNotTell(options, "the data cannot be read");
  }
  if (!data->span && !options.time) {
    return CouldNotTell(options, "the data has no sample");
  }
  const base::Timestamp end = options.time ? *options.time : data->span->end;
  RecordedQueries queries(*data->storage);
  Gate gate(groups, queries);
  for (base::Timestamp time = end - options.hold;;
       time = std::min(time + options.interval, end)) {
    Show(options, gate.Evaluate(time));
    if (gate.fires() || time >= end) break;
  }
  return Finish(options, std::move(gate).Result());
}

// Keeps the groups that were named; says which do not exist.
std::string Choose(const std::vector<std::string>& names,
                   std::vector<alerts::GroupDefinition>& groups) {
  for (const std::string& name : names) {
    if (std::ranges::find(groups, name, &alerts::GroupDefinition::name) ==
        groups.end()) {
      return absl::StrFormat("--group: the rules have no group %s",
                             base::Quote(name));
    }
  }
  if (names.empty()) return "";
  std::erase_if(groups, [&](const alerts::GroupDefinition& group) {
    return std::ranges::find(names, group.name) == names.end();
  });
  return "";
}

// What makes the rules no gate.
std::string CheckRules(const GateOptions& options,
                       const std::vector<alerts::GroupDefinition>& groups) {
  std::size_t count = 0;
  for (const alerts::GroupDefinition& group : groups) {
    for (const alerts::RuleDefinition& rule : group.rules) {
      const promql::ValueType type = promql::TypeOf(*rule.expr);
      if (type != promql::ValueType::kInstantVector &&
          type != promql::ValueType::kScalar) {
        return rule.name + ": the rule's result is no vector";
      }
      if (rule.kind == alerts::RuleDefinition::Kind::kRecording) continue;
      ++count;
      if (rule.hold > options.hold) {
        return absl::StrFormat(
            "%s cannot fire within --for %s: its `for` is %s", rule.name,
            base::FormatDuration(options.hold),
            base::FormatDuration(rule.hold));
      }
    }
  }
  if (count == 0) return "the rules have no alert to judge by";
  return alerts::GateProblem(groups);
}

std::optional<int> CheckUse(const CommandLine& line, GateOptions& options) {
  const auto wrong = [](std::string_view message) {
    return WrongUse("gate", message);
  };
  if (options.interval <= 0) return wrong("--interval must be above 0");
  if (options.timeout <= 0) return wrong("--timeout must be above 0");
  const bool data = !options.data.sources.empty();
  if (line.Given("--server") && data) {
    return wrong("--server and --data exclude each other");
  }
  if (line.Given("--time") && !data) return wrong("--time is for --data");
  if (line.Given("--url") && options.workflow.empty()) {
    return wrong("--url needs --workflow");
  }
  const char* sidecar = std::getenv("ROLLWATCH_URL");
  if (options.sidecar.url.empty() && sidecar != nullptr &&
      !options.workflow.empty()) {
    options.sidecar.url = sidecar;
  }
  for (const std::string& url : {options.server, options.sidecar.url}) {
    if (url.empty()) continue;
    const auto parsed = net::ParseUrl(url);
    if (!parsed.ok()) return wrong(parsed.status().ToString());
  }
  return std::nullopt;
}

}  // namespace

int RunGate(const Arguments& arguments) {
  GateOptions options;
  CommandLine line("gate",
                   "goes on or rolls back: an alert of the rules that fires "
                   "means roll back. Exit status: 0 go, 1 roll back, 2 wrong "
                   "use, 4 could not tell",
                   kGateExamples);
  Declare(line, options);
  if (const auto exit = line.Parse(arguments)) return *exit;
  if (const auto exit = CheckUse(line, options)) return *exit;
  auto rules = LoadRules(options.rules);
  if (!rules.ok()) {
    // A gate that exits 1 says roll back: a file that is wrong does not.
    std::fprintf(stderr, "rollwatch gate: error: %s\n",
                 std::string(rules.status().message()).c_str());
    return kExitWrongUse;
  }
  std::string problem = Choose(options.groups, *rules);
  if (problem.empty()) problem = CheckRules(options, *rules);
  if (!problem.empty()) return WrongUse("gate", problem);
  const auto client = options.data.client.Options();
  if (!client.ok()) {
    return WrongUse("gate", std::string(client.status().message()));
  }
  if (const char* file = std::getenv("ROLLWATCH_HTTP_CONFIG_FILE");
      file != nullptr && options.sidecar_config.empty()) {
    options.sidecar_config = file;
  }
  auto reports =
      net::MakeClientOptions({.config_file = options.sidecar_config});
  if (!reports.ok()) {
    return WrongUse("gate", std::string(reports.status().message()));
  }
  options.sidecar.client = *std::move(reports);
  if (!options.data.sources.empty()) return RunOnData(options, *rules);
  if (options.server.empty()) {
    return CouldNotTell(options, "no server URL: --server is empty");
  }
  return RunOnServer(options, *rules, *client);
}

}  // namespace rollwatch
