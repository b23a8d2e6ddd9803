#include "alerts/replay/why.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "alerts/rule_outputs.h"
#include "base/operators.h"
#include "base/parallel.h"
#include "base/quote.h"
#include "promql/check/types.h"
#include "promql/syntax/printer.h"

namespace alerts {
namespace {

// Label values that are named.
constexpr std::size_t kMostValues = 8;
constexpr std::size_t kLongestPart = 60;

// What an expression was over the whole time.
struct Seen {
  bool any = false;
  double lowest = 0;
  double highest = 0;

  void Add(double value) {
    if (!any) lowest = highest = value;
    any = true;
    // NaN gives way to any number.
    if (!(lowest <= value)) lowest = std::isnan(value) ? lowest : value;
    if (!(highest >= value)) highest = std::isnan(value) ? highest : value;
  }
  void Add(const Seen& other) {
    if (!other.any) return;
    Add(other.lowest);
    Add(other.highest);
  }
};

std::string Number(double value) { return absl::StrFormat("%.6g", value); }

std::string Shown(const promql::Expr& expr) {
  std::string text = promql::Print(promql::StripParens(expr));
  if (text.size() > kLongestPart) {
    text.resize(kLongestPart - 3);
    text += "...";
  }
  return text;
}

bool IsVector(const promql::Expr& expr) {
  const promql::ValueType type = promql::TypeOf(expr);
  return type == promql::ValueType::kInstantVector ||
         type == promql::ValueType::kRangeVector;
}

// Finds the deepest part of an expression that never had a result though its
// own parts had.
class Search {
 public:
  Search(const Replay& replay, const ReplayedRule& rule)
      : replay_(replay), grid_(replay.grid(rule.group)) {
    grid_.start -= replay.groups()[rule.group].query_offset;
  }

  // REQUIRES: `expr` never had a result
  Reason Explain(const promql::Expr& expr) const;

 private:
  static Reason At(const promql::Expr& expr, std::string text) {
    return {Reason::Kind::kNeverTrue, std::move(text), promql::Print(expr), 0};
  }

  Seen Look(const promql::Expr& expr) const;
  Reason ExplainSelector(const promql::Expr& expr,
                         const promql::VectorSelector& selector) const;
  Reason ExplainCall(const promql::Expr& expr, const promql::Call& call) const;
  Reason ExplainBinary(const promql::Expr& expr,
                       const promql::Binary& binary) const;
  Reason ExplainComparison(const promql::Expr& expr,
                           const promql::Binary& binary) const;
  Reason ExplainSet(const promql::Expr& expr,
                    const promql::Binary& binary) const;
  bool HasSamples(const promql::Expr& selector) const;
  std::vector<promql::SeriesView> Select(
      const std::vector<base::Matcher>& matchers,
      promql::SeriesSet& keep) const;

