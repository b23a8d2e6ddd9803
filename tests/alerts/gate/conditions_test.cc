#include "alerts/gate/conditions.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_format.h"
#include "base/diagnostic.h"
#include "promql/check/parse.h"
#include "promql/storage/memory.h"
#include "promql/syntax/printer.h"

namespace alerts {
namespace {

constexpr base::Timestamp kNow = 1'700'000'000'000;

// a: 1 and 5; b: 3 without the second's label; c: nothing.
promql::MemoryStorage Data() {
  promql::MemoryStorage storage;
  storage.Append({{"__name__", "a"}, {"x", "1"}}, kNow, 1);
  storage.Append({{"__name__", "a"}, {"x", "2"}}, kNow, 5);
  storage.Append({{"__name__", "b"}, {"x", "1"}}, kNow, 3);
  return storage;
}

struct Case {
  const char* name;
  const char* expr;
  // The queries, by "; ", then each condition: number op bound[=query].
  const char* want;
};

constexpr Case kCases[] = {
    {"NumberOnTheRight", "a > 2", "a | 0 > 2"},
    {"NumberOnTheLeft", "2 <= a", "a | 0 >= 2"},
    {"PartsAreNotTakenApart", "sum(a > 1) / (b > 0) > 2",
     "sum(a > 1) / (b > 0) | 0 > 2"},
    {"VectorBound", "a > on (x) b", "a; b | 0 > b=1"},
    {"ScalarBound", "a > scalar(b)", "a; scalar(b) | 0 > scalar(b)=1"},
    {"SetsOfConditions", "a > 2 and (b < 4 or c)", "a; b; c | 0 > 2 | 1 < 4"},
    {"NoComparison", "absent(a)", "absent(a)"},
    {"BoolIsAValue", "a > bool 2", "a > bool 2"},
    {"PlainNumbersAskNothing", "vector(1) and a == 1 + 4",
     "vector(1); a | 1 == 1 + 4"},
    {"EqualAndDifferent", "a != 1 unless a == 5", "a; a | 0 != 1 | 1 == 5"},
};

class ConditionsTest : public testing::TestWithParam<Case> {};

TEST_P(ConditionsTest, AreFound) {
  base::Diagnostics diagnostics;
  const promql::ExprPtr expr = promql::Parse(GetParam().expr, diagnostics);
  const Conditions conditions(*expr);
  std::string text;
  for (const promql::ExprPtr& query : conditions.queries()) {
    text += (text.empty() ? "" : "; ") + promql::Print(*query);
  }
  for (const Condition& condition : conditions.all()) {
    absl::StrAppendFormat(&text, " | %d %s %s", condition.measured,
                          base::Row(condition.op).text,
                          promql::Print(*condition.bound));
    if (condition.bound_query) {
      absl::StrAppendFormat(&text, "=%d", *condition.bound_query);
    }
  }
  EXPECT_EQ(text, GetParam().want);
}

std::string Text(const std::vector<TemplateSample>& samples) {
  std::string text;
  for (const TemplateSample& sample : samples) {
    absl::StrAppendFormat(&text, "%s %g\n", base::SeriesName(sample.labels),
                          sample.value);
  }
  return text;
}

TEST_P(ConditionsTest, AnswersCombineToTheExpressionsOwn) {
  const promql::MemoryStorage data = Data();
  base::Diagnostics diagnostics;
  const promql::ExprPtr expr = promql::Parse(GetParam().expr, diagnostics);
  const Conditions conditions(*expr);
  std::vector<promql::QueryResult> answers;
  for (const promql::ExprPtr& query : conditions.queries()) {
    answers.push_back(
        *promql::EvaluateInstant(data, *query, kNow, {}, diagnostics));
  }
  const auto combined = conditions.Combine(answers, kNow);
  ASSERT_TRUE(combined.ok()) << combined.status();
  const auto whole =
      promql::EvaluateInstant(data, *expr, kNow, {}, diagnostics);
  std::vector<TemplateSample> want;
  for (const promql::ResultSeries& series : whole->series) {
    want.push_back({series.labels, series.values.front(), nullptr});
  }
  EXPECT_EQ(Text(*combined), Text(want));
}

INSTANTIATE_TEST_SUITE_P(Expressions, ConditionsTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace alerts
