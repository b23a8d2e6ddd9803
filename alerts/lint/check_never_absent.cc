#include <string>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "alerts/lint/parts.h"
#include "alerts/lint/permanence.h"

namespace alerts {

const CheckText kNeverAbsentText = {
    .paragraph = R"(absent() has a result while what it asks for is not there.
What has a result whatever is stored, such as anything with `or vector(0)`
behind it, is always there, and an alert on its absence never fires.)",
    .bad = R"(- alert: NoDeployments
  expr: absent(sum(deployment_total) or vector(0))
  for: 10m
)",
    .good = R"(- alert: NoDeployments
  expr: absent(deployment_total)
  for: 10m
)",
};

void NeverAbsent(LintContext& context) {
  ForEachPart(context.expr(), [&](const promql::Expr& part) {
    const auto* call = std::get_if<promql::Call>(&part.node);
    if (call == nullptr || call->name != "absent" || call->arguments.empty() ||
        PermanenceOf(*call->arguments[0]) == Permanence::kNothing) {
      return;
    }
    const std::string message =
        absl::StrFormat("%s is always there, so this never has a result",
                        context.TextOf(*call->arguments[0]));
    constexpr char kHelp[] = "absent() of the metric alone";
    const bool whole = &part == &promql::StripParens(context.expr());
    if (whole && context.rule().kind == Rule::Kind::kAlert) {
      context.ReportCannotFire(context.InFile(part.span), message, kHelp);
    } else {
      context.Report(context.InFile(part.span), message, kHelp);
    }
  });
}

}  // namespace alerts
