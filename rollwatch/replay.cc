// rollwatch replay: when each alert would have been pending and firing on
// recorded data.

#include "alerts/replay/replay.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "promql/engine/compatibility.h"
#include "rollwatch/command_line.h"
#include "rollwatch/commands.h"
#include "rollwatch/data_options.h"
#include "rollwatch/replay_report.h"
#include "rollwatch/rule_loading.h"
#include "rollwatch/timeline.h"

namespace rollwatch {
namespace {

constexpr char kReplayExamples[] =
    "rollwatch replay alerts.yml --data metrics.txt\n"
    "rollwatch replay alerts.yml --data /prometheus/snapshots/20261123T120000Z "
    "--interval 30s\n"
    "rollwatch replay alerts.yml --data http://prometheus:9090 "
    "--start 2026-11-16T00:00:00Z --end 2026-11-23T00:00:00Z\n"
    "rollwatch replay alerts.yml --against main/alerts.yml --data metrics.txt "
    "--format markdown";

// What a server is asked for when nobody says.
constexpr base::Duration kServerDefault = base::Duration{24} * 3600 * 1000;

struct ReplayOptions {
  std::vector<std::string> rules;
  DataOptions data;
  std::vector<std::string> against;
  std::optional<std::int64_t> start;
  std::optional<std::int64_t> end;
  std::int64_t interval = 60'000;
  std::int64_t warm_up = 0;
  bool warm_up_given = false;
  std::int64_t width = 0;
  std::string format = "text";
  std::string compat;
};

void Declare(CommandLine& line, ReplayOptions& options) {
  line.Positionals("RULES", &options.rules, "rule files", /*required=*/true);
  options.data.Declare(line);
  line.TimeOption("--start", &options.start,
                  "first evaluation; else the oldest sample, of a server a day "
                  "before the end");
  line.TimeOption("--end", &options.end,
                  "last evaluation; else the newest sample, of a server now");
  line.DurationOption("--interval", &options.interval,
                      "between evaluations of groups that name no interval");
  line.DurationOption("--warm-up", &options.warm_up,
                      "how long rules are evaluated before the start, so that "
                      "it is known what is pending and firing then (default: "
                      "with --start or of a server the longest `for` and "
                      "keep_firing_for together)");
  line.Repeated("--against", &options.against,
                "an older version of the rules: shows which alerts the new one "
                "gains, loses, moves and relabels; may be repeated for more "
                "files",
                "RULES");
  line.Option("--width", &options.width,
              "of the timeline, in characters; 0 is the terminal's");
  line.Choice("--format", &options.format, {"text", "json", "markdown"},
              "of the results");
  line.Option("--compat", &options.compat,
              "give the answers of this release of Prometheus (2.42, 3, ...) "
              "where they differ from today's",
              "VERSION");
}

std::optional<int> CheckUse(const ReplayOptions& options) {
  const auto wrong = [](std::string_view message) {
    return WrongUse("replay", message);
  };
  if (options.data.sources.empty()) return wrong("--data is missing");
  if (options.interval <= 0) return wrong("--interval must be above 0");
  if (options.warm_up < 0) return wrong("--warm-up must not be below 0");
  if (options.width < 0) return wrong("--width must not be below 0");
  if (options.start && options.end && *options.end < *options.start) {
    return wrong("--end is before --start");
  }
  if (!options.compat.empty() && !promql::ParseVersion(options.compat)) {
    return wrong("--compat is no release of Prometheus, such as 2.42 or 3");
  }
  return std::nullopt;
}

bool IsServer(const std::string& source) {
  return source.starts_with("http://") || source.starts_with("https://");
}

int Complain(std::string_view message, int exit) {
  std::fprintf(stderr, "rollwatch replay: error: %.*s\n",
               static_cast<int>(message.size()), message.data());
  return exit;
}

// Whether some evaluation failed because the data could not be read.
const alerts::FailedQuery* UnreadData(const alerts::Replay& replay) {
  for (const alerts::ReplayedRule& rule : replay.rules()) {
    for (const alerts::FailedQuery& failure : rule.first_failures) {
      if (failure.message.starts_with("expanding series: ")) return &failure;
    }
  }
  return nullptr;
}

void Print(const std::string& text) { std::fputs(text.c_str(), stdout); }

void Report(const ReplayOptions& options, const alerts::Replay& replay) {
  if (options.format == "json") return Print(ReplayAsJson(replay));
  if (options.format == "markdown") return Print(ReplayAsMarkdown(replay));
  TimelineOptions timeline = TimelineOfTerminal();
  if (options.width > 0) {
    timeline.width = static_cast<std::size_t>(options.width);
  }
  Print(ReplayAsText(replay, timeline));
}

void Report(const ReplayOptions& options,
            const alerts::Comparison& comparison) {
  if (options.format == "json") return Print(ComparisonAsJson(comparison));
  if (options.format == "markdown") {
    return Print(ComparisonAsMarkdown(comparison));
  }
  Print(ComparisonAsText(comparison));
}

// The times that are replayed; nothing when the data has none.
std::optional<promql::TimeSpan> Period(const ReplayOptions& options,
                                       const promql::RecordedData& data) {
  promql::TimeSpan span;
  if (data.span) {
    span = *data.span;
  } else if (!options.start || !options.end) {
    return std::nullopt;
  }
  span.start = options.start.value_or(span.start);
  span.end = options.end.value_or(span.end);
  if (span.end < span.start) return std::nullopt;
  return span;
}

// What decides which alerts are active at the start.
base::Duration LongestMemory(
    const std::vector<alerts::GroupDefinition>& groups) {
  base::Duration longest = 0;
  for (const alerts::GroupDefinition& group : groups) {
    for (const alerts::RuleDefinition& rule : group.rules) {
      longest = std::max(longest, rule.hold + rule.keep_firing_for);
    }
  }
  return longest;
}

int Replay(const ReplayOptions& options,
           std::vector<alerts::GroupDefinition> rules,
           std::vector<alerts::GroupDefinition> against) {
  int exit = kExitOk;
  base::Duration warm_up = options.warm_up;
  if (!options.warm_up_given && options.start) {
    warm_up = std::max(LongestMemory(rules), LongestMemory(against));
  }
  std::optional<base::Timestamp> from = options.start;
  if (from) *from -= warm_up;
  alerts::ReplayOptions settings;
  if (const auto version = promql::ParseVersion(options.compat)) {
    settings.engine.compatibility = promql::CompatibleWith(*version);
  }
  const auto data = options.data.Open(
      "replay",
      {.start = from,
       .end = options.end,
       .bounds_as_written = settings.engine.compatibility.bounds_as_written},
      exit);
  if (!data) return exit;
  const auto span = Period(options, *data);
  if (!span) {
    return Complain("the data has no sample in that time", kExitUnknown);
  }
  settings.start = span->start;
  settings.end = span->end;
  settings.interval = options.interval;
  // Before its first sample the data says nothing.
  settings.warm_up = data->span
                         ? std::clamp<base::Duration>(
                               span->start - data->span->start, 0, warm_up)
                         : warm_up;
  alerts::Replay replay(*data->storage, std::move(rules), settings);
  replay.Run();
  if (const alerts::FailedQuery* failure = UnreadData(replay)) {
    return Complain(failure->message, kExitUnknown);
  }
  if (options.against.empty()) {
    Report(options, replay);
    return kExitOk;
  }
  alerts::Replay before(*data->storage, std::move(against), settings);
  before.Run();
  if (const alerts::FailedQuery* failure = UnreadData(before)) {
    return Complain(failure->message, kExitUnknown);
  }
  Report(options, alerts::Compare(before, replay));
  return kExitOk;
}

}  // namespace

int RunReplay(const Arguments& arguments) {
  ReplayOptions options;
  CommandLine line("replay",
                   "tells when each alert would have been pending and firing "
                   "on recorded data",
                   kReplayExamples);
  Declare(line, options);
  if (const auto exit = line.Parse(arguments)) return *exit;
  options.warm_up_given = line.Given("--warm-up");
  if (const auto exit = CheckUse(options)) return *exit;
  if (std::ranges::any_of(options.data.sources, IsServer)) {
    // A server does not say from when its samples are.
    if (!options.end) options.end = base::Now();
    if (!options.start) options.start = *options.end - kServerDefault;
  }
  auto rules = LoadRules(options.rules);
  if (!rules.ok()) {
    return Complain(std::string(rules.status().message()), kExitFailed);
  }
  auto against = LoadRules(options.against);
  if (!against.ok()) {
    return Complain(std::string(against.status().message()), kExitFailed);
  }
  return Replay(options, *std::move(rules), *std::move(against));
}

}  // namespace rollwatch
