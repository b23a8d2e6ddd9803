// The engine against its naive twin, and its budgets.

#include "promql/engine/engine.h"

#include <cmath>
#include <cstdint>
#include <map>
#include <string>

#include "absl/strings/str_format.h"
#include "gtest/gtest.h"
#include "promql/check/parse.h"
#include "promql/engine/explain.h"
#include "promql/engine/result_json.h"
#include "promql/storage/memory.h"
#include "tests/promql/naive_evaluator.h"

namespace promql {
namespace {

constexpr base::Duration kScrape = 15'000;
constexpr std::size_t kSamples = 200;

// Two counters with resets and gaps, a gauge with NaN and stale markers; six
// series each, the same in every run.
MemoryStorage MakeData() {
  MemoryStorage storage;
  std::uint64_t state = 42;
  const auto random = [&state](std::uint64_t below) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (state >> 33) % below;
  };
  for (const char* name : {"a_total", "b_total", "g"}) {
    for (int series = 0; series < 6; ++series) {
      const base::Labels labels = {{"__name__", name},
                                   {"job", series % 2 == 0 ? "even" : "odd"},
                                   {"n", std::to_string(series / 2)}};
      double value = 0;
      for (std::size_t i = 0; i < kSamples; ++i) {
        const auto time = static_cast<base::Timestamp>(i) * kScrape +
                          static_cast<base::Timestamp>(random(200));
        if (random(12) == 0) continue;
        if (name[0] == 'g') {
          value = static_cast<double>(random(1000)) / 7 - 50;
          if (random(40) == 0) {
            storage.AppendStale(labels, time);
            continue;
          }
        } else {
          value = random(30) == 0 ? 0 : value + static_cast<double>(random(50));
        }
        storage.Append(labels, time, value);
      }
    }
  }
  return storage;
}

// A histogram of five buckets, the last without a bound.
void AddHistogram(MemoryStorage& storage) {
  constexpr const char* kBounds[] = {"0.1", "0.5", "2", "8", "+Inf"};
  double total = 0;
  for (int bucket = 0; bucket < 5; ++bucket) {
    const base::Labels labels = {{"__name__", "h_bucket"},
                                 {"le", kBounds[bucket]}};
    total += 1 + bucket % 3;
    for (std::size_t i = 0; i < kSamples; ++i) {
      const auto time = static_cast<base::Timestamp>(i) * kScrape;
      storage.Append(labels, time,
                     static_cast<double>(i * i % 31 + i * 7) * total);
    }
  }
}

struct Case {
  const char* name;
  const char* query;
};

constexpr Case kCases[] = {
    {"Selector", "g"},
    {"Matchers", "{__name__=~\"g|a_total\", job!=\"odd\"}"},
    {"Offset", "g offset 2m"},
    {"NegativeOffset", "g offset -2m"},
    {"At", "g @ 600"},
    {"Rate", "rate(a_total[5m])"},
    {"ShortRate", "rate(a_total[20s])"},
    {"RateOfOffset", "rate(a_total[5m] offset 7m)"},
    {"Increase", "increase(b_total[3m])"},
    {"Delta", "delta(g[3m])"},
    {"Sum", "sum(g)"},
    {"SumBy", "sum by (job) (rate(a_total[2m]))"},
    {"SumWithout", "sum without (n) (a_total)"},
    {"AvgMinMax", "avg by (n) (g) + max by (n) (g) - min by (n) (g)"},
    {"CountGroup", "count(g) + group(g)"},
    {"SumOverTime", "sum_over_time(g[4m])"},
    {"AvgOverTime", "avg_over_time(g[4m])"},
    {"MinOverTime", "min_over_time(g[4m])"},
    {"MaxOverTime", "max_over_time(g[4m])"},
    {"CountOverTime", "count_over_time(g[61s])"},
    {"LastOverTime", "last_over_time(g[1m])"},
    {"LongWindow", "max_over_time(g[30m]) - min_over_time(g[30m])"},
    {"Subquery", "max_over_time(sum(g)[5m:30s])"},
    {"SubqueryDefaultStep", "avg_over_time(rate(a_total[1m])[10m:])"},
    {"SubqueryOffset", "sum_over_time(g[5m:20s] offset 3m)"},
    {"SubqueryAt", "sum_over_time(g[5m:20s] @ 1500)"},
    {"NestedSubquery", "max_over_time(min_over_time(g[2m:20s])[6m:1m])"},
    {"Negation", "-g"},
    {"ScalarArithmetic", "2 * g ^ 2 % 7 - 1"},
    {"ScalarLeft", "100 - g"},
    {"Comparison", "g > 10"},
    {"ComparisonScalarLeft", "10 < g"},
    {"ComparisonBool", "g >= bool 10"},
    {"OneToOne", "a_total / b_total"},
    {"OneToOneOn", "sum by (job) (a_total) / on (job) sum by (job) (b_total)"},
    {"OneToOneComparison", "a_total > b_total"},
    {"GroupLeft", "a_total / on (job) group_left sum by (job) (b_total)"},
    {"GroupLeftAllNames",
     "a_total - ignoring (n) group_left sum without (n) (g)"},
    {"NotUnique", "a_total + on (job) b_total"},
    {"And", "g and g > 20"},
    {"AndOn", "a_total and on (n) g{n=\"1\"} > 0"},
    {"Or", "(g > 20) or a_total"},
    {"Unless", "g unless g > 20"},
    {"Absent", "absent(g > 90)"},
    {"ScalarAndVector", "vector(scalar(sum(g))) + time()"},
    {"HistogramQuantile", "histogram_quantile(0.7, rate(h_bucket[3m]))"},
    {"ClampAndAbs", "clamp_min(abs(g), 20)"},
    {"SameLabels", "rate({__name__=~\"a_total|b_total\"}[2m])"},
};

// The text of the samples at each time, for messages.
using Answer = std::map<base::Timestamp, std::map<base::Labels, double>>;

bool Near(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return a == b || std::fabs(a - b) <=
                       1e-9 * std::max(std::fabs(a), std::fabs(b)) + 1e-12;
}

class TwinTest : public testing::TestWithParam<Case> {
 protected:
  static const MemoryStorage& storage() {
    static const MemoryStorage* const kStorage = [] {
      auto* made = new MemoryStorage(MakeData());
      AddHistogram(*made);
      return made;
    }();
    return *kStorage;
  }
};

TEST_P(TwinTest, AgreesAtEveryStep) {
  base::Diagnostics diagnostics;
  const ExprPtr expr = Parse(GetParam().query, diagnostics);
  ASSERT_NE(expr, nullptr);
  const base::TimeGrid grid{90'000, 37'000, 80};
  const auto range = EvaluateRange(storage(), *expr, grid, {}, diagnostics);
  Answer answer;
  if (range.has_value()) {
    for (const ResultSeries& series : range->series) {
      for (std::size_t i = 0; i < series.times.size(); ++i) {
        answer[series.times[i]][series.labels] = series.values[i];
      }
    }
  }
  bool failed = false;
  std::size_t compared = 0;
  for (std::size_t i = 0; i < grid.steps; ++i) {
    const auto naive = EvaluateNaively(storage(), *expr, grid.at(i));
    if (!naive.has_value()) {
      failed = true;
      break;
    }
    const auto& engine = answer[grid.at(i)];
    if (!range.has_value()) continue;
    ASSERT_EQ(engine.size(), naive->samples.size()) << grid.at(i);
    for (const auto& [labels, value] : naive->samples) {
      ASSERT_TRUE(engine.contains(labels)) << base::ToString(labels);
      EXPECT_TRUE(Near(engine.at(labels), value))
          << base::ToString(labels) << " at " << grid.at(i) << ": "
          << engine.at(labels) << ", naively " << value;
      ++compared;
    }
  }
  EXPECT_EQ(range.has_value(), !failed);
  if (range.has_value()) {
    EXPECT_GT(compared, 0u);
  }
}

INSTANTIATE_TEST_SUITE_P(Queries, TwinTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

// The rows of an instant query, in their order.
std::string Rows(const Storage& storage, std::string_view query) {
  base::Diagnostics diagnostics;
  const ExprPtr expr = Parse(query, diagnostics);
  if (expr == nullptr) return PrometheusError(query, diagnostics);
  const auto result = EvaluateInstant(storage, *expr, 0, {}, diagnostics);
  std::string text;
  for (const ResultSeries& series : result->series) {
    text += base::SeriesName(series.labels) + ";";
  }
  return text;
}

TEST(OrderOfAnInstantVector, IsThatOfTheStorage) {
  MemoryStorage storage;
  for (const char* job : {"z", "a", "m", "b"}) {
    storage.Append({{"__name__", "v"}, {"job", job}}, 0, job[0] == 'm' ? 2 : 1);
    for (const char* bound : {"1", "+Inf"}) {
      storage.Append({{"__name__", "h_bucket"}, {"job", job}, {"le", bound}}, 0,
                     3);
    }
  }
  EXPECT_EQ(Rows(storage, "histogram_quantile(0.5, h_bucket)"),
            "{job=\"z\"};{job=\"a\"};{job=\"m\"};{job=\"b\"};");
  EXPECT_EQ(Rows(storage, "count_values by (job) (\"value\", v)"),
            "{job=\"z\", value=\"1\"};{job=\"a\", value=\"1\"};"
            "{job=\"m\", value=\"2\"};{job=\"b\", value=\"1\"};");
  // Between equal values, too.
  EXPECT_EQ(Rows(storage, "sort(v)"),
            "v{job=\"z\"};v{job=\"a\"};v{job=\"b\"};v{job=\"m\"};");
}

// The first error of a query, or what it answers in JSON.
std::string Ask(std::string_view query, const EngineOptions& options,
                const base::TimeGrid* grid = nullptr) {
  MemoryStorage storage;
  for (int i = 0; i < 10; ++i) {
    storage.Append({{"__name__", "m"}, {"i", std::to_string(i)}}, i * 1000, i);
  }
  base::Diagnostics diagnostics;
  const ExprPtr expr = Parse(query, diagnostics);
  if (expr == nullptr) return PrometheusError(query, diagnostics);
  const auto result =
      grid == nullptr
          ? EvaluateInstant(storage, *expr, 9000, options, diagnostics)
          : EvaluateRange(storage, *expr, *grid, options, diagnostics);
  return result.has_value() ? ResultJson(*result, query, diagnostics)
                            : diagnostics.first_error().message;
}

constexpr char kTooMany[] =
    "query processing would load too many samples into memory in query "
    "execution";

TEST(EngineBudgets, TooManySamples) {
  EngineOptions options;
  options.max_samples = 9;
  EXPECT_EQ(Ask("m", options), kTooMany);
  options.max_samples = 10;
  EXPECT_NE(Ask("m", options), kTooMany);
}

// Prometheus holds the ten samples of the first step twice, and needs 21.
TEST(EngineBudgets, TheInputsOfAStepCountWithTheirAverage) {
  EngineOptions options;
  options.lookback = 1000;
  options.max_samples = 12;
  const base::TimeGrid grid{0, 1000, 10};
  MemoryStorage storage;
  for (int i = 0; i < 10; ++i) {
    storage.Append({{"__name__", "m"}, {"i", std::to_string(i)}}, 0, i);
  }
  base::Diagnostics diagnostics;
  const ExprPtr expr = Parse("sum(m)", diagnostics);
  EXPECT_TRUE(
      EvaluateRange(storage, *expr, grid, options, diagnostics).has_value());
  options.max_samples = 11;
  EXPECT_FALSE(
      EvaluateRange(storage, *expr, grid, options, diagnostics).has_value());
}

TEST(EngineBudgets, ARangeOfABillionStepsFailsAtOnce) {
  const base::TimeGrid grid{0, 1, 1'000'000'000};
  EXPECT_EQ(Ask("1", {}, &grid), kTooMany);
  EXPECT_EQ(Ask("sum_over_time(m[10y:1ms])", {}), kTooMany);
}

// Each ends at once, in an error that begins so.
struct Hostile {
  const char* name;
  std::string query;
  const char* error;
};

std::string Repeat(std::string_view text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

class HostileTest : public testing::TestWithParam<Hostile> {};

TEST_P(HostileTest, EndsInAnError) {
  const std::string answer = Ask(GetParam().query, {});
  EXPECT_TRUE(answer.starts_with(GetParam().error)) << answer.substr(0, 200);
}

const Hostile kHostile[] = {
    {"DeepParentheses", Repeat("(", 100'000) + "m" + Repeat(")", 100'000),
     "1:"},
    {"DeepCalls", Repeat("abs(", 100'000) + "m" + Repeat(")", 100'000), "1:"},
    {"LongChain", "m" + Repeat(" + m", 100'000), "1:"},
    {"DeepSigns", Repeat("-", 100'000) + "m", "1:"},
    {"DeepDurations", "m[" + Repeat("(", 100'000), "1:"},
    {"HugeNumber", "1" + Repeat("0", 100'000) + "e999999999 + vector(1", "1:"},
    {"HugeDuration", "m[99999999999y]", "1:"},
    {"HugeTime", "m @ 1e300", "1:1: parse error: timestamp out of bounds"},
    {"RegexpOfNestedRepetitions", "m{i=~\"((((a{100}){100}){100}){100})\"}",
     "1:3: parse error: error parsing regexp: "},
    {"RegexpOfManyClasses", "m{i=~\"" + Repeat("(.{1,900}){1,1}", 300) + "\"}",
     "1:3: parse error: error parsing regexp: "},
    {"HugeSubquery", "max_over_time(vector(1)[100y:1ms])", kTooMany},
    {"SubqueryOfASubquery",
     "sum_over_time(sum_over_time(vector(1)[1y:1s])[1y:1s])", kTooMany},
};

INSTANTIATE_TEST_SUITE_P(EngineBudgets, HostileTest,
                         testing::ValuesIn(kHostile),
                         [](const auto& test) { return test.param.name; });

// The API of Prometheus refuses more than 11,000 points a series.
TEST(EngineBudgets, ARangeMayHaveMoreStepsThanTheApiOfPrometheusAllows) {
  const base::TimeGrid grid{0, 1, 11'002};
  EXPECT_NE(Ask("1", {}, &grid).find("[11.001,\"1\"]"), std::string::npos);
}

TEST(EngineBudgets, TimesOut) {
  EngineOptions options;
  options.timeout = 0;
  EXPECT_EQ(Ask("m", options), "query timed out in expression evaluation");
}

TEST(Explanations, SayWhatEachOperatorGave) {
  MemoryStorage storage;
  for (const char* job : {"a", "b"}) {
    for (int i = 0; i < 4; ++i) {
      storage.Append({{"__name__", "c"}, {"job", job}, {"n", job}}, i * 10'000,
                     i);
    }
  }
  base::Diagnostics diagnostics;
  const ExprPtr expr =
      Parse("sum by (job) (rate(c[20s])) > 2 * 3", diagnostics);
  Explanation explanation;
  EngineOptions options;
  options.explanation = &explanation;
  EvaluateRange(storage, *expr, {20'000, 10'000, 2}, options, diagnostics);
  EXPECT_EQ(explanation.ToText(),
            "  series    samples   steps  labels          operator\n"
            "       0          0       2  -               >\n"
            "       2          4       2  job               sum by (job)\n"
            "       2          4       2  job,n               rate()\n"
            "       2          6       2  __name__,job,n        c[20s]\n"
            "       0          0    once  -                 *\n"
            "       0          0       1  -                   2\n"
            "       0          0       1  -                   3\n");
}

// As Prometheus 2.42 answers.
TEST(ResultJson, ValuesOfVectorsHaveAnExponentWhereTheyAreHugeOrTiny) {
  const std::pair<const char*, const char*> kValues[] = {
      {"vector(1e-7)", "[9,\"1e-07\"]"},
      {"vector(-1.5e-7)", "[9,\"-1.5e-07\"]"},
      {"vector(1e-6)", "[9,\"0.000001\"]"},
      {"vector(1e20)", "[9,\"100000000000000000000\"]"},
      {"vector(123456789e14)", "[9,\"1.23456789e+22\"]"},
      {"vector(-0)", "[9,\"-0\"]"},
      {"vector(Inf)", "[9,\"+Inf\"]"},
      {"1e-7", "[9,\"0.0000001\"]"},
      {"1e22", "[9,\"10000000000000000000000\"]"},
  };
  const base::TimeGrid grid{9000, 1000, 1};
  for (const auto& [query, want] : kValues) {
    EXPECT_NE(Ask(query, {}).find(want), std::string::npos) << query;
  }
  EXPECT_NE(Ask("1e-7", {}, &grid).find("[[9,\"1e-07\"]]"), std::string::npos);
}

TEST(ResultJson, ShowsTenFindingsOfEachKind) {
  std::string query = "vector(1)";
  for (int i = 2; i < 14; ++i) {
    query += absl::StrFormat(" or quantile(%d, m)", i);
  }
  const std::string answer = Ask(query, {});
  EXPECT_NE(answer.find("got 11 ("), std::string::npos) << answer;
  EXPECT_EQ(answer.find("got 12 ("), std::string::npos) << answer;
  EXPECT_NE(answer.find(",\"2 more warning annotations omitted\"]"),
            std::string::npos)
      << answer;
}

// (Prometheus keeps annotations by their text.)
TEST(ResultJson, SaysAFindingOnceWithItsLastPlace) {
  const std::string answer = Ask("quantile(2, m) + quantile(2, m)", {});
  EXPECT_NE(answer.find("\"warnings\":[\"PromQL warning: quantile value should "
                        "be between 0 and 1, got 2 (1:27)\"]"),
            std::string::npos)
      << answer;
}

TEST(ResultJson, HasTheShapeOfPrometheus) {
  EXPECT_EQ(Ask("m{i=\"3\"}", {}),
            "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\","
            "\"result\":[{\"metric\":{\"__name__\":\"m\",\"i\":\"3\"},"
            "\"value\":[9,\"3\"]}]}}");
  EXPECT_EQ(Ask("1 / 0", {}),
            "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\","
            "\"result\":[9,\"+Inf\"]}}");
  const base::TimeGrid grid{8500, 500, 2};
  EXPECT_EQ(Ask("m{i=\"9\"}", {}, &grid),
            "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\","
            "\"result\":[{\"metric\":{\"__name__\":\"m\",\"i\":\"9\"},"
            "\"values\":[[9,\"9\"]]}]}}");
}

}  // namespace
}  // namespace promql
