#include <algorithm>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "alerts/lint/parts.h"
#include "alerts/templates/template.h"

namespace alerts {

const CheckText kRawRateText = {
    .paragraph = R"(The value of rate(), irate(), increase() or deriv(), which
extrapolate, has up to 17 digits: {{ $value }} prints
"0.016666666666666666". A humanize function or printf makes it readable. What is
rounded, counted or compared with `bool` is not reported.)",
    .bad = R"(- alert: ErrorsGrow
  expr: sum by (job) (rate(http_errors_total[5m])) > 1
  annotations:
    summary: "{{ $labels.job }} has {{ $value }} errors a second"
)",
    .good = R"(- alert: ErrorsGrow
  expr: sum by (job) (rate(http_errors_total[5m])) > 1
  annotations:
    summary: "{{ $labels.job }} has {{ $value | humanize }} errors a second"
)",
};

namespace {

constexpr std::string_view kExtrapolates[] = {"deriv", "increase", "irate",
                                              "rate"};
// Functions that keep the digits of what they read.
constexpr std::string_view kKeepsDigits[] = {
    "abs",           "avg_over_time", "clamp",         "clamp_max",
    "clamp_min",     "label_join",    "label_replace", "last_over_time",
    "max_over_time", "min_over_time", "sort",          "sort_desc"};

// The call that gives the value its digits; null when none does for sure.
const promql::Call* RateBehind(const promql::Expr& part) {
  const promql::Expr& expr = SeriesBehind(part);
  if (const auto* call = std::get_if<promql::Call>(&expr.node)) {
    const auto is = [&](std::string_view name) { return call->name == name; };
    if (std::ranges::any_of(kExtrapolates, is)) return call;
    const promql::Expr* vector = VectorArgument(*call);
    const bool keeps = std::ranges::any_of(kKeepsDigits, is);
    return keeps && vector != nullptr ? RateBehind(*vector) : nullptr;
  }
  if (const auto* sum = std::get_if<promql::Aggregation>(&expr.node)) {
    const bool one = sum->op == base::AggregationOp::kCount ||
                     sum->op == base::AggregationOp::kGroup ||
                     sum->op == base::AggregationOp::kCountValues;
    return one ? nullptr : RateBehind(*sum->expr);
  }
  const auto* binary = std::get_if<promql::Binary>(&expr.node);
  if (binary == nullptr || binary->return_bool) return nullptr;
  const promql::Call* left = RateBehind(*binary->left);
  const bool kept_right = NumberIn(*binary->left).has_value();
  switch (base::Row(binary->op).kind) {
    case base::OpKind::kArithmetic:
      return left != nullptr ? left : RateBehind(*binary->right);
    case base::OpKind::kComparison:
      return kept_right ? RateBehind(*binary->right) : left;
    case base::OpKind::kTrim:
      return nullptr;
    case base::OpKind::kSet:
      break;
  }
  const bool both = binary->op == base::BinaryOp::kOr;
  return both && RateBehind(*binary->right) == nullptr ? nullptr : left;
}

}  // namespace

void RawRate(LintContext& context) {
  if (context.rule().kind != Rule::Kind::kAlert) return;
  const promql::Call* rate = RateBehind(context.expr());
  if (rate == nullptr) return;
  for (const ParsedField& field : context.templates()) {
    if (field.what != "annotation") continue;
    for (const base::Span print : field.parsed->value_prints()) {
      context.Report(
          field.field->value.text.Outer(print),
          absl::StrFormat("this prints up to 17 digits: the value is computed "
                          "from %s()",
                          rate->name),
          "{{ $value | humanize }}");
    }
  }
}

}  // namespace alerts
