#include "tests/promql/naive_evaluator.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace promql {
namespace {

using Vector = std::map<base::Labels, double>;
using Result = std::optional<NaiveValue>;

constexpr base::Duration kLookback = 5 * 60 * 1000;
constexpr base::Duration kSubqueryStep = 60 * 1000;

struct Sample {
  base::Timestamp time;
  double value;
};
using Matrix = std::map<base::Labels, std::vector<Sample>>;

base::Labels Nameless(const base::Labels& labels) {
  return base::LabelsBuilder(labels).Remove("__name__").Build();
}

base::Duration Milliseconds(const DurationExprPtr& duration) {
  if (duration == nullptr) return 0;
  if (duration->op == DurationExpr::Op::kNegate) {
    return -Milliseconds(duration->left);
  }
  return std::llround(duration->seconds * 1000);
}

class Naive {
 public:
  explicit Naive(const Storage& storage) : storage_(storage) {}

  Result Evaluate(const Expr& expr, base::Timestamp time) {
    if (const auto* node = std::get_if<NumberLiteral>(&expr.node)) {
      return Scalar(node->value);
    }
    if (const auto* node = std::get_if<Paren>(&expr.node)) {
      return Evaluate(*node->expr, time);
    }
    if (const auto* node = std::get_if<VectorSelector>(&expr.node)) {
      return Select(*node, time);
    }
    if (const auto* node = std::get_if<Unary>(&expr.node)) {
      return Negate(*node, time);
    }
    if (const auto* node = std::get_if<Call>(&expr.node)) {
      return Apply(*node, time);
    }
    if (const auto* node = std::get_if<Aggregation>(&expr.node)) {
      return Aggregate(*node, time);
    }
    if (const auto* node = std::get_if<Binary>(&expr.node)) {
      return Combine(*node, time);
    }
    return std::nullopt;
  }

 private:
  static Result Scalar(double value) { return NaiveValue{true, {{{}, value}}}; }

  static base::Timestamp Shift(const TimeModifiers& modifiers,
                               base::Timestamp time) {
    if (modifiers.at.has_value()) time = modifiers.at->time;
    return time - Milliseconds(modifiers.offset);
  }

  Matrix Samples(const VectorSelector& selector, base::Timestamp after,
                 base::Timestamp until) {
    Matrix matrix;
    const auto set = storage_.Select(selector.matchers, after, until);
    for (const SeriesView& series : set->series) {
      for (std::size_t i = 0; i < series.times.size(); ++i) {
        const base::Timestamp time = series.times[i];
        if (time <= after || time > until) continue;
        matrix[series.labels].push_back({time, series.values[i]});
      }
    }
    return matrix;
  }

  Result Select(const VectorSelector& selector, base::Timestamp time) {
    NaiveValue result;
    time = Shift(selector.time, time);
    for (const auto& [labels, samples] :
         Samples(selector, time - kLookback, time)) {
      if (IsStaleMarker(samples.back().value)) continue;
      result.samples[labels] = samples.back().value;
    }
    return result;
  }

  Result Negate(const Unary& unary, base::Timestamp time) {
    Result value = Evaluate(*unary.expr, time);
    if (!value.has_value() || !unary.negative) return value;
    NaiveValue result{value->scalar, {}};
    for (const auto& [labels, number] : value->samples) {
      if (!result.samples.emplace(Nameless(labels), -number).second) return {};
    }
    return result;
  }

