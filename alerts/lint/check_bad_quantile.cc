#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "alerts/lint/parts.h"
#include "base/number.h"
#include "promql/check/label_losses.h"
#include "promql/check/selectors.h"

namespace alerts {

const CheckText kBadQuantileText = {
    .paragraph = R"(histogram_quantile() and histogram_fraction() tell the
buckets of a classic histogram by their label le. Where an operator has removed
it, they have no result. Reported when all that they read are series whose names
end with _bucket, which a native histogram's do not. So are quantiles that are
not from 0 to 1: the 90th percentile is 0.9, and that of 90 is +Inf whatever the
data.)",
    .bad = R"(- alert: SlowDeployments
  expr: |
    histogram_quantile(0.9, sum by (environment) (rate(deployment_duration_seconds_bucket[1h]))) > 600
)",
    .good = R"(- alert: SlowDeployments
  expr: |
    histogram_quantile(0.9, sum by (environment, le) (rate(deployment_duration_seconds_bucket[1h]))) > 600
)",
};

namespace {

bool ReadsBucketsAlone(const LintContext& context, const promql::Expr& expr) {
  bool reads = false;
  bool alone = true;
  promql::ForEachSelector(
      expr, [&](const promql::Expr&, const promql::VectorSelector& selector) {
        reads = true;
        alone = alone && selector.name.ends_with("_bucket") &&
                !context.facts().IsRecorded(selector.name);
      });
  return reads && alone;
}

// Whether the expression has no result when this part of it has none.
bool Needs(const promql::Expr& whole, const promql::Expr& part) {
  const promql::Expr& expr = promql::StripParens(whole);
  if (&expr == &part) return true;
  const auto* binary = std::get_if<promql::Binary>(&expr.node);
  if (binary == nullptr || binary->op == base::BinaryOp::kOr ||
      binary->matching.fill_left || binary->matching.fill_right) {
    return false;
  }
  return Needs(*binary->left, part) ||
         (binary->op != base::BinaryOp::kUnless && Needs(*binary->right, part));
}

void CheckBuckets(LintContext& context, const promql::Expr& part,
                  const promql::Call& call) {
  const promql::Expr& buckets = *call.arguments.back();
  const auto losses = promql::FindLabelLosses(buckets, "le", context.facts());
  if (losses.empty() || !ReadsBucketsAlone(context, buckets)) return;
  const promql::LabelLoss& loss = losses.front();
  const std::string message =
      absl::StrFormat("%s() has no result without the label le: %s (%s)",
                      call.name, loss.message, context.PlaceOf(loss.span));
  if (context.rule().kind == Rule::Kind::kAlert &&
      Needs(context.expr(), part)) {
    context.ReportCannotFire(context.InFile(part.span), message, loss.help);
  } else {
    context.Report(context.InFile(part.span), message, loss.help);
  }
}

void CheckShare(LintContext& context, const promql::Expr& share) {
  const std::optional<double> number = NumberIn(share);
  if (!number || !(*number < 0 || *number > 1)) return;
  const bool percent = *number > 1 && *number <= 100;
  context.Report(
      context.InFile(share.span),
      absl::StrFormat("a quantile is from 0 to 1: that of %s is "
                      "%sInf, whatever the data",
                      base::FormatGeneral(*number), *number < 0 ? "-" : "+"),
      percent ? base::FormatGeneral(*number / 100) : "");
}

}  // namespace

void BadQuantile(LintContext& context) {
  ForEachPart(context.expr(), [&](const promql::Expr& part) {
    if (const auto* sum = std::get_if<promql::Aggregation>(&part.node)) {
      if (sum->op == base::AggregationOp::kQuantile) {
        CheckShare(context, *sum->parameter);
      }
      return;
    }
    const auto* call = std::get_if<promql::Call>(&part.node);
    if (call == nullptr || call->arguments.empty()) return;
    const bool quantile = call->name == "histogram_quantile";
    if (quantile || call->name == "quantile_over_time") {
      CheckShare(context, *call->arguments.front());
    }
    if (quantile || call->name == "histogram_fraction") {
      CheckBuckets(context, part, *call);
    }
  });
}

}  // namespace alerts
