#include <string_view>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "alerts/lint/parts.h"
#include "base/labels.h"
#include "base/version.h"
#include "promql/check/known.h"
#include "promql/functions/function.h"

namespace alerts {

const CheckText kTooNewText = {
    .paragraph = R"(The rule uses what the Prometheus of --compat VERSION does
not have yet: a function, an operator, a form of durations or names, or a field
of the rule file. It would refuse the whole file. What needs a feature flag
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

// Functions, aggregations and operators have theirs in their tables. Of the
// rest all but kKeepFiringFor is refused by 2.42; where more is not certain, it
// is 2.43. (CHANGELOG.md of Prometheus.)
constexpr base::Version kNumbersAreDurations = {2, 43};
constexpr base::Version kThree = {3, 0};
constexpr base::Version kQueryOffset = {2, 53};
constexpr base::Version kGroupLabels = {2, 54};
constexpr base::Version kKeepFiringFor = {2, 42};

class Finder {
 public:
  Finder(LintContext& context, base::Version version)
      : context_(context), version_(version) {}

  void Run() {
    const Rule& rule = context_.rule();
    if (rule.keep_firing_for.given) {
      Refuse(rule.keep_firing_for.span, "keep_firing_for", kKeepFiringFor);
    }
    const Group& group = context_.group();
    if (&rule == &group.rules.front()) {
      if (group.query_offset.given) {
        Refuse(group.query_offset.span, "query_offset", kQueryOffset);
      }
      if (!group.labels.empty()) {
        Refuse(group.labels.front().name_span, "labels of a group",
               kGroupLabels);
      }
    }
    base::Diagnostics unknown;
    promql::CheckKnown(context_.expr(), version_, unknown);
    for (const base::Diagnostic& diagnostic : unknown.all()) {
      context_.Report(context_.InFile(diagnostic.span), diagnostic.message,
                      diagnostic.help);
    }
    ForEachPart(context_.expr(),
                [&](const promql::Expr& part) { CheckPart(part); });
  }

 private:
  // Places are in the file.
  void Refuse(base::Span span, std::string_view what, base::Version since) {
    if (version_ >= since) return;
    context_.Report(span, absl::StrFormat("this Prometheus refuses %s, which "
                                          "came with a later version",
                                          what));
  }
  void RefuseIn(base::Span span, std::string_view what, base::Version since) {
    Refuse(context_.InFile(span), what, since);
  }

  void NeedsFlag(base::Span span, std::string_view what,
                 std::string_view flag) {
    context_.ReportAs(
        base::Severity::kWarning, context_.InFile(span),
        absl::StrFormat("%s is refused without --enable-feature=%s", what,
                        flag));
  }

  void CheckPart(const promql::Expr& part) {
    if (const auto* node = std::get_if<promql::Call>(&part.node)) {
      CheckCall(*node);
    } else if (const auto* sum = std::get_if<promql::Aggregation>(&part.node)) {
      CheckAggregation(part, *sum);
    } else if (const auto* binary = std::get_if<promql::Binary>(&part.node)) {
      CheckBinary(*binary);
    } else if (const auto* number =
                   std::get_if<promql::NumberLiteral>(&part.node)) {
      if (number->duration) {
        RefuseIn(part.span, "a duration for a number", kNumbersAreDurations);
      }
    } else if (const auto* range =
                   std::get_if<promql::MatrixSelector>(&part.node)) {
      CheckDuration(range->range);
    } else if (const auto* subquery =
                   std::get_if<promql::Subquery>(&part.node)) {
      CheckDuration(subquery->range);
      CheckDuration(subquery->step);
      CheckDuration(subquery->time.offset);
    } else if (const auto* selector =
                   std::get_if<promql::VectorSelector>(&part.node)) {
      CheckSelector(part, *selector);
    }
  }

  void CheckCall(const promql::Call& node) {
    const promql::Function* function = promql::FindFunction(node.name);
    if (function != nullptr && function->experimental &&
        version_ >= function->since) {
      NeedsFlag(node.name_span, node.name + "()",
                "promql-experimental-functions");
    }
  }

  void CheckAggregation(const promql::Expr& part,
                        const promql::Aggregation& node) {
    const base::AggregationOpRow& row = base::Row(node.op);
    if (row.experimental && version_ >= row.since) {
      NeedsFlag({part.span.begin, part.span.begin + row.name.size()}, row.name,
                "promql-experimental-functions");
    }
    for (std::size_t i = 0; i < node.grouping_spans.size(); ++i) {
      if (base::IsLegacyLabelName(node.grouping[i])) continue;
      RefuseIn(node.grouping_spans[i], "a label name in quotes", kThree);
    }
  }

  void CheckBinary(const promql::Binary& node) {
    if (!node.matching.fill_left && !node.matching.fill_right) return;
    if (version_ < kThree) {
      RefuseIn(node.op_span, "fill", kThree);
    } else {
      NeedsFlag(node.op_span, "fill", "promql-binop-fill-modifiers");
    }
  }

  void CheckDuration(const promql::DurationExprPtr& duration) {
    if (duration == nullptr) return;
    if (duration->op != promql::DurationExpr::Op::kLiteral) {
      // A negative offset is no calculation.
      const bool sign = duration->op == promql::DurationExpr::Op::kNegate;
      if (sign) return CheckDuration(duration->left);
      RefuseIn(duration->span, "arithmetic with durations", kThree);
    } else if (!duration->duration && duration->seconds != 0) {
      RefuseIn(duration->span, "a number for a duration", kNumbersAreDurations);
    }
  }

  void CheckSelector(const promql::Expr& part,
                     const promql::VectorSelector& node) {
    CheckDuration(node.time.offset);
    if (node.extension != promql::Extension::kNone) {
      if (version_ < kThree) {
        RefuseIn(part.span, "anchored and smoothed ranges", kThree);
      } else {
        NeedsFlag(part.span, "an anchored or smoothed range",
                  "promql-extended-range-selectors");
      }
    }
    for (std::size_t i = 0; i < node.matcher_spans.size(); ++i) {
      const base::Matcher& matcher = node.matchers[i];
      const bool name = matcher.name() == base::kMetricName;
      const bool plain = name ? !node.name.empty() ||
                                    matcher.type() != base::MatchType::kEqual ||
                                    base::IsLegacyMetricName(matcher.value())
                              : base::IsLegacyLabelName(matcher.name());
      if (!plain) RefuseIn(node.matcher_spans[i], "a name in quotes", kThree);
    }
  }

  LintContext& context_;
  base::Version version_;
};

}  // namespace

void TooNew(LintContext& context) {
  const auto& version = context.options().version;
  if (version) Finder(context, *version).Run();
}

}  // namespace alerts