  // The windows of a range vector that ends at `end`.
  std::optional<Matrix> Range(const Expr& expr, base::Timestamp time,
                              base::Timestamp& end, base::Duration& range) {
    if (const auto* node = std::get_if<MatrixSelector>(&expr.node)) {
      const auto& selector = std::get<VectorSelector>(node->selector->node);
      range = Milliseconds(node->range);
      end = Shift(selector.time, time);
      Matrix matrix = Samples(selector, end - range, end);
      for (auto& [labels, samples] : matrix) {
        std::erase_if(samples, [](const Sample& sample) {
          return IsStaleMarker(sample.value);
        });
      }
      std::erase_if(matrix, [](const auto& row) { return row.second.empty(); });
      return matrix;
    }
    const auto* node = std::get_if<Subquery>(&expr.node);
    if (node == nullptr) return std::nullopt;
    range = Milliseconds(node->range);
    end = Shift(node->time, time);
    const base::Duration step =
        node->step == nullptr ? kSubqueryStep : Milliseconds(node->step);
    Matrix matrix;
    for (base::Timestamp at = (end - range) / step * step; at <= end;
         at += step) {
      if (at <= end - range) continue;
      const Result value = Evaluate(*node->expr, at);
      if (!value.has_value()) return std::nullopt;
      for (const auto& [labels, number] : value->samples) {
        matrix[labels].push_back({at, number});
      }
    }
    return matrix;
  }

  // Upstream's extrapolation, straight from its description.
  static std::optional<double> Growth(const std::string& name,
                                      const std::vector<Sample>& samples,
                                      base::Timestamp end,
                                      base::Duration range) {
    if (samples.size() < 2) return std::nullopt;
    const bool counter = name != "delta";
    double growth = samples.back().value - samples.front().value;
    for (std::size_t i = 1; counter && i < samples.size(); ++i) {
      if (samples[i].value < samples[i - 1].value) {
        growth += samples[i - 1].value;
      }
    }
    const auto seconds = [](base::Duration d) {
      return static_cast<double>(d) / 1000;
    };
    double before = seconds(samples.front().time - (end - range));
    double after = seconds(end - samples.back().time);
    const double sampled = seconds(samples.back().time - samples.front().time);
    const double average = sampled / static_cast<double>(samples.size() - 1);
    if (before >= average * 1.1) before = average / 2;
    if (counter && growth > 0 && samples.front().value >= 0) {
      before = std::min(before, sampled * (samples.front().value / growth));
    }
    if (after >= average * 1.1) after = average / 2;
    double factor = (sampled + before + after) / sampled;
    if (name == "rate") factor /= seconds(range);
    return growth * factor;
  }

  static std::optional<double> OverTime(const std::string& name,
                                        const std::vector<Sample>& samples,
                                        base::Timestamp end,
                                        base::Duration range) {
    if (name == "rate" || name == "increase" || name == "delta") {
      return Growth(name, samples, end, range);
    }
    long double sum = 0;
    double least = samples.front().value;
    double most = least;
    for (const Sample& sample : samples) {
      sum += sample.value;
      least = std::min(least, sample.value);
      most = std::max(most, sample.value);
    }
    const auto count = static_cast<double>(samples.size());
    if (name == "sum_over_time") return static_cast<double>(sum);
    if (name == "avg_over_time") return static_cast<double>(sum / count);
    if (name == "min_over_time") return least;
    if (name == "max_over_time") return most;
    if (name == "count_over_time") return count;
    if (name == "last_over_time") return samples.back().value;
    return std::nullopt;
  }

  Result ApplyRange(const Call& call, base::Timestamp time) {
    base::Timestamp end = 0;
    base::Duration range = 0;
    const auto matrix =
        Range(StripParens(*call.arguments[0]), time, end, range);
    if (!matrix.has_value()) return std::nullopt;
    NaiveValue result;
    for (const auto& [labels, samples] : *matrix) {
      const auto value = OverTime(call.name, samples, end, range);
      if (!value.has_value()) continue;
      const base::Labels kept =
          call.name == "last_over_time" ? labels : Nameless(labels);
      if (!result.samples.emplace(kept, *value).second) return std::nullopt;
    }
    return result;
  }

