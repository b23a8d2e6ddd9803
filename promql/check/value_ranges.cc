#include "promql/check/value_ranges.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <string_view>
#include <utility>

#include "base/go_math.h"
#include "base/number.h"
#include "promql/check/intervals.h"
#include "promql/check/shares.h"
#include "promql/check/types.h"

namespace promql {
namespace {

using base::kInfinity;

// How the values of a function's result follow from those of its vector.
enum class Rule {
  kSame,      // A value of the vector, or between two of them.
  kArgument,  // That of the only argument, a scalar.
  kFixed,     // In [low, high], whatever it reads.
  kMonotone,  // `map` of them; where that is not a number, low or high.
  kSum,       // The sum of one or more.
  kRate,      // Not negative when the samples are not.
  kPhi,       // As kSame when the first argument is a number in [0, 1].
  kClamp,
  kClampMin,
  kClampMax,
  kAbs,
  kAbsent,
  kScalar,
  kQuantileOfBuckets,
};

struct ValueRow {
  std::string_view function;
  Rule rule;
  double low = -kInfinity;
  double high = kInfinity;
  double (*map)(double) = nullptr;
};

double Ceil(double x) { return std::ceil(x); }
double Floor(double x) { return std::floor(x); }
double Sqrt(double x) { return std::sqrt(x); }
double Sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : x; }
double Degrees(double x) { return x * 180 / std::numbers::pi; }
double Radians(double x) { return x * std::numbers::pi / 180; }
double NearestWhole(double x) { return std::floor(x + 0.5); }

constexpr double kPi = std::numbers::pi;

// Functions without a row can have any value.
// clang-format off
constexpr ValueRow kValueRows[] = {
    {"abs",                Rule::kAbs},
    {"absent",             Rule::kAbsent},
    {"absent_over_time",   Rule::kAbsent},
    {"acos",               Rule::kFixed, 0, kPi},
    {"asin",               Rule::kFixed, -kPi / 2, kPi / 2},
    {"atan",               Rule::kFixed, -kPi / 2, kPi / 2},
    {"avg_over_time",      Rule::kSame},
    {"ceil",               Rule::kMonotone, -kInfinity, kInfinity, Ceil},
    {"changes",            Rule::kFixed, 0, kInfinity},
    {"clamp",              Rule::kClamp},
    {"clamp_max",          Rule::kClampMax},
    {"clamp_min",          Rule::kClampMin},
    {"cos",                Rule::kFixed, -1, 1},
    {"cosh",               Rule::kFixed, 1, kInfinity},
    {"count_over_time",    Rule::kFixed, 1, kInfinity},
    {"day_of_month",       Rule::kFixed, 1, 31},
    {"day_of_week",        Rule::kFixed, 0, 6},
    {"day_of_year",        Rule::kFixed, 1, 366},
    {"days_in_month",      Rule::kFixed, 28, 31},
    {"deg",                Rule::kMonotone, -kInfinity, kInfinity, Degrees},
    {"exp",                Rule::kMonotone, 0, kInfinity, base::go_math::Exp},
    {"first_over_time",    Rule::kSame},
    {"floor",              Rule::kMonotone, -kInfinity, kInfinity, Floor},
    {"histogram_fraction", Rule::kFixed, 0, 1},
    {"histogram_quantile", Rule::kQuantileOfBuckets},
    {"histogram_stddev",   Rule::kFixed, 0, kInfinity},
    {"histogram_stdvar",   Rule::kFixed, 0, kInfinity},
    {"hour",               Rule::kFixed, 0, 23},
    {"increase",           Rule::kRate},
    {"irate",              Rule::kRate},
    {"label_join",         Rule::kSame},
    {"label_replace",      Rule::kSame},
    {"last_over_time",     Rule::kSame},
    {"mad_over_time",      Rule::kFixed, 0, kInfinity},
    {"max_over_time",      Rule::kSame},
    {"min_over_time",      Rule::kSame},
    {"minute",             Rule::kFixed, 0, 59},
    {"month",              Rule::kFixed, 1, 12},
    {"pi",                 Rule::kFixed, kPi, kPi},
    {"present_over_time",  Rule::kFixed, 1, 1},
    {"quantile_over_time", Rule::kPhi},
    {"rad",                Rule::kMonotone, -kInfinity, kInfinity, Radians},
    {"rate",               Rule::kRate},
    {"resets",             Rule::kFixed, 0, kInfinity},
    {"round",              Rule::kMonotone, -kInfinity, kInfinity, NearestWhole},
    {"scalar",             Rule::kScalar},
    {"sgn",                Rule::kMonotone, -1, 1, Sign},
    {"sin",                Rule::kFixed, -1, 1},
    {"sort",               Rule::kSame},
    {"sort_by_label",      Rule::kSame},
    {"sort_by_label_desc", Rule::kSame},
    {"sort_desc",          Rule::kSame},
    {"sqrt",               Rule::kMonotone, 0, kInfinity, Sqrt},
    {"stddev_over_time",   Rule::kFixed, 0, kInfinity},
    {"stdvar_over_time",   Rule::kFixed, 0, kInfinity},
    {"sum_over_time",      Rule::kSum},
    {"tanh",               Rule::kFixed, -1, 1},
    {"vector",             Rule::kArgument},
};
// clang-format on

// How those of an aggregation follow from those of its input, in the order of
// base::AggregationOp.
constexpr ValueRow kAggregationRows[] = {
    {"avg", Rule::kSame},
    {"bottomk", Rule::kSame},
    // A group without series is no group, so it is never 0.
    {"count", Rule::kFixed, 1, kInfinity},
    {"count_values", Rule::kFixed, 1, kInfinity},
    {"group", Rule::kFixed, 1, 1},
    {"limit_ratio", Rule::kSame},
    {"limitk", Rule::kSame},
    {"max", Rule::kSame},
    {"min", Rule::kSame},
    {"quantile", Rule::kPhi},
    {"stddev", Rule::kFixed, 0, kInfinity},
    {"stdvar", Rule::kFixed, 0, kInfinity},
    {"sum", Rule::kSum},
    {"topk", Rule::kSame},
};
static_assert(std::size(kAggregationRows) == base::kAggregationOps.size());

Values SumOf(const Values& values) {
  if (values.low >= 0) return Values::AtLeast(values.low, values.nan);
  if (values.high <= 0) {
    return Values::Between(-kInfinity, values.high, values.nan);
  }
  return Values::Any();
}

Values MapEnds(const Values& values, const ValueRow& row) {
  const double low = row.map(values.low);
  const double high = row.map(values.high);
  return Values::Between(std::isnan(low) ? row.low : low,
                         std::isnan(high) ? row.high : high, true);
}

Values AbsoluteOf(const Values& values) {
  if (values.low >= 0) return values;
  if (values.high <= 0) return Negate(values);
  return Values::Between(0, std::max(-values.low, values.high), values.nan);
}

// The finite bounds of the one histogram whose buckets the expression sums;
// empty when it reads something else.
std::vector<double> BucketsUnder(const Expr& expr, const SeriesFacts& facts) {
  if (const auto* selector = std::get_if<VectorSelector>(&expr.node)) {
    return facts.BucketsOf(*selector);
  }
  if (const auto* matrix = std::get_if<MatrixSelector>(&expr.node)) {
    return BucketsUnder(*matrix->selector, facts);
  }
  if (const auto* subquery = std::get_if<Subquery>(&expr.node)) {
    return BucketsUnder(*subquery->expr, facts);
  }
  if (const auto* paren = std::get_if<Paren>(&expr.node)) {
    return BucketsUnder(*paren->expr, facts);
  }
  if (const auto* sum = std::get_if<Aggregation>(&expr.node)) {
    return BucketsUnder(*sum->expr, facts);
  }
  if (const auto* call = std::get_if<Call>(&expr.node)) {
    // What reads a window keeps all labels of its series but the name.
    for (const ExprPtr& argument : call->arguments) {
      if (TypeOf(*argument) == ValueType::kRangeVector) {
        return BucketsUnder(*argument, facts);
      }
    }
  }
  return {};
}

class Analyser {
 public:
  explicit Analyser(const SeriesFacts& facts) : facts_(facts) {}

