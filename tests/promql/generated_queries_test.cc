// Generated queries: what is printed parses to the same tree, and the engine
// answers what its naive twin does.

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>
#include <string>

#include "absl/strings/str_format.h"
#include "gtest/gtest.h"
#include "promql/check/parse.h"
#include "promql/engine/engine.h"
#include "promql/syntax/printer.h"
#include "tests/promql/generated_series.h"
#include "tests/promql/naive_evaluator.h"
#include "tests/promql/query_generator.h"

namespace promql {
namespace {

int QueryCount() {
  const char* count = std::getenv("ROLLWATCH_GENERATED_QUERIES");
  if (count != nullptr) return std::atoi(count);
  return ROLLWATCH_GENERATED_QUERIES;
}

bool Near(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return a == b ||
         std::fabs(a - b) <= 1e-9 * std::max(std::fabs(a), std::fabs(b)) + 1e-9;
}

// Three steps somewhere in the generated data.
base::TimeGrid RandomGrid(Random& random) {
  const auto second = [&random](std::uint64_t below) {
    return static_cast<base::Duration>(random.Below(below)) * 1000;
  };
  return {kGeneratedStart + 1'200'000 + second(600), 15'000 + second(200), 3};
}

using Answer = std::map<base::Timestamp, std::map<base::Labels, double>>;

Answer ByTime(const QueryResult& result) {
  Answer answer;
  for (const ResultSeries& series : result.series) {
    for (std::size_t i = 0; i < series.times.size(); ++i) {
      answer[series.times[i]][series.labels] = series.values[i];
    }
  }
  return answer;
}

bool IsTelling(const QueryResult& result) {
  std::set<double> values;
  for (const ResultSeries& series : result.series) {
    for (const double value : series.values) {
      if (!std::isnan(value)) values.insert(value);
    }
  }
  return values.size() > 1;
}

struct Counts {
  int known = 0;
  int failed = 0;
  int telling = 0;
};

// Over a range, and in Prometheus too, a function also fails at two series of
// one labelset that no step shows together. Then each step is asked alone.
bool FailsOverRangesOnly(const base::Diagnostics& diagnostics,
                         const base::TimeGrid& grid) {
  return grid.steps > 1 && !diagnostics.ok() &&
         diagnostics.first_error().message ==
             "vector cannot contain metrics with the same labelset";
}

// "" when the twin says the same.
std::string Difference(const MemoryStorage& storage, const std::string& query,
                       const base::TimeGrid& grid, Counts& counts) {
  base::Diagnostics diagnostics;
  const ExprPtr expr = Parse(query, diagnostics);
  if (expr == nullptr) return PrometheusError(query, diagnostics);
  const ExprPtr again = Parse(Print(*expr), diagnostics);
  if (again == nullptr || !Equal(*expr, *again)) return Print(*expr);
  const auto range = EvaluateRange(storage, *expr, grid, {}, diagnostics);
  if (FailsOverRangesOnly(diagnostics, grid)) {
    std::string difference;
    Counts of_steps;
    for (std::size_t i = 0; i < grid.steps && difference.empty(); ++i) {
      difference =
          Difference(storage, query, {grid.at(i), grid.step, 1}, of_steps);
    }
    counts.known += of_steps.known > 0 ? 1 : 0;
    return difference;
  }
  if (range.has_value() && IsTelling(*range)) ++counts.telling;
  Answer answer = range.has_value() ? ByTime(*range) : Answer();
  bool failed = false;
  for (std::size_t i = 0; i < grid.steps && !failed; ++i) {
    const NaiveStep naive = EvaluateNaively(storage, *expr, grid, i);
    if (!naive.known) return "";
    failed = !naive.value.has_value();
    if (failed || !range.has_value()) continue;
    const auto& engine = answer[grid.at(i)];
    if (engine.size() != naive.value->samples.size()) {
      return absl::StrFormat("%d series, naively %d", engine.size(),
                             naive.value->samples.size());
    }
    for (const auto& [labels, value] : naive.value->samples) {
      const auto found = engine.find(labels);
      if (found == engine.end()) return "no " + base::ToString(labels);
      if (Near(found->second, value)) continue;
      return absl::StrFormat("%s: %.17g, naively %.17g", base::ToString(labels),
                             found->second, value);
    }
  }
  ++counts.known;
  counts.failed += failed ? 1 : 0;
  if (failed == range.has_value()) {
    return failed ? "fails naively" : diagnostics.first_error().message;
  }
  return "";
}

// Without those that look at native histograms, at info series or at the order
// of series.
bool IsForTheTwin(std::string_view name) {
  const std::set<std::string_view> others = {"histogram_avg",
                                             "histogram_count",
                                             "histogram_sum",
                                             "histogram_stddev",
                                             "histogram_stdvar",
                                             "histogram_quantiles",
                                             "info",
                                             "limitk",
                                             "limit_ratio",
                                             "start_timestamp"};
  return !others.contains(name);
}

TEST(GeneratedQueries, AnswerAsTheNaiveTwinDoes) {
  const MemoryStorage storage = Store(GenerateSeries(true));
  QueryGenerator generator(1, IsForTheTwin);
  Random random(2);
  Counts counts;
  const int count = QueryCount();
  int differences = 0;
  for (int i = 0; i < count && differences < 20; ++i) {
    const std::string query = generator.Next();
    const base::TimeGrid grid = RandomGrid(random);
    const std::string difference = Difference(storage, query, grid, counts);
    if (difference.empty()) continue;
    ++differences;
    ADD_FAILURE() << query << "\nfrom " << grid.start << " step " << grid.step
                  << ": " << difference;
  }
  std::printf(
      "%d generated queries: %d with a telling result, %d that the twin "
      "knows (%d of them fail on both sides); %zu functions and operators\n",
      count, counts.telling, counts.known, counts.failed,
      generator.covered().size());
  for (const Function& function : Functions()) {
    const bool drawn =
        function.result == ArgumentType::kVector && IsForTheTwin(function.name);
    EXPECT_EQ(generator.covered().contains(std::string(function.name)),
              drawn || function.name == "pi" || function.name == "scalar" ||
                  function.name == "time")
        << function.name;
  }
  EXPECT_GE(counts.telling * 10, count * 7);
  EXPECT_GE(counts.known * 10, count * 7);
}

}  // namespace
}  // namespace promql