  Result Apply(const Call& call, base::Timestamp time) {
    if (call.name == "time") return Scalar(static_cast<double>(time) / 1000);
    if (call.arguments.empty()) return std::nullopt;
    const Expr& first = StripParens(*call.arguments[0]);
    if (std::holds_alternative<MatrixSelector>(first.node) ||
        std::holds_alternative<Subquery>(first.node)) {
      return ApplyRange(call, time);
    }
    const Result value = Evaluate(first, time);
    if (!value.has_value()) return std::nullopt;
    if (call.name == "vector") return NaiveValue{false, value->samples};
    if (call.name == "scalar") {
      return Scalar(value->samples.size() == 1 ? value->samples.begin()->second
                                               : std::nan(""));
    }
    if (call.name == "absent") {
      return NaiveValue{false,
                        value->samples.empty() ? Vector{{{}, 1}} : Vector{}};
    }
    double least = 0;
    if (call.name == "clamp_min") {
      const Result bound = Evaluate(*call.arguments[1], time);
      if (!bound.has_value()) return std::nullopt;
      least = bound->samples.begin()->second;
    } else if (call.name != "abs") {
      return std::nullopt;
    }
    NaiveValue result;
    for (const auto& [labels, number] : value->samples) {
      const double mapped =
          call.name == "abs" ? std::fabs(number) : std::max(number, least);
      if (!result.samples.emplace(Nameless(labels), mapped).second) return {};
    }
    return result;
  }

  Result Aggregate(const Aggregation& aggregation, base::Timestamp time) {
    using Op = base::AggregationOp;
    const Result value = Evaluate(*aggregation.expr, time);
    if (!value.has_value()) return std::nullopt;
    std::map<base::Labels, std::vector<double>> groups;
    for (const auto& [labels, number] : value->samples) {
      base::LabelsBuilder key(labels);
      if (aggregation.without) {
        for (const auto& name : aggregation.grouping) key.Remove(name);
        key.Remove("__name__");
      } else {
        key.Keep(aggregation.grouping);
      }
      groups[key.Build()].push_back(number);
    }
    NaiveValue result;
    for (const auto& [labels, numbers] : groups) {
      long double sum = 0;
      for (const double number : numbers) sum += number;
      const auto count = static_cast<double>(numbers.size());
      double& out = result.samples[labels];
      switch (aggregation.op) {
        case Op::kSum:
          out = static_cast<double>(sum);
          break;
        case Op::kAvg:
          out = static_cast<double>(sum / count);
          break;
        case Op::kMin:
          out = *std::ranges::min_element(numbers);
          break;
        case Op::kMax:
          out = *std::ranges::max_element(numbers);
          break;
        case Op::kCount:
          out = count;
          break;
        case Op::kGroup:
          out = 1;
          break;
        default:
          return std::nullopt;
      }
    }
    return result;
  }

  // The result of one pair; nothing when a comparison does not hold.
  static std::optional<double> Pair(const Binary& binary, double left,
                                    double right, double passes) {
    using Op = base::BinaryOp;
    bool holds = false;
    switch (binary.op) {
      case Op::kAdd:
        return left + right;
      case Op::kSubtract:
        return left - right;
      case Op::kMultiply:
        return left * right;
      case Op::kDivide:
        return left / right;
      case Op::kModulo:
        return std::fmod(left, right);
      case Op::kPower:
        return std::pow(left, right);
      case Op::kEqual:
        holds = left == right;
        break;
      case Op::kNotEqual:
        holds = left != right;
        break;
      case Op::kGreater:
        holds = left > right;
        break;
      case Op::kLess:
        holds = left < right;
        break;
      case Op::kGreaterOrEqual:
        holds = left >= right;
        break;
      case Op::kLessOrEqual:
        holds = left <= right;
        break;
      default:
        return std::nullopt;
    }
    if (binary.return_bool) return holds ? 1 : 0;
    return holds ? std::optional(passes) : std::nullopt;
  }

  static base::Labels Key(const base::Labels& labels,
                          const VectorMatching& matching) {
    base::LabelsBuilder key(labels);
    if (matching.on) return key.Keep(matching.labels).Build();
    for (const auto& name : matching.labels) key.Remove(name);
    return key.Remove("__name__").Build();
  }

  static bool IsComparison(const Binary& binary) {
    return base::Row(binary.op).kind == base::OpKind::kComparison;
  }