  Values Of(const Expr& expr) {
    return std::visit([&](const auto& node) { return In(expr, node); },
                      expr.node);
  }

  std::vector<ImpossibleComparison> TakeImpossible() {
    return std::move(impossible_);
  }

 private:
  Values In(const Expr&, const NumberLiteral& node) {
    return Values::Exactly(node.value);
  }
  Values In(const Expr&, const StringLiteral&) { return Values::Any(); }
  Values In(const Expr&, const VectorSelector& node) {
    return facts_.ValuesOf(node);
  }
  Values In(const Expr&, const MatrixSelector& node) {
    return Of(*node.selector);
  }
  Values In(const Expr&, const Subquery& node) { return Of(*node.expr); }
  Values In(const Expr&, const Paren& node) { return Of(*node.expr); }
  Values In(const Expr&, const Unary& node) {
    const Values values = Of(*node.expr);
    return node.negative ? Negate(values) : values;
  }

  Values In(const Expr&, const Call& node) {
    // Arguments first, so that comparisons inside are seen whatever follows.
    std::vector<Values> arguments;
    Values vector = Values::Any();
    const Expr* vector_expr = nullptr;
    for (const ExprPtr& argument : node.arguments) {
      arguments.push_back(Of(*argument));
      const ValueType type = TypeOf(*argument);
      const bool is_vector =
          type == ValueType::kInstantVector || type == ValueType::kRangeVector;
      if (vector_expr == nullptr && is_vector) {
        vector = arguments.back();
        vector_expr = argument.get();
      }
    }
    const auto row =
        std::ranges::find(kValueRows, node.name, &ValueRow::function);
    const bool reads_nothing = vector_expr != nullptr && vector.never;
    if (row == std::end(kValueRows)) {
      return reads_nothing ? Values::Never() : Values::Any();
    }
    if (row->rule == Rule::kAbsent) return Values::Exactly(1);
    if (row->rule == Rule::kScalar) {
      if (reads_nothing) return Values::Exactly(std::nan(""));
      vector.nan = true;
      return vector;
    }
    if (reads_nothing) return Values::Never();
    return ByRow(*row, vector, node.arguments, arguments);
  }

