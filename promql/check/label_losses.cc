#include "promql/check/label_losses.h"

#include <algorithm>
#include <span>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/labels.h"
#include "promql/check/types.h"
#include "promql/functions/function.h"

namespace promql {
namespace {

using Losses = std::vector<LabelLoss>;

// What a function does to labels, beyond dropping the name.
enum class LabelEffect {
  kNone,        // A number, or a vector without labels.
  kAbsent,      // Those that the selector pins down with "=".
  kDropsLe,     // Reads le away.
  kSetsSecond,  // The label named by the second argument is set.
  kAny,         // Adds labels that the expression does not name.
};

struct LabelEffectRow {
  std::string_view function;
  LabelEffect effect;
};

// Functions without a row keep the labels of their vector.
constexpr LabelEffectRow kLabelEffects[] = {
    {"absent", LabelEffect::kAbsent},
    {"absent_over_time", LabelEffect::kAbsent},
    {"histogram_fraction", LabelEffect::kDropsLe},
    {"histogram_quantile", LabelEffect::kDropsLe},
    {"histogram_quantiles", LabelEffect::kAny},
    {"info", LabelEffect::kAny},
    {"label_join", LabelEffect::kSetsSecond},
    {"label_replace", LabelEffect::kSetsSecond},
    {"scalar", LabelEffect::kNone},
    {"vector", LabelEffect::kNone},
};

bool Contains(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

std::string Join(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) {
    out += (out.empty() ? "" : ", ") + name;
  }
  return out;
}

Losses Both(Losses left, Losses right) {
  left.insert(left.end(), std::make_move_iterator(right.begin()),
              std::make_move_iterator(right.end()));
  return left;
}

// Follows one label from the selectors upwards.
class Finder {
 public:
  Finder(std::string_view label, const SeriesFacts& facts)
      : label_(label), facts_(facts) {}

  Losses Find(const Expr& expr) const {
    return std::visit([&](const auto& node) { return FindIn(expr, node); },
                      expr.node);
  }

 private:
  bool IsName() const { return label_ == base::kMetricName; }

  static Losses One(base::Span span, std::string message,
                    std::string help = {}) {
    return {{span, std::move(message), std::move(help)}};
  }

  Losses FindIn(const Expr& expr, const NumberLiteral&) const {
    return One(expr.span, "a number has no labels");
  }
  Losses FindIn(const Expr& expr, const StringLiteral&) const {
    return One(expr.span, "a string has no labels");
  }
  Losses FindIn(const Expr&, const Paren& node) const {
    return Find(*node.expr);
  }
  Losses FindIn(const Expr&, const MatrixSelector& node) const {
    return Find(*node.selector);
  }
  Losses FindIn(const Expr&, const Subquery& node) const {
    return Find(*node.expr);
  }
  Losses FindIn(const Expr& expr, const Unary& node) const {
    if (IsName() && node.negative) {
      return One(expr.span, "- removes the metric name");
    }
    return Find(*node.expr);
  }

  Losses FindIn(const Expr& expr, const VectorSelector& node) const {
    for (std::size_t i = 0; i < node.matchers.size(); ++i) {
      const base::Matcher& matcher = node.matchers[i];
      if (matcher.name() == label_ && matcher.value().empty() &&
          matcher.type() == base::MatchType::kEqual) {
        const base::Span span =
            i < node.matcher_spans.size() ? node.matcher_spans[i] : expr.span;
        return One(span, absl::StrFormat("%s selects series without it",
                                         base::ToString(matcher)));
      }
    }
    std::string why = facts_.WhyWithout(node, label_);
    if (why.empty()) return {};
    return One(expr.span, std::move(why));
  }

  Losses FindIn(const Expr& expr, const Call& node) const {
    const Function* function = FindFunction(node.name);
    const auto row =
        std::ranges::find(kLabelEffects, node.name, &LabelEffectRow::function);
    if (row != std::end(kLabelEffects)) return FindInRow(expr, node, *row);
    // time(), or hour() without an argument.
    if (node.arguments.empty() || function == nullptr ||
        function->result == ArgumentType::kScalar) {
      return One(node.name_span,
                 absl::StrFormat("%s() has no labels", node.name));
    }
    if (IsName() && !function->keeps_name) {
      return One(node.name_span,
                 absl::StrFormat("%s() removes the metric name", node.name));
    }
    return Find(VectorArgument(node));
  }

  // The argument whose labels the result has.
  static const Expr& VectorArgument(const Call& node) {
    for (const ExprPtr& argument : node.arguments) {
      const ValueType type = TypeOf(*argument);
      if (type == ValueType::kInstantVector ||
          type == ValueType::kRangeVector) {
        return *argument;
      }
    }
    return *node.arguments.front();
  }

  Losses FindInRow(const Expr& expr, const Call& node,
                   const LabelEffectRow& row) const {
    switch (row.effect) {
      case LabelEffect::kNone:
        return One(node.name_span,
                   absl::StrFormat("%s() has no labels", node.name));
      case LabelEffect::kAbsent:
        return FindInAbsent(node);
      case LabelEffect::kDropsLe:
        if (label_ == "le" || IsName()) {
          return One(node.name_span,
                     absl::StrFormat("%s() removes %s", node.name, label_));
        }
        return Find(VectorArgument(node));
      case LabelEffect::kSetsSecond: {
        if (node.arguments.size() < 2) return {};
        const auto* set =
            std::get_if<StringLiteral>(&StripParens(*node.arguments[1]).node);
        if (set == nullptr || set->value == label_) return {};
        return Find(VectorArgument(node));
      }
      case LabelEffect::kAny:
        return {};
    }
    return One(expr.span, "unreachable");
  }