  static Result SetOperator(const Binary& binary, const Vector& left,
                            const Vector& right) {
    std::map<base::Labels, int> left_keys;
    std::map<base::Labels, int> right_keys;
    for (const auto& [labels, number] : left) {
      ++left_keys[Key(labels, binary.matching)];
    }
    for (const auto& [labels, number] : right) {
      ++right_keys[Key(labels, binary.matching)];
    }
    NaiveValue result;
    for (const auto& [labels, number] : left) {
      const bool matches = right_keys.contains(Key(labels, binary.matching));
      if (binary.op == base::BinaryOp::kOr ||
          matches == (binary.op == base::BinaryOp::kAnd)) {
        result.samples[labels] = number;
      }
    }
    if (binary.op != base::BinaryOp::kOr) return result;
    for (const auto& [labels, number] : right) {
      if (left_keys.contains(Key(labels, binary.matching))) continue;
      result.samples[labels] = number;
    }
    return result;
  }

  static Result JoinVectors(const Binary& binary, const Vector& left,
                            const Vector& right) {
    const VectorMatching& matching = binary.matching;
    const bool group_left = matching.cardinality == Cardinality::kManyToOne;
    if (!group_left && matching.cardinality != Cardinality::kOneToOne) {
      return std::nullopt;
    }
    if (left.empty() || right.empty()) return NaiveValue{};
    std::map<base::Labels, const Vector::value_type*> ones;
    for (const auto& sample : right) {
      if (!ones.emplace(Key(sample.first, matching), &sample).second) return {};
    }
    NaiveValue result;
    std::map<base::Labels, int> matched;
    for (const auto& [labels, number] : left) {
      const base::Labels key = Key(labels, matching);
      const auto one = ones.find(key);
      if (one == ones.end()) continue;
      if (!group_left && ++matched[key] > 1) return std::nullopt;
      const bool keeps_name = IsComparison(binary) && !binary.return_bool;
      base::LabelsBuilder out(keeps_name ? labels : Nameless(labels));
      if (!group_left && matching.on) out.Keep(matching.labels);
      if (!group_left && !matching.on) {
        for (const auto& name : matching.labels) out.Remove(name);
      }
      for (const auto& name : matching.include) {
        out.Set(name, one->second->first.Get(name));
      }
      const auto value = Pair(binary, number, one->second->second, number);
      if (!value.has_value()) continue;
      if (!result.samples.emplace(out.Build(), *value).second) return {};
    }
    return result;
  }

  Result Combine(const Binary& binary, base::Timestamp time) {
    const Result left = Evaluate(*binary.left, time);
    const Result right = Evaluate(*binary.right, time);
    if (!left.has_value() || !right.has_value()) return std::nullopt;
    if (left->scalar && right->scalar) {
      const auto value = Pair(binary, left->samples.begin()->second,
                              right->samples.begin()->second, 0);
      return value.has_value() ? Scalar(*value) : std::nullopt;
    }
    if (!left->scalar && !right->scalar) {
      return base::Row(binary.op).kind == base::OpKind::kSet
                 ? SetOperator(binary, left->samples, right->samples)
                 : JoinVectors(binary, left->samples, right->samples);
    }
    NaiveValue result;
    const bool keeps_name = IsComparison(binary) && !binary.return_bool;
    const Vector& vector = left->scalar ? right->samples : left->samples;
    for (const auto& [labels, number] : vector) {
      const auto value =
          left->scalar
              ? Pair(binary, left->samples.begin()->second, number, number)
              : Pair(binary, number, right->samples.begin()->second, number);
      if (!value.has_value()) continue;
      const base::Labels kept = keeps_name ? labels : Nameless(labels);
      if (!result.samples.emplace(kept, *value).second) return std::nullopt;
    }
    return result;
  }

  const Storage& storage_;
};

}  // namespace

std::optional<NaiveValue> EvaluateNaively(const Storage& storage,
                                          const Expr& expr,
                                          base::Timestamp time) {
  return Naive(storage).Evaluate(expr, time);
}

}  // namespace promql
