#include <string_view>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "alerts/lint/parts.h"
#include "alerts/rules/known_rule.h"
#include "base/version.h"
#include "promql/functions/function.h"

namespace alerts {

const CheckText kTooNewText = {
    .paragraph = R"(The rule uses what the Prometheus of --compat VERSION does
not have yet: a function of PromQL or of templates, an operator, a form of
durations, numbers or names, or a field of the rule file. It would refuse the whole file. What needs a feature flag
there (experimental functions, extended ranges, fill) is a warning. Without
--compat nothing is claimed. Where the release is not certain, an older one is
assumed, so that a rule may be refused without a finding, but no finding is
wrong.)",
    .bad = R"(- alert: NewlyStuck
  expr: first_over_time(canary_traffic_percentage[30m]) == canary_traffic_percentage
)",
    .good = R"(- alert: Stuck
  expr: changes(canary_traffic_percentage[30m]) == 0
)",
};

namespace {

constexpr base::Version kThree = {3, 0};

// What the server knows, but has behind a flag.
class FlagFinder {
 public:
  FlagFinder(LintContext& context, base::Version version)
      : context_(context), version_(version) {}

  void CheckPart(const promql::Expr& part) {
    if (const auto* call = std::get_if<promql::Call>(&part.node)) {
      const promql::Function* function = promql::FindFunction(call->name);
      if (function != nullptr && function->experimental &&
          version_ >= function->since) {
        NeedsFlag(call->name_span, call->name + "()",
                  "promql-experimental-functions");
      }
    } else if (const auto* sum = std::get_if<promql::Aggregation>(&part.node)) {
      const base::AggregationOpRow& row = base::Row(sum->op);
      if (row.experimental && version_ >= row.since) {
        NeedsFlag({part.span.begin, part.span.begin + row.name.size()},
                  row.name, "promql-experimental-functions");
      }
    } else if (const auto* binary = std::get_if<promql::Binary>(&part.node)) {
      const bool fills =
          binary->matching.fill_left || binary->matching.fill_right;
      if (fills && version_ >= kThree) {
        NeedsFlag(binary->op_span, "fill", "promql-binop-fill-modifiers");
      }
    } else if (const auto* selector =
                   std::get_if<promql::VectorSelector>(&part.node)) {
      if (selector->extension != promql::Extension::kNone &&
          version_ >= kThree) {
        NeedsFlag(part.span, "an anchored or smoothed range",
                  "promql-extended-range-selectors");
      }
    }
  }

 private:
  void NeedsFlag(base::Span span, std::string_view what,
                 std::string_view flag) {
    context_.ReportAs(
        base::Severity::kWarning, context_.InFile(span),
        absl::StrFormat("%s is refused without --enable-feature=%s", what,
                        flag));
  }

  LintContext& context_;
  base::Version version_;
};

}  // namespace

void TooNew(LintContext& context) {
  const auto& version = context.options().version;
  if (!version) return;
  base::Diagnostics refused;
  CheckKnownRule(context.group(), context.rule(), *version, refused);
  for (const base::Diagnostic& diagnostic : refused.all()) {
    context.Report(diagnostic.span, diagnostic.message, diagnostic.help);
  }
  FlagFinder flags(context, *version);
  ForEachPart(context.expr(),
              [&](const promql::Expr& part) { flags.CheckPart(part); });
}

}  // namespace alerts
