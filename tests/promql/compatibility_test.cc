// What older servers answer, as seen on Debian's Prometheus 2.42.

#include "promql/engine/compatibility.h"

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/number.h"
#include "gtest/gtest.h"
#include "promql/check/features.h"
#include "promql/check/parse.h"
#include "promql/engine/engine.h"
#include "promql/storage/memory.h"

namespace promql {
namespace {

TEST(Versions, TodaysHasNoChangeUndone) {
  for (const Change& change : Changes()) {
    EXPECT_FALSE(CompatibleWith(*base::ParseVersion("3")).*change.before);
    EXPECT_TRUE(CompatibleWith({2, 42}).*change.before) << change.what;
  }
  EXPECT_TRUE(CompatibleWith({2, 53}).closed_ranges);
  EXPECT_FALSE(CompatibleWith({2, 53}).zero_point_first);
}

// h has an observation between 1 and 2 at 30 s, and every 10 s four more.
void AppendHistograms(MemoryStorage& storage) {
  for (int i = 0; i < 3; ++i) {
    auto histogram = std::make_shared<base::FloatHistogram>();
    histogram->count = 1 + 4 * i;
    histogram->sum = 1.5 * histogram->count;
    histogram->positive.spans = {{1, 1}};
    histogram->positive.counts = {histogram->count};
    storage.Append({{"__name__", "h"}}, 30'000 + i * 10'000,
                   std::move(histogram));
  }
}

// c counts up by 1 every 10 s from 10 on, t has ties and NaN at 50 s.
MemoryStorage MakeData() {
  MemoryStorage storage;
  for (int i = 0; i < 6; ++i) {
    storage.Append({{"__name__", "c"}}, i * 10'000, 10 + i);
    if (i >= 3) storage.Append({{"__name__", "late"}}, i * 10'000, i - 2);
  }
  const double kTies[] = {NAN, NAN, 1, 2, NAN, 4};
  for (std::size_t i = 0; i < std::size(kTies); ++i) {
    const std::string number = std::to_string(i);
    storage.Append({{"__name__", "t"}, {"n", number}}, 50'000, kTies[i]);
    storage.Append({{"__name__", "same"}, {"n", number}}, 50'000,
                   i == 3 ? 1 : 5);
  }
  const double kSums[] = {1e100, 1, -1e100};
  for (std::size_t i = 0; i < std::size(kSums); ++i) {
    storage.Append({{"__name__", "big"}, {"n", std::to_string(i)}}, 50'000,
                   kSums[i]);
    storage.Append({{"__name__", "row"}},
                   static_cast<base::Timestamp>(30 + 10 * i) * 1000, kSums[i]);
  }
  storage.Append({{"__name__", "lines"}, {"text", "a\nb"}}, 50'000, 1);
  // The second bucket holds what rounding left.
  storage.Append({{"__name__", "b"}, {"le", "1"}}, 50'000, 10);
  storage.Append({{"__name__", "b"}, {"le", "2"}}, 50'000, 10.000000000001);
  storage.Append({{"__name__", "b"}, {"le", "+Inf"}}, 50'000, 10.000000000001);
  AppendHistograms(storage);
  return storage;
}

std::string Ask(std::string_view query, const Compatibility& compatibility) {
  const MemoryStorage storage = MakeData();
  base::Diagnostics diagnostics;
  const ExprPtr expr = Parse(query, diagnostics);
  if (expr == nullptr) return PrometheusError(query, diagnostics);
  EngineOptions options;
  options.compatibility = compatibility;
  const auto result =
      EvaluateInstant(storage, *expr, 50'000, options, diagnostics);
  if (!result.has_value()) return diagnostics.first_error().message;
  std::string text;
  for (const ResultSeries& series : result->series) {
    if (!text.empty()) text += " ";
    text += base::ToString(series.labels) + " " +
            base::FormatDecimal(series.values[0]);
  }
  return text;
}

struct Row {
  const char* name;
  const char* query;
  const char* in_2_42;
  const char* today;
};

constexpr Row kRows[] = {
    {"RangesAreClosed", "count_over_time(c[20s])", "{} 3", "{} 2"},
    {"SubqueriesAreClosed", "count_over_time(vector(1)[20s:10s])", "{} 3",
     "{} 2"},
    {"TheLookbackIsClosed", "c offset -5m", "{__name__=\"c\"} 15", ""},
    {"Atan2KeepsTheName", "c atan2 0", "{__name__=\"c\"} 1.5707963267948966",
     "{} 1.5707963267948966"},
    {"TheVarianceOfOneNaNIsZero", "stdvar(t{n=\"0\"})", "{} 0", "{} NaN"},
    {"TheZeroPointComesFirst", "increase(late[35s])", "{} 3", "{} 2.5"},
    {"SumIsPlain", "sum(big)", "{} 0", "{} 1"},
    {"AvgIsIncremental", "avg(big)", "{} 0", "{} 0.3333333333333333"},
    {"AvgOverTimeIsIncremental", "avg_over_time(row[25s])", "{} 0",
     "{} 0.3333333333333333"},
    {"SumOverTimeIsCompensatedInBoth", "sum_over_time(row[25s])", "{} 1",
     "{} 1"},
    {"TheDotMatchesNoLineBreak", "count(lines{text=~\"a.b\"})", "", "{} 1"},
    {"TheDotOfLabelReplaceMatchesNoLineBreak",
     "label_replace(lines, \"text\", \"\", \"text\", \".*\") * 1",
     "{text=\"a\\nb\"} 1", "{} 1"},
    {"BucketsAreExact", "histogram_quantile(1, b)", "{} 2", "{} 1"},
    {"FractionsOfClassicHistogramsAreLeftOut", "histogram_fraction(0, 2, b)",
     "", "{} 1"},
    // These of native histograms are upstream's code, not seen on a server.
    {"QuantilesOfNativeHistogramsAreLinear", "histogram_quantile(0.5, h)",
     "{} 1.5", "{} 1.414213562373095"},
    {"FractionsOfNativeHistogramsAreLinear", "histogram_fraction(0, 1.5, h)",
     "{} 0.5", "{} 0.5849625007211563"},
    {"NativeHistogramsHaveNoZeroPoint", "histogram_count(increase(h[35s]))",
     "{} 10", "{} 9"},
    {"AComparisonFiltersBeforeItMatches", "t > on() c / 5", "{} 4",
     "multiple matches for labels: many-to-one matching must be explicit "
     "(group_left/group_right)"},
    {"ThoseOfManyToOneToo", "t > on() group_left(n) (c / 5)",
     "{__name__=\"t\"} 4",
     "multiple matches for labels: grouping labels must ensure unique matches"},
    {"ABroughtNameGoesWithBool",
     "t{n=\"5\"} > bool on() group_left(__name__) c", "{n=\"5\"} 0",
     "{n=\"5\"} 0"},
    {"TopkPopsBetweenEqualValues", "topk(4, same) * 0",
     "{n=\"1\"} 0 {n=\"0\"} 0 {n=\"2\"} 0 {n=\"4\"} 0",
     "{n=\"4\"} 0 {n=\"0\"} 0 {n=\"2\"} 0 {n=\"1\"} 0"},
    {"NaNIsBeforeNaNInTopk", "topk(4, t) * 0",
     "{n=\"5\"} 0 {n=\"3\"} 0 {n=\"2\"} 0 {n=\"0\"} NaN",
     "{n=\"5\"} 0 {n=\"3\"} 0 {n=\"2\"} 0 {n=\"0\"} NaN"},
};

class CompatibilityTest : public testing::TestWithParam<Row> {};

TEST_P(CompatibilityTest, AnswersAsThen) {
  EXPECT_EQ(Ask(GetParam().query, CompatibleWith({2, 42})), GetParam().in_2_42);
  EXPECT_EQ(Ask(GetParam().query, {}), GetParam().today);
}

INSTANTIATE_TEST_SUITE_P(Queries, CompatibilityTest, testing::ValuesIn(kRows),
                         [](const auto& test) { return test.param.name; });

std::string Refused(std::string_view query, base::Version server) {
  ParserOptions options;
  options.server = server;
  base::Diagnostics diagnostics;
  if (Parse(query, diagnostics, options) != nullptr) return "";
  std::string text;
  for (const base::Diagnostic& error : diagnostics.all()) {
    text += absl::StrFormat("%d:%s (%s)\n", error.span.begin, error.message,
                            error.help);
  }
  return text;
}

TEST(Known, NewerFunctionsAndOperatorsAreRefused) {
  EXPECT_EQ(Refused("1 + sum(mad_over_time(m[5m])) + limitk(2, m)", {2, 42}),
            "8:unknown function with name \"mad_over_time\" (it came with "
            "Prometheus 2.49, --compat is 2.42)\n"
            "32:unknown function with name \"limitk\" (it came with "
            "Prometheus 2.54, --compat is 2.42)\n");
  EXPECT_EQ(Refused("h </ 2", {3, 0}),
            "2:unknown operator \"</\" (it came with Prometheus 3.10, "
            "--compat is 3.0)\n");
  EXPECT_EQ(Refused("a atan2 b", {2, 30}),
            "2:unknown operator \"atan2\" (it came with Prometheus 2.31, "
            "--compat is 2.30)\n");
}

TEST(Known, ReleasesFromThenOnTakeThem) {
  EXPECT_EQ(Refused("mad_over_time(m[5m])", {2, 49}), "");
  EXPECT_EQ(Refused("h </ 2 or limitk(2, m)", *base::ParseVersion("3")), "");
  EXPECT_EQ(Refused("rate(m[5m]) atan2 group(m)", {2, 42}), "");
  EXPECT_EQ(Refused("offset + m * (offset + 0)", {2, 42}), "");
}

std::string NotEnabled(std::string_view query, const Features& features) {
  base::Diagnostics diagnostics;
  const ExprPtr expr = Parse(query, diagnostics);
  if (CheckFeatures(*expr, features, diagnostics)) return "";
  return absl::StrFormat("%d:%s (%s)", diagnostics.first_error().span.begin,
                         diagnostics.first_error().message,
                         diagnostics.first_error().help);
}

TEST(Known, NewerGrammarIsRefusedInOurWords) {
  constexpr char kRefused[] =
      "this Prometheus refuses %s, which came with a later version ()\n";
  const std::pair<const char*, const char*> kQueries[] = {
      {"rate(m[5m] anchored)", "5:anchored and smoothed ranges"},
      {"{\"a.b\"}", "1:a name in quotes"},
      {"m * 5m", "4:a duration for a number"},
      {"m offset + 5m", "9:a + before an offset"},
      {"m[+5m:]", "2:arithmetic with durations"},
  };
  for (const auto& [query, what] : kQueries) {
    const std::string_view place = what;
    const std::size_t colon = place.find(':') + 1;
    EXPECT_EQ(Refused(query, {2, 42}),
              std::string(place.substr(0, colon)) +
                  absl::StrFormat(kRefused, place.substr(colon)));
    EXPECT_EQ(Refused(query, {3, 14}), "");
  }
}

TEST(FeatureFlags, AreAllOnWhenNoneIsNamed) {
  EXPECT_EQ(Ask("limitk(2, mad_over_time(c[50s])) + fill(0) late smoothed", {}),
            "{} 4");
}

TEST(FeatureFlags, GateWhatPrometheusHasBehindThem) {
  EXPECT_EQ(NotEnabled("1 + mad_over_time(m[5m])", {}),
            "4:function \"mad_over_time\" is not enabled "
            "(--enable-feature=promql-experimental-functions)");
  EXPECT_EQ(NotEnabled("limitk(2, m)", {}),
            "0:limitk() is experimental and must be enabled with "
            "--enable-feature=promql-experimental-functions "
            "(--enable-feature=promql-experimental-functions)");
  EXPECT_EQ(NotEnabled("rate(m[5m] smoothed)", {}),
            "5:smoothed modifier is experimental and not enabled "
            "(--enable-feature=promql-extended-range-selectors)");
  EXPECT_EQ(NotEnabled("a + fill(0) b", {}),
            "0:binop fill modifiers are experimental and not enabled "
            "(--enable-feature=promql-binop-fill-modifiers)");
}

TEST(FeatureFlags, LetThroughWhatIsEnabled) {
  Features features;
  for (const FeatureRow& row : FeatureRows()) features.*row.enabled = true;
  EXPECT_EQ(NotEnabled("limitk(2, mad_over_time(m[5m])) + fill(0) m smoothed",
                       features),
            "");
  EXPECT_EQ(NotEnabled("rate(m[5m]) + sum(m)", {}), "");
}

}  // namespace
}  // namespace promql