  Values ByRow(const ValueRow& row, const Values& vector,
               const std::vector<ExprPtr>& parameters,
               const std::vector<Values>& arguments) {
    switch (row.rule) {
      case Rule::kSame:
        return vector;
      case Rule::kArgument:
        return arguments[0];
      case Rule::kFixed:
        return Values::Between(row.low, row.high, row.low != row.high);
      case Rule::kMonotone:
        // round(v, to_nearest) has a second argument.
        if (parameters.size() > 1) {
          return vector.low >= 0 ? Values::AtLeast(0, true) : Values::Any();
        }
        return MapEnds(vector, row);
      case Rule::kSum:
        return SumOf(vector);
      case Rule::kRate:
        // A metric of which nothing is known is a counter here.
        return vector.low >= 0 || (vector == Values::Any() &&
                                   std::holds_alternative<MatrixSelector>(
                                       StripParens(*parameters[0]).node))
                   ? Values::AtLeast(0, true)
                   : Values::Any();
      case Rule::kPhi: {
        const auto phi =
            parameters.empty() ? std::nullopt : NumberIn(*parameters.front());
        return phi && *phi >= 0 && *phi <= 1 ? vector : Values::Any();
      }
      case Rule::kClamp:
        return Clamped(vector, NumberIn(*parameters[1]),
                       NumberIn(*parameters[2]));
      case Rule::kClampMin:
        return Clamped(vector, NumberIn(*parameters[1]), kInfinity);
      case Rule::kClampMax:
        return Clamped(vector, -kInfinity, NumberIn(*parameters[1]));
      case Rule::kAbs:
        return AbsoluteOf(vector);
      case Rule::kQuantileOfBuckets:
        return QuantileOfBuckets(*parameters[0], *parameters[1], arguments[0]);
      case Rule::kAbsent:
      case Rule::kScalar:
        break;
    }
    return Values::Any();
  }