  const Replay& replay_;
  base::TimeGrid grid_;
};

Seen Search::Look(const promql::Expr& expr) const {
  std::vector<Seen> seen((grid_.steps + kPiece - 1) / kPiece);
  base::ForEachInParallel(
      seen.size(), replay_.options().threads, [&](std::size_t i) {
        const std::size_t first = i * kPiece;
        const base::TimeGrid piece{grid_.at(first), grid_.step,
                                   std::min(kPiece, grid_.steps - first)};
        const Answer answer =
            Ask(replay_.storage(), expr, piece, replay_.options().engine);
        for (const AnswerRow& row : answer.rows) {
          for (const double value : row.values) seen[i].Add(value);
        }
      });
  Seen all;
  for (const Seen& part : seen) all.Add(part);
  return all;
}

std::vector<promql::SeriesView> Search::Select(
    const std::vector<base::Matcher>& matchers, promql::SeriesSet& keep) const {
  auto set = replay_.storage().Select(
      matchers, grid_.start - replay_.options().engine.lookback, grid_.end());
  if (!set.ok()) return {};
  keep = *std::move(set);
  return keep.series;
}

Reason Search::ExplainSelector(const promql::Expr& expr,
                               const promql::VectorSelector& selector) const {
  std::vector<base::Matcher> names;
  for (const base::Matcher& matcher : selector.matchers) {
    if (matcher.name() == base::kMetricName) names.push_back(matcher);
  }
  promql::SeriesSet keep;
  const std::vector<promql::SeriesView> series = Select(names, keep);
  const std::string name =
      selector.name.empty() ? promql::Print(expr) : selector.name;
  if (series.empty()) {
    return At(expr, absl::StrFormat("the data has no sample of %s", name));
  }
  for (const base::Matcher& matcher : selector.matchers) {
    std::set<std::string_view> values;
    bool fits = false;
    for (const promql::SeriesView& view : series) {
      fits = fits || matcher.Matches(view.labels);
      if (view.labels.Has(matcher.name())) {
        values.insert(view.labels.Get(matcher.name()));
      }
    }
    if (fits) continue;
    if (values.empty()) {
      return At(expr, absl::StrFormat("%s has no label %s in the data", name,
                                      matcher.name()));
    }
    std::string list;
    std::size_t count = 0;
    for (const std::string_view value : values) {
      if (count++ == kMostValues) {
        list += ", ...";
        break;
      }
      list += (list.empty() ? "" : ", ") + base::Quote(value);
    }
    return At(expr, absl::StrFormat("no series of %s has %s; the data has %s",
                                    name, base::ToString(matcher), list));
  }
  if (Select(selector.matchers, keep).empty()) {
    return At(expr, absl::StrFormat("no series of %s fits all of its matchers",
                                    name));
  }
  return At(expr,
            absl::StrFormat(
                "%s has samples, but none at the times it is asked for", name));
}

bool Search::HasSamples(const promql::Expr& expr) const {
  const promql::Expr& inner = promql::StripParens(expr);
  const auto* matrix = std::get_if<promql::MatrixSelector>(&inner.node);
  if (matrix == nullptr) {
    const auto* subquery = std::get_if<promql::Subquery>(&inner.node);
    return Look(subquery != nullptr ? *subquery->expr : inner).any;
  }
  const auto& selector =
      std::get<promql::VectorSelector>(matrix->selector->node);
  promql::SeriesSet keep;
  return !Select(selector.matchers, keep).empty();
}

Reason Search::ExplainCall(const promql::Expr& expr,
                           const promql::Call& call) const {
  for (const promql::ExprPtr& argument : call.arguments) {
    if (!IsVector(*argument)) continue;
    if (call.name.starts_with("absent")) {
      return At(expr,
                absl::StrFormat("%s always had a result", Shown(*argument)));
    }
    if (!HasSamples(*argument)) return Explain(*argument);
    const auto* matrix = std::get_if<promql::MatrixSelector>(
        &promql::StripParens(*argument).node);
    if (matrix != nullptr) {
      return At(expr,
                absl::StrFormat("%s() never found enough samples in the window "
                                "of %s",
                                call.name, Shown(*argument)));
    }
  }
  return At(expr, absl::StrFormat("%s() left nothing", call.name));
}

Reason Search::ExplainComparison(const promql::Expr& expr,
                                 const promql::Binary& binary) const {
  promql::Binary asked = binary;
  asked.return_bool = true;
  const bool vectors = IsVector(*binary.left) && IsVector(*binary.right);
  if (vectors && !Look({asked, expr.span}).any) {
    return At(expr,
              absl::StrFormat("no series of %s has the labels of one of %s",
                              Shown(*binary.left), Shown(*binary.right)));
  }
  const bool swapped = !IsVector(*binary.left);
  const promql::Expr& measured = swapped ? *binary.right : *binary.left;
  const promql::Expr& bound = swapped ? *binary.left : *binary.right;
  const Seen values = Look(measured);
  std::string range =
      absl::StrFormat("%s was %s", Shown(measured), Number(values.lowest));
  if (std::isnan(values.lowest)) {
    range = absl::StrFormat("%s was always NaN", Shown(measured));
  } else if (values.lowest != values.highest) {
    range = absl::StrFormat("%s was %s to %s", Shown(measured),
                            Number(values.lowest), Number(values.highest));
  }
  const std::string_view op = base::Row(binary.op).text;
  std::string limit = Shown(bound);
  if (IsVector(bound)) {
    const Seen other = Look(bound);
    limit += absl::StrFormat(" (%s to %s)", Number(other.lowest),
                             Number(other.highest));
  }
  const std::string asks = swapped
                               ? absl::StrFormat("never %s %s it", limit, op)
                               : absl::StrFormat("never %s %s", op, limit);
  return At(expr, range + ", " + asks);
}

Reason Search::ExplainSet(const promql::Expr& expr,
                          const promql::Binary& binary) const {
  const bool left = Look(*binary.left).any;
  if (binary.op == base::BinaryOp::kOr) {
    Reason reason = Explain(*binary.left);
    reason.text += "; and " + Explain(*binary.right).text;
    reason.part = promql::Print(expr);
    return reason;
  }
  if (!left) return Explain(*binary.left);
  if (binary.op == base::BinaryOp::kUnless) {
    return At(expr, absl::StrFormat("what %s has, %s always had too",
                                    Shown(*binary.left), Shown(*binary.right)));
  }
  if (!Look(*binary.right).any) return Explain(*binary.right);
  return At(expr, absl::StrFormat(
                      "%s and %s never had a result of the same labels at the "
                      "same time",
                      Shown(*binary.left), Shown(*binary.right)));
}

Reason Search::ExplainBinary(const promql::Expr& expr,
                             const promql::Binary& binary) const {
  if (base::Row(binary.op).kind == base::OpKind::kSet)
    return ExplainSet(expr, binary);
  for (const promql::ExprPtr& side : {binary.left, binary.right}) {
    if (IsVector(*side) && !Look(*side).any) return Explain(*side);
  }
  if (base::Row(binary.op).kind == base::OpKind::kComparison)
    return ExplainComparison(expr, binary);
  return At(expr, absl::StrFormat(
                      "no series of %s has the labels of one of %s at the same "
                      "time",
                      Shown(*binary.left), Shown(*binary.right)));
}

Reason Search::Explain(const promql::Expr& expr) const {
  return std::visit(
      promql::Overloaded{
          [&](const promql::VectorSelector& node) {
            return ExplainSelector(expr, node);
          },
          [&](const promql::MatrixSelector& node) {
            return Explain(*node.selector);
          },
          [&](const promql::Subquery& node) { return Explain(*node.expr); },
          [&](const promql::Call& node) { return ExplainCall(expr, node); },
          [&](const promql::Aggregation& node) {
            if (!Look(*node.expr).any) return Explain(*node.expr);
            return At(expr, "the aggregation left nothing");
          },
          [&](const promql::Binary& node) { return ExplainBinary(expr, node); },
          [&](const promql::Unary& node) { return Explain(*node.expr); },
          [&](const promql::Paren& node) { return Explain(*node.expr); },
          [&](const auto&) { return At(expr, "it has no result"); }},
      expr.node);
}

Reason NeverFired(const Replay& replay, const ReplayedRule& rule) {
  Reason reason;
  reason.kind = Reason::Kind::kNeverFiring;
  for (const Episode& episode : rule.episodes) {
    reason.longest_true =
        std::max(reason.longest_true, episode.last_true - episode.active_at);
  }
  const RuleDefinition& definition = replay.definition(rule);
  reason.text =
      reason.longest_true == 0
          ? "true at single evaluations only"
          : absl::StrFormat("true for %s at most",
                            base::FormatDuration(reason.longest_true));
  absl::StrAppendFormat(&reason.text, ", less than its `for` of %s",
                        base::FormatDuration(definition.hold));
  if (std::ranges::any_of(rule.episodes, [](const Episode& episode) {
        return !episode.ended_at.has_value();
      })) {
    reason.text += "; still pending at the end";
  }
  if (!RuleTemplates(definition).labels_follow_labels() &&
      rule.episodes.size() > 1) {
    reason.text +=
        "; a label whose text changes with the value starts `for` anew";
  }
  return reason;
}

}  // namespace

std::string_view ReasonKindName(Reason::Kind kind) {
  switch (kind) {
    case Reason::Kind::kNeverTrue:
      return "never-true";
    case Reason::Kind::kNeverFiring:
      return "never-firing";
    case Reason::Kind::kFailed:
      return "failed";
  }
  return "";
}

std::optional<Reason> WhyNever(const Replay& replay, const ReplayedRule& rule) {
  const RuleDefinition& definition = replay.definition(rule);
  const bool fired = std::ranges::any_of(
      rule.episodes,
      [](const Episode& episode) { return episode.fired_at.has_value(); });
  if (fired || definition.kind == RuleDefinition::Kind::kRecording ||
      rule.evaluations == 0) {
    return std::nullopt;
  }
  if (!rule.episodes.empty()) return NeverFired(replay, rule);
  if (rule.failures == rule.evaluations) {
    return Reason{
        Reason::Kind::kFailed,
        "every evaluation failed: " + rule.first_failures.front().message,
        {},
        0};
  }
  return Search(replay, rule).Explain(*definition.expr);
}

}  // namespace alerts