  // (Prometheus' createLabelsForAbsentFunction.)
  Losses FindInAbsent(const Call& node) const {
    const Expr* argument = &StripParens(*node.arguments.front());
    if (const auto* matrix = std::get_if<MatrixSelector>(&argument->node)) {
      argument = matrix->selector.get();
    }
    const std::string message = absl::StrFormat(
        "%s() has only the labels that its selector sets with =", node.name);
    const auto* selector = std::get_if<VectorSelector>(&argument->node);
    if (selector == nullptr || IsName()) return One(node.name_span, message);
    const auto named =
        std::ranges::count(selector->matchers, label_, &base::Matcher::name);
    const bool pinned = std::ranges::any_of(
        selector->matchers, [&](const base::Matcher& matcher) {
          return matcher.name() == label_ && !matcher.value().empty() &&
                 matcher.type() == base::MatchType::kEqual;
        });
    if (pinned && named == 1) return {};
    return One(node.name_span, message);
  }

  Losses FindIn(const Expr& expr, const Aggregation& node) const {
    const base::AggregationOpRow& row = base::Row(node.op);
    if (row.keeps_labels) return Find(*node.expr);
    if (node.op == base::AggregationOp::kCountValues &&
        node.parameter != nullptr) {
      const auto* set =
          std::get_if<StringLiteral>(&StripParens(*node.parameter).node);
      if (set == nullptr || set->value == label_) return {};
    }
    const base::Span span = {expr.span.begin,
                             expr.span.begin + row.name.size()};
    const bool listed = Contains(node.grouping, label_);
    if (node.without) {
      if (listed || IsName()) {
        return One(span, absl::StrFormat("%s without (%s) removes %s", row.name,
                                         Join(node.grouping), label_));
      }
      return Find(*node.expr);
    }
    if (listed) return Find(*node.expr);
    std::vector<std::string> wanted = node.grouping;
    wanted.emplace_back(label_);
    const std::string help =
        absl::StrFormat("%s by (%s) (...)", row.name, Join(wanted));
    if (node.grouping.empty()) {
      return One(span, absl::StrFormat("%s() removes every label", row.name),
                 help);
    }
    return One(span,
               absl::StrFormat("%s by (%s) removes every other label", row.name,
                               Join(node.grouping)),
               help);
  }

  Losses FindIn(const Expr& expr, const Binary& node) const {
    const bool left_vector = TypeOf(*node.left) == ValueType::kInstantVector;
    const bool right_vector = TypeOf(*node.right) == ValueType::kInstantVector;
    if (!left_vector && !right_vector) {
      return One(expr.span, "a number has no labels");
    }
    const base::OpKind kind = base::Row(node.op).kind;
    const bool drops_name =
        kind == base::OpKind::kArithmetic ||
        (kind == base::OpKind::kComparison && node.return_bool);
    if (IsName() && drops_name) {
      return One(node.op_span, absl::StrFormat("%s removes the metric name",
                                               base::Row(node.op).text));
    }
    if (!left_vector) return Find(*node.right);
    if (!right_vector) return Find(*node.left);
    if (kind == base::OpKind::kSet) return FindInSet(node);
    return FindInMatch(node);
  }

  // Whether a series with the label needs a partner that has it as well.
  bool Matched(const VectorMatching& matching) const {
    if (IsName()) return matching.on && Contains(matching.labels, label_);
    return Contains(matching.labels, label_) == matching.on;
  }

  Losses FindInSet(const Binary& node) const {
    Losses left = Find(*node.left);
    switch (node.op) {
      case base::BinaryOp::kOr:
        if (left.empty()) return {};
        {
          Losses right = Find(*node.right);
          if (right.empty()) return {};
          return Both(std::move(left), std::move(right));
        }
      case base::BinaryOp::kAnd:
        if (!Matched(node.matching)) return left;
        return Both(std::move(left), Find(*node.right));
      default:
        return left;
    }
  }

  // Arithmetic and comparison of two vectors (Prometheus' resultMetric).
  Losses FindInMatch(const Binary& node) const {
    const VectorMatching& matching = node.matching;
    const bool one_to_one = matching.cardinality == Cardinality::kOneToOne;
    const bool filled = matching.fill_left || matching.fill_right;
    if (one_to_one && Contains(matching.labels, label_) != matching.on) {
      const std::string_view word = matching.on ? "on" : "ignoring";
      return One(node.op_span, absl::StrFormat("%s %s (%s) removes %s",
                                               base::Row(node.op).text, word,
                                               Join(matching.labels), label_));
    }
    const bool many_left = matching.cardinality != Cardinality::kOneToMany;
    const Expr& many = many_left ? *node.left : *node.right;
    const Expr& one = many_left ? *node.right : *node.left;
    if (!one_to_one && Contains(matching.include, label_)) return Find(one);
    if (!Matched(matching)) return Find(many);
    Losses left = Find(*node.left);
    Losses right = Find(*node.right);
    // A filled side has no series of its own, so the other's labels stand.
    if (filled && (left.empty() || right.empty())) return {};
    return Both(std::move(left), std::move(right));
  }

  std::string_view label_;
  const SeriesFacts& facts_;
};

}  // namespace

std::vector<LabelLoss> FindLabelLosses(const Expr& expr, std::string_view label,
                                       const SeriesFacts& facts) {
  return Finder(label, facts).Find(expr);
}

}  // namespace promql
