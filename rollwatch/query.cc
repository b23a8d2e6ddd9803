// rollwatch query: one instant or range query on recorded data.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/diagnostic.h"
#include "base/number.h"
#include "base/source.h"
#include "base/time.h"
#include "promql/check/features.h"
#include "promql/check/parse.h"
#include "promql/engine/engine.h"
#include "promql/engine/explain.h"
#include "promql/engine/result_json.h"
#include "promql/storage/data_source.h"
#include "rollwatch/command_line.h"
#include "rollwatch/commands.h"
#include "rollwatch/data_options.h"
#include "rollwatch/findings.h"

namespace rollwatch {
namespace {

// What --enable-feature takes: parts of the language, and ways to evaluate.
struct EngineFeature {
  std::string_view name;
  bool promql::EngineOptions::*enabled;
};
constexpr EngineFeature kEngineFeatures[] = {
    {"promql-delayed-name-removal",
     &promql::EngineOptions::delayed_name_removal},
    {"use-start-timestamps", &promql::EngineOptions::use_start_timestamps},
    {"type-and-unit-labels", &promql::EngineOptions::type_and_unit_labels},
};

// What no pass over the tree runs out of stack with.
constexpr std::int64_t kMostDepth = 1000;

struct QueryOptions {
  std::string expression;
  std::string dashed_expression;  // With -e.
  DataOptions data;
  std::optional<std::int64_t> time;
  std::optional<std::int64_t> start;
  std::optional<std::int64_t> end;
  std::int64_t step = 60 * 1000;
  std::string format = "text";
  std::string compat;
  bool explain = false;
  std::vector<std::string> enabled;
  std::int64_t max_samples = 50'000'000;
  std::int64_t max_depth = kMostDepth;
  promql::EngineOptions engine;
  // All of the language, unless --enable-feature says otherwise.
  std::optional<promql::Features> features;

