// rollwatch query: one instant or range query on recorded data.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/diagnostic.h"
#include "base/number.h"
#include "base/source.h"
#include "base/time.h"
#include "promql/check/parse.h"
#include "promql/engine/engine.h"
#include "promql/engine/result_json.h"
#include "promql/storage/data_source.h"
#include "rollwatch/command_line.h"
#include "rollwatch/commands.h"
#include "rollwatch/data_options.h"

namespace rollwatch {
namespace {

struct QueryOptions {
  std::string expression;
  DataOptions data;
  std::optional<std::int64_t> time;
  std::optional<std::int64_t> start;
  std::optional<std::int64_t> end;
  std::int64_t step = 60 * 1000;
  std::string format = "text";
  std::string compat;

  bool range() const { return start.has_value() || end.has_value(); }
};

void PrintFindings(const base::Source& source,
                   const base::Diagnostics& diagnostics) {
  // A page in the wrong format has a finding on every line.
  constexpr std::size_t kMostShown = 20;
  const auto& all = diagnostics.all();
  for (std::size_t i = 0; i < std::min(all.size(), kMostShown); ++i) {
    std::fputs(base::Render(source, all[i], WantsColour(2)).c_str(), stderr);
  }
  if (all.size() > kMostShown) {
    std::fprintf(stderr, "and %zu more\n", all.size() - kMostShown);
  }
}

std::string PointText(const promql::ResultSeries& series, std::size_t i) {
  return series.IsHistogram(i) ? base::ToString(*series.histograms[i])
                               : base::FormatDecimal(series.values[i]);
}

// A series and its value a line; of a matrix, each point, with its time first.
void PrintText(const promql::QueryResult& result) {
  using promql::ValueType;
  if (result.type == ValueType::kScalar) {
    std::printf("%s\n", base::FormatDecimal(result.scalar).c_str());
  } else if (result.type == ValueType::kString) {
    std::printf("%s\n", result.text.c_str());
  }
  for (const promql::ResultSeries& series : result.series) {
    const std::string name = base::SeriesName(series.labels);
    for (std::size_t i = 0; i < series.times.size(); ++i) {
      if (result.type == ValueType::kRangeVector) {
        std::printf("%s\t", base::FormatTimestamp(series.times[i]).c_str());
      }
      std::printf("%s\t%s\n", name.c_str(), PointText(series, i).c_str());
    }
  }
}

std::optional<promql::QueryResult> Evaluate(const QueryOptions& options,
                                            const promql::RecordedData& data,
                                            const promql::Expr& expr,
                                            base::Diagnostics& diagnostics) {
  promql::EngineOptions engine;
  if (const auto version = base::ParseVersion(options.compat)) {
    engine.compatibility = promql::CompatibleWith(*version);
  }
  const base::Timestamp newest =
      data.span.has_value() ? data.span->end : base::Now();
  if (!options.range()) {
    return promql::EvaluateInstant(*data.storage, expr,
                                   options.time.value_or(newest), engine,
                                   diagnostics);
  }
  const base::Timestamp end = options.end.value_or(newest);
  const base::Timestamp start = options.start.value_or(end);
  const auto grid = base::TimeGrid::Range(start, end, options.step);
  return promql::EvaluateRange(*data.storage, expr, grid, engine, diagnostics);
}

int Fail(const QueryOptions& options, const base::Source& source,
         const base::Diagnostics& diagnostics, const char* type,
         const std::string& message) {
  PrintFindings(source, diagnostics);
  if (options.format == "json") {
    std::printf("%s\n", promql::ErrorJson(type, message).c_str());
  }
  return kExitFailed;
}

int Run(const QueryOptions& options, const promql::RecordedData& data) {
  const base::Source query("query", options.expression);
  base::Diagnostics diagnostics;
  promql::ParserOptions parser;
  parser.server = base::ParseVersion(options.compat);
  const promql::ExprPtr expr = promql::Parse(query.text(), diagnostics, parser);
  if (expr == nullptr) {
    return Fail(options, query, diagnostics, "bad_data",
                promql::PrometheusError(query.text(), diagnostics));
  }
  const auto result = Evaluate(options, data, *expr, diagnostics);
  if (!result.has_value()) {
    return Fail(options, query, diagnostics, "execution",
                diagnostics.first_error().message);
  }
  PrintFindings(query, diagnostics);
  if (options.format == "json") {
    std::printf("%s\n",
                promql::ResultJson(*result, query.text(), diagnostics).c_str());
  } else {
    PrintText(*result);
  }
  return kExitOk;
}

std::optional<int> CheckTimes(const QueryOptions& options) {
  if (options.range() && options.time.has_value()) {
    return WrongUse("query",
                    "--time is for an instant query, --start and "
                    "--end are for a range");
  }
  if (options.step <= 0) return WrongUse("query", "--step must be above 0");
  if (options.start.has_value() && options.end.has_value() &&
      *options.end < *options.start) {
    return WrongUse("query", "--end is before --start");
  }
  return std::nullopt;
}

}  // namespace

int RunQuery(const Arguments& arguments) {
  QueryOptions options;
  CommandLine line(
      "query", "asks recorded data one PromQL query",
      "rollwatch query 'rate(deployment_total[1h])' --data metrics.txt\n"
      "rollwatch query up --data metrics.txt --start 1700000000 "
      "--end 1700003600 --step 1m --format json");
  line.Positional("EXPR", &options.expression, "the query", true);
  options.data.Declare(line);
  line.TimeOption("--time", &options.time,
                  "when to evaluate, and when samples without a timestamp were "
                  "taken; else the time of the newest sample");
  line.TimeOption("--start", &options.start, "first time of a range query");
  line.TimeOption("--end", &options.end,
                  "last time of a range query; else the newest sample's");
  line.DurationOption("--step", &options.step, "step of a range query");
  line.Choice("--format", &options.format, {"text", "json"},
              "json is that of Prometheus' API");
  line.Option("--compat", &options.compat,
              "give the answers of this release of Prometheus (2.42, 3, ...) "
              "where they differ from today's, and refuse what it does not "
              "know",
              "VERSION");
  if (const auto exit = line.Parse(arguments)) return *exit;
  if (!options.compat.empty() &&
      !base::ParseVersion(options.compat).has_value()) {
    return WrongUse("query",
                    "--compat is no release of Prometheus, such as "
                    "2.42 or 3");
  }
  if (options.data.sources.empty()) {
    return WrongUse("query", "--data is missing");
  }
  if (const auto exit = CheckTimes(options)) return *exit;
  int exit = kExitOk;
  const auto data = options.data.Open("query",
                                      {.start = options.start,
                                       .end = options.end,
                                       .default_time = options.time},
                                      exit);
  return data.has_value() ? Run(options, *data) : exit;
}

}  // namespace rollwatch
