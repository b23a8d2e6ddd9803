#include "alerts/lint/units.h"

#include <algorithm>
#include <optional>

#include "alerts/lint/parts.h"
#include "promql/check/shares.h"
#include "promql/check/types.h"

namespace alerts {
namespace {

struct UnitWord {
  std::string_view word;  // Of a schema, or at the end of a metric's name.
  Unit unit;
};
constexpr UnitWord kUnitWords[] = {
    {"seconds", Unit::kSeconds}, {"milliseconds", Unit::kMilliseconds},
    {"ms", Unit::kMilliseconds}, {"ratio", Unit::kRatio},
    {"percent", Unit::kPercent}, {"percentage", Unit::kPercent},
};

// Functions whose result has the unit of the vector they read.
constexpr std::string_view kKeepsUnit[] = {"abs",
                                           "avg_over_time",
                                           "ceil",
                                           "clamp",
                                           "clamp_max",
                                           "clamp_min",
                                           "first_over_time",
                                           "floor",
                                           "label_join",
                                           "label_replace",
                                           "last_over_time",
                                           "max_over_time",
                                           "min_over_time",
                                           "quantile_over_time",
                                           "round",
                                           "sort",
                                           "sort_desc"};

Unit OfName(std::string_view name) {
  for (const UnitWord& row : kUnitWords) {
    if (name.ends_with(row.word) && name.size() > row.word.size() + 1 &&
        name[name.size() - row.word.size() - 1] == '_') {
      return row.unit;
    }
  }
  return Unit::kUnknown;
}

class UnitFinder {
 public:
  explicit UnitFinder(const LintContext& context) : context_(context) {}

  Unit Of(const promql::Expr& part) const {
    const promql::Expr& expr = SeriesBehind(part);
    if (const auto* node = std::get_if<promql::VectorSelector>(&expr.node)) {
      return OfMetric(node->name);
    }
    if (const auto* node = std::get_if<promql::Call>(&expr.node)) {
      return OfCall(*node);
    }
    if (const auto* node = std::get_if<promql::Aggregation>(&expr.node)) {
      return OfAggregation(*node);
    }
    if (const auto* node = std::get_if<promql::Binary>(&expr.node)) {
      return OfBinary(*node);
    }
    return Unit::kUnknown;
  }

 private:
  Unit OfMetric(std::string_view name) const {
    const schema::Sample* sample = context_.schema().FindSample(name);
    if (sample != nullptr && !context_.facts().IsRecorded(name)) {
      // A histogram's count has no unit, and its sum is a counter.
      if (sample->role != schema::SampleRole::kValue &&
          sample->role != schema::SampleRole::kQuantile) {
        return Unit::kUnknown;
      }
      const schema::Metric* metric =
          context_.schema().FindMetric(sample->metric);
      if (metric != nullptr && !metric->unit.empty()) {
        return OfWord(metric->unit);
      }
    }
    return OfName(name);
  }

  static Unit OfWord(std::string_view word) {
    const auto row = std::ranges::find(kUnitWords, word, &UnitWord::word);
    return row == std::end(kUnitWords) ? Unit::kUnknown : row->unit;
  }

  Unit OfCall(const promql::Call& node) const {
    const promql::Expr* vector = VectorArgument(node);
    if (vector == nullptr) return Unit::kUnknown;
    if (node.name == "histogram_quantile") return OfBuckets(*vector);
    const bool keeps =
        std::ranges::find(kKeepsUnit, node.name) != std::end(kKeepsUnit);
    return keeps ? Of(*vector) : Unit::kUnknown;
  }

  // A quantile has the unit of what the histogram observes.
  Unit OfBuckets(const promql::Expr& vector) const {
    std::optional<Unit> found;
    ForEachPart(vector, [&](const promql::Expr& part) {
      const auto* node = std::get_if<promql::VectorSelector>(&part.node);
      if (node == nullptr) return;
      std::string_view family = node->name;
      if (family.ends_with("_bucket")) family.remove_suffix(7);
      const schema::Metric* metric = context_.schema().FindMetric(family);
      const bool declared = metric != nullptr && !metric->unit.empty();
      const Unit unit = declared ? OfWord(metric->unit) : OfName(family);
      found = found && *found != unit ? Unit::kUnknown : unit;
    });
    return found.value_or(Unit::kUnknown);
  }

  Unit OfAggregation(const promql::Aggregation& node) const {
    switch (node.op) {
      case base::AggregationOp::kAvg:
      case base::AggregationOp::kBottomk:
      case base::AggregationOp::kMax:
      case base::AggregationOp::kMin:
      case base::AggregationOp::kQuantile:
      case base::AggregationOp::kTopk:
        return Of(*node.expr);
      case base::AggregationOp::kSum: {
        // A sum of ratios is none.
        const Unit unit = Of(*node.expr);
        const bool adds = unit == Unit::kSeconds || unit == Unit::kMilliseconds;
        return adds ? unit : Unit::kUnknown;
      }
      default:
        return Unit::kUnknown;
    }
  }

  Unit OfBinary(const promql::Binary& node) const {
    const Unit left = Of(*node.left);
    const Unit right = Of(*node.right);
    switch (node.op) {
      case base::BinaryOp::kAdd:
      case base::BinaryOp::kSubtract:
        return left == right || NumberIn(*node.right) ? left : Unit::kUnknown;
      case base::BinaryOp::kMultiply:
        if (const auto factor = NumberIn(*node.right)) {
          return Scaled(left, *factor);
        }
        if (const auto factor = NumberIn(*node.left)) {
          return Scaled(right, *factor);
        }
        return Unit::kUnknown;
      case base::BinaryOp::kDivide:
        return OfDivision(node, left);
      case base::BinaryOp::kOr:
        return left == right ? left : Unit::kUnknown;
      case base::BinaryOp::kAnd:
      case base::BinaryOp::kUnless:
        return left;
      default:
        break;
    }
    if (base::Row(node.op).kind != base::OpKind::kComparison ||
        node.return_bool) {
      return Unit::kUnknown;
    }
    const bool number =
        promql::TypeOf(*node.left) == promql::ValueType::kScalar;
    return number ? right : left;
  }

  Unit OfDivision(const promql::Binary& node, Unit left) const {
    if (const auto divisor = NumberIn(*node.right)) {
      return Scaled(left, 1 / *divisor);
    }
    const auto factor = promql::ShareFactor(node);
    if (factor == 1) return Unit::kRatio;
    if (factor == 100) return Unit::kPercent;
    return Unit::kUnknown;
  }

  static Unit Scaled(Unit unit, double factor) {
    if (factor == 1) return unit;
    if (unit == Unit::kRatio && factor == 100) return Unit::kPercent;
    if (unit == Unit::kPercent && factor == 0.01) return Unit::kRatio;
    if (unit == Unit::kSeconds && factor == 1000) return Unit::kMilliseconds;
    if (unit == Unit::kMilliseconds && factor == 0.001) return Unit::kSeconds;
    return Unit::kUnknown;
  }

  const LintContext& context_;
};

}  // namespace

std::string_view NameOf(Unit unit) {
  switch (unit) {
    case Unit::kSeconds:
      return "seconds";
    case Unit::kMilliseconds:
      return "milliseconds";
    case Unit::kRatio:
      return "a ratio";
    case Unit::kPercent:
      return "a percentage";
    case Unit::kUnknown:
      break;
  }
  return "of no known unit";
}

Unit UnitOf(const LintContext& context, const promql::Expr& expr) {
  return UnitFinder(context).Of(expr);
}

}  // namespace alerts
