#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "alerts/lint/parts.h"
#include "alerts/lint/presence.h"
#include "promql/check/label_losses.h"
#include "promql/check/types.h"

namespace alerts {

const CheckText kJoinNeverMatchesText = {
    .paragraph = R"(An operator of two vectors pairs series whose matched labels
are equal: all of them, unless on() or ignoring() says otherwise. When one side
has a label that the other cannot have, or both pin it down to different values,
no pair is ever found and the result is empty; with unless, nothing is ever
removed. What a side has follows from the schema, its matchers and its grouping;
where only a by () says that a label is there, the finding is a warning.)",
    .bad = R"(- alert: FewSucceed
  expr: |
    sum by (environment, status) (increase(deployment_total{status="success"}[1d]))
      / (sum by (environment) (increase(deployment_total[1d])) > 0)
      < 0.5
)",
    .good = R"(- alert: FewSucceed
  expr: |
    sum by (environment) (increase(deployment_total{status="success"}[1d]))
      / (sum by (environment) (increase(deployment_total[1d])) > 0)
      < 0.5
)",
};

namespace {

struct Mismatch {
  std::string label;
  std::string reason;
  bool certain = true;
};

class Joiner {
 public:
  Joiner(const LintContext& context, const promql::Binary& join)
      : context_(context), join_(join) {}

  // The label that keeps every pair apart; empty when there may be pairs.
  Mismatch Find() const {
    Mismatch weak;
    for (const std::string& label : Matched()) {
      Mismatch found = OfLabel(label);
      if (found.label.empty()) continue;
      if (found.certain) return found;
      if (weak.label.empty()) weak = std::move(found);
    }
    return weak;
  }

 private:
  std::set<std::string> Matched() const {
    const promql::VectorMatching& matching = join_.matching;
    if (matching.on) return {matching.labels.begin(), matching.labels.end()};
    std::set<std::string> labels = LabelsSpokenOf(context_, *join_.left);
    labels.merge(LabelsSpokenOf(context_, *join_.right));
    for (const std::string& label : matching.labels) labels.erase(label);
    return labels;
  }

  Mismatch OfLabel(const std::string& label) const {
    const Presence left = PresenceOf(context_, *join_.left, label);
    const Presence right = PresenceOf(context_, *join_.right, label);
    if (left >= Presence::kNamed && right == Presence::kNever) {
      return Apart(label, "left", left, "right", *join_.right);
    }
    if (right >= Presence::kNamed && left == Presence::kNever) {
      return Apart(label, "right", right, "left", *join_.left);
    }
    if (left == Presence::kNever || right == Presence::kNever) return {};
    const auto a = PinnedValue(*join_.left, label);
    const auto b = PinnedValue(*join_.right, label);
    if (!a || !b || *a == *b) return {};
    return {label,
            absl::StrFormat("%s is \"%s\" on the left and \"%s\" on the right",
                            label, *a, *b),
            true};
  }

  Mismatch Apart(const std::string& label, std::string_view has,
                 Presence presence, std::string_view lacks,
                 const promql::Expr& side) const {
    const auto losses = promql::FindLabelLosses(side, label, context_.facts());
    return {label,
            absl::StrFormat("the %s side has a label %s, the %s side cannot "
                            "have it: %s (%s)",
                            has, label, lacks, losses.front().message,
                            context_.PlaceOf(losses.front().span)),
            presence == Presence::kAlways};
  }

  const LintContext& context_;
  const promql::Binary& join_;
};

bool Joins(const promql::Binary& binary) {
  return binary.op != base::BinaryOp::kOr && !binary.matching.fill_left &&
         !binary.matching.fill_right &&
         promql::TypeOf(*binary.left) == promql::ValueType::kInstantVector &&
         promql::TypeOf(*binary.right) == promql::ValueType::kInstantVector;
}

}  // namespace

void JoinNeverMatches(LintContext& context) {
  ForEachPart(context.expr(), [&](const promql::Expr& part) {
    const auto* binary = std::get_if<promql::Binary>(&part.node);
    if (binary == nullptr || !Joins(*binary)) return;
    const Mismatch mismatch = Joiner(context, *binary).Find();
    if (mismatch.label.empty()) return;
    const bool removes = binary->op == base::BinaryOp::kUnless;
    context.ReportAs(
        mismatch.certain ? base::Severity::kError : base::Severity::kWarning,
        context.InFile(binary->op_span),
        absl::StrFormat("the two sides never match, so this %s: %s",
                        removes ? "removes nothing" : "has no result",
                        mismatch.reason),
        absl::StrFormat("%s ignoring (%s) ..., or the same labels on both "
                        "sides",
                        base::Row(binary->op).text, mismatch.label));
  });
}

}  // namespace alerts