  bool range() const { return start.has_value() || end.has_value(); }
};

// A page in the wrong format has a finding on every line.
constexpr std::size_t kMostFindingsShown = 20;

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
                                            promql::Explanation* explanation,
                                            base::Diagnostics& hints,
                                            base::Diagnostics& diagnostics) {
  promql::EngineOptions engine = options.engine;
  engine.max_samples = static_cast<std::size_t>(options.max_samples);
  engine.explanation = explanation;
  engine.label_hints = &hints;
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
  PrintFindings(stderr, source, diagnostics, kMostFindingsShown);
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
  parser.max_depth = static_cast<std::size_t>(options.max_depth);
  const promql::ExprPtr expr = promql::Parse(query.text(), diagnostics, parser);
  if (expr == nullptr ||
      (options.features &&
       !promql::CheckFeatures(*expr, *options.features, diagnostics))) {
    return Fail(options, query, diagnostics, "bad_data",
                promql::PrometheusError(query.text(), diagnostics));
  }
  promql::Explanation explanation;
  base::Diagnostics hints;
  const auto result =
      Evaluate(options, data, *expr, options.explain ? &explanation : nullptr,
               hints, diagnostics);
  if (!result.has_value()) {
    const int exit = Fail(options, query, diagnostics, "execution",
                          diagnostics.first_error().message);
    PrintFindings(stderr, query, hints, kMostFindingsShown);
    return exit;
  }
  PrintFindings(stderr, query, diagnostics, kMostFindingsShown);
  PrintFindings(stderr, query, hints, kMostFindingsShown);
  if (options.explain) {
    std::fputs(explanation.ToText().c_str(), stdout);
    return kExitOk;
  }
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

// Fills in the features; false after wrong use.
bool TakeFeatures(QueryOptions& options) {
  for (const std::string& list : options.enabled) {
    for (const std::string& name : SplitCommas(list)) {
      if (!options.features) options.features.emplace();
      const auto rows = promql::FeatureRows();
      const auto row = std::ranges::find(rows, name, &promql::FeatureRow::name);
      const auto engine =
          std::ranges::find(kEngineFeatures, name, &EngineFeature::name);
      if (row != rows.end()) {
        *options.features.*row->enabled = true;
      } else if (engine != std::end(kEngineFeatures)) {
        options.engine.*engine->enabled = true;
      } else {
        WrongUse("query",
                 absl::StrFormat("--enable-feature: there is no \"%s\"", name));
        return false;
      }
    }
  }
  return true;
}

std::optional<int> TakeCompat(QueryOptions& options) {
  if (options.compat.empty()) return std::nullopt;
  const auto version = base::ParseVersion(options.compat);
  if (!version.has_value()) {
    return WrongUse("query",
                    "--compat is no release of Prometheus, such as 2.42 or 3");
  }
  options.engine.compatibility = promql::CompatibleWith(*version);
  return std::nullopt;
}

std::optional<int> CheckExpression(QueryOptions& options,
                                   const CommandLine& line) {
  const bool dashed = line.Given("--expr");
  if (dashed == !options.expression.empty()) {
    return WrongUse("query", "give either EXPR or -e EXPR");
  }
  if (dashed) options.expression = options.dashed_expression;
  return std::nullopt;
}

void DeclareLimits(CommandLine& line, QueryOptions& options) {
  line.Option("--query.max-samples", &options.max_samples,
              "samples that the query may hold at a time");
  line.DurationOption("--query.timeout", &options.engine.timeout,
                      "how long the query may take");
  line.DurationOption("--query.lookback-delta", &options.engine.lookback,
                      "how old a sample may be to count as current");
  line.DurationOption("--query.default-step",
                      &options.engine.default_subquery_step,
                      "step of a subquery that names none: the server's "
                      "evaluation_interval");
  line.Option("--query.max-depth", &options.max_depth,
              "how deep the query may be nested");
  line.Repeated("--enable-feature", &options.enabled,
                "as the server's: promql-experimental-functions, "
                "promql-extended-range-selectors, promql-binop-fill-modifiers, "
                "promql-delayed-name-removal, use-start-timestamps, "
                "type-and-unit-labels; without it all of the language is "
                "enabled",
                "NAME,...");
}

}  // namespace

int RunQuery(const Arguments& arguments) {
  QueryOptions options;
  CommandLine line(
      "query", "asks recorded data one PromQL query",
      "rollwatch query 'rate(deployment_total[1h])' --data metrics.txt\n"
      "rollwatch query up --data metrics.txt --start 1700000000 "
      "--end 1700003600 --step 1m --format json\n"
      "rollwatch query --explain -e '-sum by (job) (up)' --data metrics.txt");
  line.Positional("EXPR", &options.expression,
                  "the query; behind -- it may begin with a minus", false);
  line.Option("-e,--expr", &options.dashed_expression,
              "the query, which may begin with a minus", "EXPR");
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
  line.Flag("--explain", &options.explain,
            "shows instead what each operator gave: series, samples, labels");
  DeclareLimits(line, options);
  if (const auto exit = line.Parse(arguments)) return *exit;
  if (const auto exit = CheckExpression(options, line)) return *exit;
  if (!TakeFeatures(options)) return kExitWrongUse;
  if (options.max_samples <= 0 || options.max_depth <= 0 ||
      options.max_depth > kMostDepth) {
    return WrongUse(
        "query",
        "--query.max-samples must be above 0, --query.max-depth 1 to "
        "1000");
  }
  if (const auto exit = TakeCompat(options)) return *exit;
  if (options.data.sources.empty()) {
    return WrongUse("query", "--data is missing");
  }
  if (line.Given("--step") && !options.range()) {
    return WrongUse("query", "--step is for a range: give --start or --end");
  }
  if (const auto exit = CheckTimes(options)) return *exit;
  int exit = kExitOk;
  const auto data = options.data.Open(
      "query",
      {.start = options.start,
       .end = options.end,
       .default_time = options.time,
       .bounds_as_written = options.engine.compatibility.bounds_as_written},
      exit);
  return data.has_value() ? Run(options, *data) : exit;
}

}  // namespace rollwatch
