#include <algorithm>
#include <string>
#include <string_view>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "promql/check/selectors.h"

namespace alerts {

const CheckText kOneSpellingText = {
    .paragraph = R"(Prometheus 3 stores the bounds of buckets and the quantiles
of summaries as numbers are written with a point: le="1.0", whatever the page
says. Prometheus 2 keeps what the page says, which is "1" in the text format and
"1.0" in OpenMetrics. A matcher that names "1" but not "1.0" finds nothing after
the upgrade. With --compat of a version before 3 nothing is claimed.)",
    .bad = R"(- record: deployments:slow:increase1d
  expr: increase(deployment_duration_seconds_bucket{le="600"}[1d])
)",
    .good = R"(- record: deployments:slow:increase1d
  expr: increase(deployment_duration_seconds_bucket{le=~"600(\\.0)?"}[1d])
)",
};

namespace {

bool IsWhole(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

// The whole numbers that a matcher spells out: of "5|10" both.
std::vector<std::string> WholeNumbers(std::string_view value) {
  std::vector<std::string> numbers;
  std::string number;
  for (std::size_t i = 0; i <= value.size(); ++i) {
    const char c = i < value.size() ? value[i] : '|';
    if (c == '|' || c == '(' || c == ')') {
      if (IsWhole(number)) numbers.push_back(number);
      number.clear();
    } else {
      number += c;
    }
  }
  return numbers;
}

}  // namespace

void OneSpelling(LintContext& context) {
  const auto& version = context.options().version;
  if (version && version->major < 3) return;
  const auto check = [&](const promql::Expr& expr,
                         const promql::VectorSelector& selector) {
    const schema::Sample* sample = context.schema().FindSample(selector.name);
    for (std::size_t i = 0; i < selector.matchers.size(); ++i) {
      const base::Matcher& matcher = selector.matchers[i];
      const bool bound =
          matcher.name() == "le" && selector.name.ends_with("_bucket");
      if (!bound && matcher.name() != "quantile") continue;
      const schema::LabelFacts* label =
          sample == nullptr ? nullptr : sample->FindLabel(matcher.name());
      for (const std::string& number : WholeNumbers(matcher.value())) {
        const std::string point = number + ".0";
        // What never occurs is for unknown-value to say.
        const bool occurs = label == nullptr || label->CanBe(number);
        if (!occurs || matcher.Matches(number) == matcher.Matches(point)) {
          continue;
        }
        const base::Span span = i < selector.matcher_spans.size()
                                    ? selector.matcher_spans[i]
                                    : expr.span;
        context.Report(
            context.InFile(span),
            absl::StrFormat("Prometheus 3 stores this as %s=\"%s\", "
                            "which %s does not take for it",
                            matcher.name(), point, base::ToString(matcher)),
            absl::StrFormat("%s=~\"%s|%s\"", matcher.name(), number,
                            number + "\\\\.0"));
        break;
      }
    }
  };
  promql::ForEachSelector(context.expr(), check);
}

}  // namespace alerts
