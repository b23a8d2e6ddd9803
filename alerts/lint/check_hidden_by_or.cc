#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "alerts/lint/parts.h"
#include "alerts/lint/permanence.h"
#include "promql/check/selectors.h"
#include "promql/check/types.h"

namespace alerts {

const CheckText kHiddenByOrText = {
    .paragraph = R"(`or` takes from its right side only series whose labels the
left side does not have. Where both sides have the same labels and the left side
is always there, because its counters are published from the start and nothing
filters it, the right side is never looked at; so it is behind vector(0), which
is a fallback only on the right. A left side that may be absent is not reported:
then the right one is its fallback.)",
    .bad = R"(- alert: Trouble
  expr: |
    (sum by (environment) (increase(deployment_rollback_total[1h]))
      or sum by (environment) (increase(smoke_test_total{result="failed"}[1h])))
    > 2
)",
    .good = R"(- alert: Trouble
  expr: |
    sum by (environment) (increase(deployment_rollback_total[1h])) > 2
      or sum by (environment) (increase(smoke_test_total{result="failed"}[1h])) > 2
)",
};

namespace {

using Names = std::vector<std::string>;

// The labels of an aggregation's result; nothing when they are not all known.
const promql::Aggregation* GroupingOf(const promql::Expr& part) {
  const promql::Expr& expr = promql::StripParens(part);
  const auto* sum = std::get_if<promql::Aggregation>(&expr.node);
  if (sum == nullptr || sum->without || base::Row(sum->op).keeps_labels ||
      sum->op == base::AggregationOp::kCountValues) {
    return nullptr;
  }
  return sum;
}

Names Sorted(Names names) {
  std::ranges::sort(names);
  return names;
}

class Hiding {
 public:
  explicit Hiding(const LintContext& context) : context_(context) {}

  bool IsHidden(const promql::Binary& alternative) const {
    return IsBehindAConstant(alternative) || IsBehindTheSameLabels(alternative);
  }

  // vector(0) or sum(up), vector(0) or on() up.
  static bool IsBehindAConstant(const promql::Binary& alternative) {
    const Permanence left = PermanenceOf(*alternative.left);
    if (left == Permanence::kNothing) return false;
    const bool all_match =
        alternative.matching.on && alternative.matching.labels.empty();
    return all_match ||
           (left == Permanence::kBare && HasNoLabels(*alternative.right));
  }

 private:
  bool IsBehindTheSameLabels(const promql::Binary& alternative) const {
    const promql::Aggregation* left = GroupingOf(*alternative.left);
    const promql::Aggregation* right = GroupingOf(*alternative.right);
    if (left == nullptr || right == nullptr || alternative.matching.on ||
        !alternative.matching.labels.empty() ||
        Sorted(left->grouping) != Sorted(right->grouping) ||
        !AlwaysThere(*left->expr)) {
      return false;
    }
    return std::ranges::all_of(left->grouping, [&](const std::string& label) {
      return CoversValues(*left->expr, *right->expr, label);
    });
  }

  std::shared_ptr<const schema::Sample> SampleOf(
      const promql::VectorSelector& selector) const {
    if (context_.facts().IsRecorded(selector.name)) return nullptr;
    return context_.schema().FindSample(selector.name, selector.matchers);
  }

  // Every series of it is published from the start, and nothing drops one.
  bool AlwaysThere(const promql::Expr& expr) const {
    bool there = true;
    ForEachPart(expr, [&](const promql::Expr& part) {
      if (const auto* node = std::get_if<promql::VectorSelector>(&part.node)) {
        there = there && IsPublished(*node);
      } else if (const auto* call = std::get_if<promql::Call>(&part.node)) {
        there = there && call->name != "absent" &&
                call->name != "absent_over_time" && call->name != "info";
      } else if (const auto* binary = std::get_if<promql::Binary>(&part.node)) {
        const bool vectors =
            promql::TypeOf(*binary->left) != promql::ValueType::kScalar &&
            promql::TypeOf(*binary->right) != promql::ValueType::kScalar;
        there = there && !vectors && !IsFilter(part);
      }
    });
    return there;
  }

  bool IsPublished(const promql::VectorSelector& selector) const {
    const std::shared_ptr<const schema::Sample> sample = SampleOf(selector);
    if (sample == nullptr || !sample->starts_at_zero.value_or(false)) {
      return false;
    }
    return std::ranges::all_of(
        selector.matchers, [&](const base::Matcher& matcher) {
          if (matcher.name() == base::kMetricName) return true;
          const schema::LabelFacts* label = sample->FindLabel(matcher.name());
          return label != nullptr &&
                 label->knowledge == schema::Knowledge::kClosed;
        });
  }

  // Whether the left side has every value of the label that the right one can
  // have: no matcher takes one away, and the schema closes both.
  bool CoversValues(const promql::Expr& left, const promql::Expr& right,
                    const std::string& label) const {
    const auto of_left = ClosedLabel(left, label, true);
    const auto of_right = ClosedLabel(right, label, false);
    return of_left && of_right &&
           std::ranges::all_of(of_right->values, [&](const std::string& value) {
             return of_left->Lists(value);
           });
  }

  std::optional<schema::LabelFacts> ClosedLabel(const promql::Expr& expr,
                                                const std::string& label,
                                                bool unmatched) const {
    std::optional<schema::LabelFacts> found;
    std::size_t selectors = 0;
    promql::ForEachSelector(expr, [&](const promql::Expr&,
                                      const promql::VectorSelector& selector) {
      const std::shared_ptr<const schema::Sample> sample = SampleOf(selector);
      const bool matched =
          std::ranges::find(selector.matchers, label, &base::Matcher::name) !=
          selector.matchers.end();
      ++selectors;
      if (sample == nullptr || (matched && unmatched)) return;
      const schema::LabelFacts* facts = sample->FindLabel(label);
      if (facts != nullptr) found = *facts;
    });
    const bool closed = selectors == 1 && found &&
                        found->knowledge == schema::Knowledge::kClosed;
    return closed ? found : std::nullopt;
  }

  const LintContext& context_;
};

}  // namespace

void HiddenByOr(LintContext& context) {
  const Hiding hiding(context);
  ForEachPart(context.expr(), [&](const promql::Expr& part) {
    const auto* binary = std::get_if<promql::Binary>(&part.node);
    if (binary == nullptr || binary->op != base::BinaryOp::kOr ||
        !hiding.IsHidden(*binary)) {
      return;
    }
    context.Report(
        context.InFile(binary->op_span),
        absl::StrFormat("%s is never looked at: the left side has the same "
                        "labels, and is always there",
                        context.TextOf(*binary->right)),
        Hiding::IsBehindAConstant(*binary)
            ? absl::StrFormat("%s or %s", context.TextOf(*binary->right),
                              context.TextOf(*binary->left))
            : "compare each side before the `or`, or add them with +");
  });
}

}  // namespace alerts
