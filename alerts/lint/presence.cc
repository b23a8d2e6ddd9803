#include "alerts/lint/presence.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_format.h"
#include "alerts/lint/parts.h"
#include "base/diagnostic.h"
#include "promql/check/label_losses.h"
#include "promql/check/types.h"
#include "promql/functions/function.h"

namespace alerts {
namespace {

bool Contains(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// Functions that make or change labels, or have a result for no series.
constexpr std::string_view kChangesLabels[] = {
    "absent", "absent_over_time", "histogram_quantile", "histogram_quantiles",
    "info",   "label_join",       "label_replace",      "histogram_fraction"};

// The side whose labels an operator of two vectors keeps, when it is one.
const promql::Expr* KeptSide(const promql::Binary& binary) {
  const bool left =
      promql::TypeOf(*binary.left) == promql::ValueType::kInstantVector;
  const bool right =
      promql::TypeOf(*binary.right) == promql::ValueType::kInstantVector;
  if (!right) return binary.left.get();
  if (!left) return binary.right.get();
  if (binary.op == base::BinaryOp::kOr) return nullptr;
  if (binary.matching.fill_left || binary.matching.fill_right) return nullptr;
  return binary.matching.cardinality == promql::Cardinality::kOneToMany
             ? binary.right.get()
             : binary.left.get();
}

class PresenceFinder {
 public:
  PresenceFinder(const LintContext& context, std::string_view label)
      : context_(context), label_(label) {}

  Presence Of(const promql::Expr& part) const {
    const promql::Expr& expr = SeriesBehind(part);
    if (const auto* node = std::get_if<promql::VectorSelector>(&expr.node)) {
      return OfSelector(*node);
    }
    if (const auto* node = std::get_if<promql::Aggregation>(&expr.node)) {
      return OfAggregation(*node);
    }
    if (const auto* node = std::get_if<promql::Call>(&expr.node)) {
      return OfCall(*node);
    }
    if (const auto* node = std::get_if<promql::Binary>(&expr.node)) {
      return OfBinary(*node);
    }
    return Presence::kMaybe;
  }

 private:
  Presence OfSelector(const promql::VectorSelector& selector) const {
    for (const base::Matcher& matcher : selector.matchers) {
      if (matcher.name() == label_ && !matcher.Matches(std::string_view())) {
        return Presence::kAlways;
      }
    }
    const std::shared_ptr<const schema::Sample> sample =
        context_.schema().FindSample(selector.name, selector.matchers);
    if (sample == nullptr || context_.facts().IsRecorded(selector.name)) {
      return Presence::kMaybe;
    }
    const bool of_target = label_ == "job" || label_ == "instance";
    if (of_target && schema::IsScrapeSeries(selector.name)) {
      return Presence::kAlways;
    }
    const schema::LabelFacts* facts = sample->FindLabel(label_);
    if (facts == nullptr || !sample->labels_closed) return Presence::kMaybe;
    // Of targets, these two alone are on every one.
    const bool target = std::ranges::any_of(
        context_.schema().options().jobs, [&](const schema::ScrapeJob& job) {
          return Contains(job.labels, label_) ||
                 Contains(job.rewritten, label_);
        });
    if (target && !of_target) return Presence::kMaybe;
    return facts->Lists("") ? Presence::kMaybe : Presence::kAlways;
  }

  Presence OfAggregation(const promql::Aggregation& node) const {
    const Presence inner = Of(*node.expr);
    if (base::Row(node.op).keeps_labels || node.without) return inner;
    if (!Contains(node.grouping, label_)) return Presence::kMaybe;
    return std::max(inner, Presence::kNamed);
  }

  Presence OfCall(const promql::Call& node) const {
    const promql::Expr* vector = VectorArgument(node);
    const bool changes = std::ranges::find(kChangesLabels, node.name) !=
                         std::end(kChangesLabels);
    const bool quantile = node.name == "histogram_quantile";
    if (vector == nullptr || (changes && !quantile)) return Presence::kMaybe;
    return Of(*vector);
  }

  Presence OfBinary(const promql::Binary& node) const {
    if (const promql::Expr* side = KeptSide(node)) return Of(*side);
    return std::min(Of(*node.left), Of(*node.right));
  }

  const LintContext& context_;
  std::string_view label_;
};

}  // namespace

Presence PresenceOf(const LintContext& context, const promql::Expr& expr,
                    std::string_view label) {
  if (!promql::FindLabelLosses(expr, label, context.facts()).empty()) {
    return Presence::kNever;
  }
  return PresenceFinder(context, label).Of(expr);
}

std::optional<std::string> PinnedValue(const promql::Expr& part,
                                       std::string_view label) {
  const promql::Expr& expr = SeriesBehind(part);
  if (const auto* node = std::get_if<promql::VectorSelector>(&expr.node)) {
    for (const base::Matcher& matcher : node->matchers) {
      if (matcher.name() == label && !matcher.value().empty() &&
          matcher.type() == base::MatchType::kEqual) {
        return matcher.value();
      }
    }
    return std::nullopt;
  }
  if (const auto* node = std::get_if<promql::Aggregation>(&expr.node)) {
    if (node->op == base::AggregationOp::kCountValues) return std::nullopt;
    return PinnedValue(*node->expr, label);
  }
  if (const auto* node = std::get_if<promql::Call>(&expr.node)) {
    const promql::Expr* vector = VectorArgument(*node);
    const bool changes = std::ranges::find(kChangesLabels, node->name) !=
                         std::end(kChangesLabels);
    if (vector == nullptr || changes) return std::nullopt;
    return PinnedValue(*vector, label);
  }
  if (const auto* node = std::get_if<promql::Binary>(&expr.node)) {
    const promql::Expr* side = KeptSide(*node);
    if (side != nullptr) return PinnedValue(*side, label);
    const auto left = PinnedValue(*node->left, label);
    return left == PinnedValue(*node->right, label) ? left : std::nullopt;
  }
  return std::nullopt;
}

std::set<std::string> LabelsSpokenOf(const LintContext& context,
                                     const promql::Expr& expr) {
  std::set<std::string> labels;
  ForEachPart(expr, [&](const promql::Expr& part) {
    if (const auto* sum = std::get_if<promql::Aggregation>(&part.node)) {
      labels.insert(sum->grouping.begin(), sum->grouping.end());
      return;
    }
    const auto* selector = std::get_if<promql::VectorSelector>(&part.node);
    if (selector == nullptr) return;
    for (const base::Matcher& matcher : selector->matchers) {
      labels.insert(matcher.name());
    }
    const std::shared_ptr<const schema::Sample> sample =
        context.schema().FindSample(selector->name, selector->matchers);
    if (sample == nullptr) return;
    for (const schema::LabelFacts& label : sample->labels) {
      labels.insert(label.name);
    }
  });
  labels.erase(std::string(base::kMetricName));
  return labels;
}

std::string NearestLabelHelp(const LintContext& context,
                             const promql::Expr& expr, std::string_view label) {
  const std::set<std::string> spoken_of = LabelsSpokenOf(context, expr);
  std::vector<std::string_view> candidates;
  for (const std::string& name : spoken_of) {
    if (promql::FindLabelLosses(expr, name, context.facts()).empty()) {
      candidates.push_back(name);
    }
  }
  const std::string_view nearest = base::Nearest(label, candidates);
  return nearest.empty() ? "" : absl::StrFormat("did you mean %s?", nearest);
}

}  // namespace alerts