  static Values Clamped(const Values& vector, std::optional<double> low,
                        std::optional<double> high) {
    if (!low || !high || std::isnan(*low) || std::isnan(*high)) {
      return Values::Any();
    }
    if (*low > *high) return Values::Never();
    return Values::Between(std::clamp(vector.low, *low, *high),
                           std::clamp(vector.high, *low, *high), vector.nan);
  }

  // Never above the highest finite bound, where the estimate ends.
  Values QuantileOfBuckets(const Expr&, const Expr& vector, const Values& phi) {
    const std::vector<double> buckets = BucketsUnder(vector, facts_);
    const bool inside = phi.low >= 0 && phi.high <= 1 && !phi.never;
    if (buckets.empty() || !inside) return Values::Any();
    return Values::Between(buckets.front() > 0 ? 0 : -kInfinity, buckets.back(),
                           true);
  }

  Values In(const Expr&, const Aggregation& node) {
    const Values values = Of(*node.expr);
    std::vector<ExprPtr> parameters;
    if (node.parameter != nullptr) {
      Of(*node.parameter);
      parameters.push_back(node.parameter);
    }
    if (values.never) return values;
    return ByRow(kAggregationRows[static_cast<std::size_t>(node.op)], values,
                 parameters, {});
  }

  Values In(const Expr& expr, const Binary& node) {
    const Values left = Of(*node.left);
    const Values right = Of(*node.right);
    switch (base::Row(node.op).kind) {
      case base::OpKind::kSet:
        return InSet(node.op, left, right);
      case base::OpKind::kComparison:
        return InComparison(expr, node, left, right);
      case base::OpKind::kTrim:
        return Values::Any();
      case base::OpKind::kArithmetic:
        break;
    }
    if (node.matching.fill_left || node.matching.fill_right) {
      return Values::Any();
    }
    const Values result = Apply(node.op, left, right);
    if (node.op != base::BinaryOp::kDivide || result.never) return result;
    const auto factor = ShareFactor(node);
    if (!factor || left.low < 0 || right.low < 0) return result;
    return Values::Between(0, std::min(*factor, result.high), true);
  }

  static Values InSet(base::BinaryOp op, const Values& left,
                      const Values& right) {
    switch (op) {
      case base::BinaryOp::kOr:
        return Hull(left, right);
      case base::BinaryOp::kAnd:
        return right.never ? Values::Never() : left;
      default:
        return left;
    }
  }

  Values InComparison(const Expr& expr, const Binary& node, const Values& left,
                      const Values& right) {
    if (left.never || right.never) return Values::Never();
    const bool filled = node.matching.fill_left || node.matching.fill_right;
    if (filled) return Values::Any();
    if (!CanHold(node.op, left, right)) {
      impossible_.push_back({&expr, left, right});
    }
    const bool scalars = TypeOf(expr) == ValueType::kScalar;
    if (node.return_bool || scalars) {
      return CanHold(node.op, left, right) ? Values::Between(0, 1, false)
                                           : Values::Exactly(0);
    }
    // The value that stays is the vector's, and of two vectors the left one's.
    if (TypeOf(*node.left) == ValueType::kScalar) {
      return Filter(Mirror(node.op), right, left);
    }
    return Filter(node.op, left, right);
  }

  const SeriesFacts& facts_;
  std::vector<ImpossibleComparison> impossible_;
};

}  // namespace

ValueAnalysis AnalyseValues(const Expr& expr, const SeriesFacts& facts) {
  Analyser analyser(facts);
  ValueAnalysis analysis;
  analysis.values = analyser.Of(expr);
  analysis.impossible = analyser.TakeImpossible();
  return analysis;
}

}  // namespace promql
