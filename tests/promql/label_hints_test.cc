// Query in, hints at misspelt labels out.

#include "promql/engine/label_hints.h"

#include <string>

#include "absl/strings/str_format.h"
#include "gtest/gtest.h"
#include "promql/check/parse.h"
#include "promql/engine/engine.h"
#include "promql/storage/memory.h"

namespace promql {
namespace {

MemoryStorage MakeData() {
  MemoryStorage storage;
  for (const char* instance : {"a:1", "b:1"}) {
    storage.Append({{"__name__", "up"}, {"instance", instance}, {"job", "api"}},
                   50'000, 1);
    storage.Append({{"__name__", "requests_total"},
                    {"instance", instance},
                    {"job", "api"},
                    {"status", "200"}},
                   50'000, 1);
  }
  storage.Append(
      {{"__name__", "build_info"}, {"job", "api"}, {"version", "1.0"}}, 50'000,
      1);
  return storage;
}

struct Case {
  const char* name;
  const char* query;
  const char* want;  // Each hint: place, message, help.
};

constexpr Case kCases[] = {
    {"By", "sum by (instnce) (up)",
     "8-15 no series here has a label \"instnce\", did you mean instance?"},
    {"NoSeriesToLookAt", "sum(rate(requests_total[1m])) by (statsu)",
     ""},  // A rate of one sample has no series.
    {"Without", "sum without (instence, job) (up)",
     "13-21 no series here has a label \"instence\", did you mean instance?"},
    {"EachOfAList", "sum by (jbo, instnce, status) (requests_total)",
     "8-11 no series here has a label \"jbo\", did you mean job?; "
     "13-20 no series here has a label \"instnce\", did you mean instance?"},
    {"On", "up / on (instnce) up",
     "9-16 no series on either side has a label \"instnce\", did you mean "
     "instance?"},
    {"OnOfASetOperator", "up and on (instnce) up",
     "11-18 no series on either side has a label \"instnce\", did you mean "
     "instance?"},
    {"Ignoring", "requests_total / ignoring (statuss) requests_total",
     "27-34 no series on either side has a label \"statuss\", did you mean "
     "status?"},
    {"GroupLeft", "up * on (job) group_left (verson) build_info",
     "26-32 no series on the right has a label \"verson\", did you mean "
     "version?"},
    {"GroupRight", "build_info * on (job) group_right (\"verson\") up",
     "35-43 no series on the left has a label \"verson\", did you mean "
     "version?"},
    {"Matcher", "up{instnce=\"a:1\"}",
     "3-16 no series of up has a label \"instnce\", did you mean instance?"},
    {"MatcherOfARange", "rate({__name__=\"up\",instnce=~\"a.*\"}[1m])",
     "20-34 no series of up has a label \"instnce\", did you mean "
     "instance?"},
    {"MatcherThatExcludesNothing", "up{instnce!=\"a:1\"}",
     "3-17 no series of up has a label \"instnce\", did you mean instance?"},
    // Nothing is said where somebody may have meant it so.
    {"LabelIsThere", "sum by (instance) (up)", ""},
    {"NothingIsNear", "sum by (cluster) (up{cluster=\"\"})", ""},
    {"OneSideHasIt", "up * on (version) build_info", ""},
    {"AskedToBeAbsent", "up{instnce=\"\"} or up{instnce=~\"\"}", ""},
    {"WrongValue", "up{instance=\"c:1\"}", ""},
    {"NoSuchMetric", "ups{instnce=\"a:1\"}", ""},
    {"NothingSelected", "sum by (instnce) (up > 5)", ""},
    {"LabelMadeByTheQuery",
     "sum by (instnce) (label_replace(up, \"instnce\", \"x\", \"\", \"\"))",
     ""},
    {"LabelThatAnotherSumRemoved", "sum by (instance) (sum by (job) (up))", ""},
};

class LabelHintsTest : public testing::TestWithParam<Case> {};

TEST_P(LabelHintsTest, NameTheLabelThatIsThere) {
  const MemoryStorage storage = MakeData();
  base::Diagnostics diagnostics;
  base::Diagnostics hints;
  const ExprPtr expr = Parse(GetParam().query, diagnostics);
  ASSERT_NE(expr, nullptr);
  EngineOptions options;
  options.label_hints = &hints;
  EvaluateInstant(storage, *expr, 50'000, options, diagnostics);
  std::string all;
  for (const base::Diagnostic& hint : hints.all()) {
    EXPECT_EQ(hint.severity, base::Severity::kInfo);
    absl::StrAppendFormat(&all, "%s%d-%d %s, %s", all.empty() ? "" : "; ",
                          hint.span.begin, hint.span.end, hint.message,
                          hint.help);
  }
  EXPECT_EQ(all, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Queries, LabelHintsTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace promql
