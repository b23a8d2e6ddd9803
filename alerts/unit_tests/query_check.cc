#include "alerts/unit_tests/query_check.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "alerts/unit_tests/explanation.h"
#include "base/histogram.h"
#include "base/quote.h"
#include "promql/check/known.h"
#include "promql/check/parse.h"
#include "promql/syntax/series_description.h"

namespace alerts {

std::optional<std::vector<SamplePattern>> QueryCheck::Expected(
    const QueryAssertion& query, std::string& error) const {
  std::vector<SamplePattern> expected;
  for (const ExpectedSample& sample : query.expected) {
    SamplePattern pattern{{{}, sample.value, {}},
                          sample.selector,
                          sample.tolerance,
                          context_.file.fuzzy_compare};
    base::Diagnostics diagnostics;
    const auto fail = [&](std::string reason) {
      error =
          absl::StrFormat("labels %s: %s", base::Quote(sample.labels), reason);
      return std::nullopt;
    };
    const auto& compat = context_.options.compat;
    if (!sample.labels.empty() &&
        (!promql::ParseMetric(sample.labels, diagnostics,
                              pattern.sample.labels) ||
         (compat &&
          !promql::CheckKnownSeries(sample.labels, *compat, diagnostics)))) {
      return fail(promql::PrometheusError(sample.labels, diagnostics));
    }
    if (!sample.histogram.empty()) {
      const std::string text = "{} " + sample.histogram;
      promql::SeriesDescription series;
      if (!promql::ParseSeriesDescription(text, diagnostics, series)) {
        return fail(promql::PrometheusError(text, diagnostics));
      }
      if (series.values.size() != 1 || series.values[0].histogram == nullptr) {
        return fail(absl::StrFormat("expected histogram, got %d values",
                                    series.values.size()));
      }
      pattern.sample.histogram =
          base::TestExpression(*series.values[0].histogram);
    }
    expected.push_back(std::move(pattern));
  }
  std::ranges::stable_sort(expected, {}, [](const SamplePattern& pattern) {
    return pattern.sample.labels;
  });
  return expected;
}

std::optional<UnitTestFailure> QueryCheck::Failure(const QueryAssertion& query,
                                                   base::Duration time) const {
  const std::string head =
      absl::StrFormat("    expr: %s, time: %s,", base::Quote(query.expr),
                      base::FormatDuration(time));
  const auto result = host_.QueryText(query.expr, start_ + time);
  if (!result.ok()) {
    return UnitTestFailure{
        head + " err: " + std::string(result.status().message()),
        query.span,
        {},
        {}};
  }
  std::vector<SampleView> got;
  for (const TemplateSample& sample : *result) {
    got.push_back({sample.labels, sample.histogram ? 0 : sample.value,
                   sample.histogram ? base::TestExpression(*sample.histogram)
                                    : std::string()});
  }
  std::ranges::stable_sort(got, {}, &SampleView::labels);
  std::string error;
  const auto expected = Expected(query, error);
  if (!expected) {
    return UnitTestFailure{head + " err: " + error, query.span, {}, {}};
  }
  const Unpaired unpaired = Pair(*expected, got);
  if (unpaired.empty()) return std::nullopt;
  std::string message = head;
  if (!context_.options.diff) {
    absl::StrAppendFormat(&message, "\n        exp: %s\n        got: %s",
                          ToString(*expected), ToString(got));
  }
  return UnitTestFailure{
      std::move(message), query.span, Difference(*expected, got, unpaired), {}};
}

std::string QueryCheck::Explanation(const std::string& text,
                                    base::Duration time,
                                    const std::vector<SamplePattern>& expected,
                                    const std::vector<SampleView>& got,
                                    const Unpaired& unpaired) const {
  base::Diagnostics diagnostics;
  const promql::ExprPtr expr = promql::Parse(text, diagnostics);
  if (expr == nullptr) return "";
  WantedLabels wanted;
  const base::Labels& labels =
      unpaired.expected.empty()
          ? got[unpaired.got.front()].labels
          : expected[unpaired.expected.front()].sample.labels;
  for (const base::Label& label : labels) wanted[label.name] = label.value;
  wanted.erase(std::string(base::kMetricName));
  return Explain(*expr, start_ + time, wanted, host_.storage(), engine_);
}

UnitTestCase QueryCheck::Run(const QueryAssertion& query) const {
  UnitTestCase row{absl::StrFormat("query %s at %s", query.expr,
                                   base::FormatDuration(query.eval_time)),
                   query.span,
                   {}};
  const base::Duration until = query.until.value_or(query.eval_time);
  if (query.until) row.name += "-" + base::FormatDuration(until);
  std::size_t times = 0;
  std::size_t failed = 0;
  base::Duration first = 0;
  for (base::Duration time = query.eval_time; time <= until;
       time += context_.file.evaluation_interval) {
    ++times;
    auto failure = Failure(query, time);
    if (!failure || failed++ > 0) continue;
    first = time;
    row.failures.push_back(*std::move(failure));
  }
  if (failed > 0 && query.until) {
    absl::StrAppendFormat(&row.failures[0].hint,
                          "fails at %d of %d times, first at %s\n", failed,
                          times, base::FormatDuration(first));
  }
  return row;
}

}  // namespace alerts
