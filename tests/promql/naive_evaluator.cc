#include "tests/promql/naive_evaluator.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "base/number.h"
#include "promql/functions/function.h"
#include "tests/promql/naive_functions.h"

namespace promql {
namespace {

using Vector = std::map<base::Labels, double>;
using Result = std::optional<NaiveValue>;

constexpr base::Duration kLookback = 5 * 60 * 1000;
constexpr base::Duration kSubqueryStep = 60 * 1000;

using Sample = NaiveSample;
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
  Naive(const Storage& storage, base::Timestamp start, base::Timestamp end)
      : storage_(storage), start_(start), end_(end) {}

  // Whether it met what it does not know.
  bool puzzled() const { return puzzled_; }

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
    return Puzzled();
  }

 private:
  std::nullopt_t Puzzled() {
    puzzled_ = true;
    return std::nullopt;
  }

  static Result Scalar(double value) { return NaiveValue{true, {{{}, value}}}; }

  base::Timestamp Shift(const TimeModifiers& modifiers,
                        base::Timestamp time) const {
    if (modifiers.at.has_value()) {
      using Kind = AtModifier::Kind;
      time = modifiers.at->kind == Kind::kStart ? start_
             : modifiers.at->kind == Kind::kEnd ? end_
                                                : modifiers.at->time;
    }
    return time - Milliseconds(modifiers.offset);
  }

  Matrix Samples(const VectorSelector& selector, base::Timestamp after,
                 base::Timestamp until) {
    Matrix matrix;
    const auto set = storage_.Select(selector.matchers, after, until);
    for (const SeriesView& series : set->series) {
      std::vector<Sample> samples;
      for (std::size_t i = 0; i < series.times.size(); ++i) {
        const base::Timestamp time = series.times[i];
        if (time <= after || time > until) continue;
        samples.push_back({time, series.values[i]});
      }
      if (!samples.empty()) matrix[series.labels] = std::move(samples);
    }
    return matrix;
  }

  Result Select(const VectorSelector& selector, base::Timestamp time,
                bool times = false) {
    NaiveValue result;
    time = Shift(selector.time, time);
    for (const auto& [labels, samples] :
         Samples(selector, time - kLookback, time)) {
      if (IsStaleMarker(samples.back().value)) continue;
      result.samples[labels] =
          times ? static_cast<double>(samples.back().time) / 1000
                : samples.back().value;
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
    if (node == nullptr) return Puzzled();
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

  // The scalar arguments' values.
  std::optional<std::vector<double>> Scalars(const Call& call,
                                             base::Timestamp time) {
    const Function* function = FindFunction(call.name);
    std::vector<double> scalars;
    for (std::size_t i = 0; i < call.arguments.size(); ++i) {
      const std::size_t last = function->parameter_count - 1;
      if (function->parameters[std::min(i, last)] != ArgumentType::kScalar) {
        continue;
      }
      const Result value = Evaluate(*call.arguments[i], time);
      if (!value.has_value()) return std::nullopt;
      scalars.push_back(value->samples.begin()->second);
    }
    return scalars;
  }

  // The place of the first argument of this type; none is npos.
  static std::size_t Place(const Call& call, ArgumentType type) {
    const Function* function = FindFunction(call.name);
    for (std::size_t i = 0; i < function->parameter_count; ++i) {
      if (function->parameters[i] == type) return i;
    }
    return std::string::npos;
  }

  // What absent() answers with: the labels that a selector pins down.
  static base::Labels Pinned(const Expr& expr) {
    const Expr* selector = &StripParens(expr);
    if (const auto* matrix = std::get_if<MatrixSelector>(&selector->node)) {
      selector = matrix->selector.get();
    }
    const auto* node = std::get_if<VectorSelector>(&selector->node);
    base::LabelsBuilder labels;
    if (node == nullptr) return labels.Build();
    std::map<std::string, int> written;
    for (const base::Matcher& matcher : node->matchers) {
      ++written[std::string(matcher.name())];
    }
    for (const base::Matcher& matcher : node->matchers) {
      const std::string name(matcher.name());
      if (name == "__name__" || written[name] > 1) continue;
      if (matcher.type() == base::MatchType::kEqual) {
        labels.Set(name, matcher.value());
      }
    }
    return labels.Build();
  }

  static Result Absent(const Expr& argument, bool absent) {
    return NaiveValue{false, absent ? Vector{{Pinned(argument), 1}} : Vector{}};
  }

  Result ApplyRange(const Call& call, std::size_t place, base::Timestamp time) {
    NaiveWindow window{{}, 0, 0, time};
    const Expr& argument = *call.arguments[place];
    const auto scalars = Scalars(call, time);
    if (!scalars.has_value()) return std::nullopt;
    const auto matrix =
        Range(StripParens(argument), time, window.end, window.range);
    if (!matrix.has_value()) return std::nullopt;
    if (call.name == "absent_over_time") {
      return Absent(argument, matrix->empty());
    }
    NaiveValue result;
    for (const auto& [labels, samples] : *matrix) {
      window.samples = samples;
      const NaiveAnswer answer = NaivelyOfWindow(call.name, window, *scalars);
      if (!answer.known) return Puzzled();
      if (!answer.number.has_value()) continue;
      const base::Labels kept =
          FindFunction(call.name)->keeps_name ? labels : Nameless(labels);
      if (!result.samples.emplace(kept, *answer.number).second) return {};
    }
    return result;
  }

  static std::string Text(const Call& call, std::size_t i) {
    return std::get<StringLiteral>(StripParens(*call.arguments[i]).node).value;
  }

  Result JoinLabels(const Call& call, const Vector& vector) {
    NaiveValue result;
    for (const auto& [labels, number] : vector) {
      std::string value;
      for (std::size_t i = 3; i < call.arguments.size(); ++i) {
        if (i > 3) value += Text(call, 2);
        value += labels.Get(Text(call, i));
      }
      const auto out =
          base::LabelsBuilder(labels).Set(Text(call, 1), value).Build();
      if (!result.samples.emplace(out, number).second) return std::nullopt;
    }
    return result;
  }

  Result OfBuckets(const Vector& vector, double q) {
    std::map<base::Labels, std::vector<std::pair<double, double>>> groups;
    for (const auto& [labels, number] : vector) {
      const std::string bound(labels.Get("le"));
      if (bound.empty()) continue;
      groups[base::LabelsBuilder(Nameless(labels)).Remove("le").Build()]
          .emplace_back(std::strtod(bound.c_str(), nullptr), number);
    }
    NaiveValue result;
    for (const auto& [labels, buckets] : groups) {
      result.samples[labels] = NaiveBucketQuantile(q, buckets);
    }
    return result;
  }

  // The functions that look at a vector as a whole.
  std::optional<Result> OfVector(const Call& call, const Vector& vector,
                                 const Expr& argument,
                                 const std::vector<double>& scalars) {
    const std::string& name = call.name;
    if (name == "scalar") {
      return Scalar(vector.size() == 1 ? vector.begin()->second : std::nan(""));
    }
    if (name == "absent") return Absent(argument, vector.empty());
    if (name.starts_with("sort")) return NaiveValue{false, vector};
    if (name == "label_join") return JoinLabels(call, vector);
    if (name == "histogram_quantile") return OfBuckets(vector, scalars[0]);
    return std::nullopt;
  }

  Result Apply(const Call& call, base::Timestamp time) {
    if (call.name == "time") return Scalar(static_cast<double>(time) / 1000);
    if (call.name == "pi") return Scalar(std::acos(-1));
    if (call.arguments.empty()) return Puzzled();
    const std::size_t range = Place(call, ArgumentType::kMatrix);
    if (range != std::string::npos) return ApplyRange(call, range, time);
    const auto scalars = Scalars(call, time);
    if (!scalars.has_value()) return std::nullopt;
    if (call.name == "vector") return NaiveValue{false, {{{}, (*scalars)[0]}}};
    const std::size_t place = Place(call, ArgumentType::kVector);
    if (place == std::string::npos) return Puzzled();
    const Expr& argument = *call.arguments[place];
    const auto* selector = std::get_if<VectorSelector>(&argument.node);
    const bool stamp = call.name == "timestamp";
    const Result value = stamp && selector != nullptr
                             ? Select(*selector, time, true)
                             : Evaluate(argument, time);
    if (!value.has_value()) return std::nullopt;
    if (auto result = OfVector(call, value->samples, argument, *scalars)) {
      return *result;
    }
    NaiveValue result;
    for (const auto& [labels, number] : value->samples) {
      NaiveAnswer answer{true, number};
      if (stamp && selector == nullptr) {
        answer.number = static_cast<double>(time) / 1000;
      } else if (!stamp) {
        answer = NaivelyOfNumber(call.name, number, *scalars);
      }
      if (!answer.known) return Puzzled();
      if (!answer.number.has_value()) continue;
      if (!result.samples.emplace(Nameless(labels), *answer.number).second) {
        return std::nullopt;
      }
    }
    return result;
  }

  static base::Labels GroupOf(const Aggregation& aggregation,
                              const base::Labels& labels) {
    base::LabelsBuilder key(labels);
    if (!aggregation.without) return key.Keep(aggregation.grouping).Build();
    for (const auto& name : aggregation.grouping) key.Remove(name);
    return key.Remove("__name__").Build();
  }

  // topk and bottomk. Between equal values the order of the storage decides,
  // which is not known here.
  Result Best(const Aggregation& aggregation, const Vector& vector,
              double parameter) {
    const bool most = aggregation.op == base::AggregationOp::kTopk;
    const auto rank = [most](double number) {
      return std::isnan(number) ? -HUGE_VAL : most ? number : -number;
    };
    NaiveValue result;
    for (const auto& [labels, number] : vector) {
      double above = 0;
      double equal = 0;
      for (const auto& [other, value] : vector) {
        if (GroupOf(aggregation, other) != GroupOf(aggregation, labels)) {
          continue;
        }
        above += rank(value) > rank(number) ? 1 : 0;
        equal += rank(value) == rank(number) ? 1 : 0;
      }
      const double k = std::trunc(parameter);
      if (above >= k) continue;
      if (above + equal > k) return Puzzled();
      result.samples[labels] = number;
    }
    return result;
  }

  Result CountValues(const Aggregation& aggregation, const Vector& vector) {
    const auto& name =
        std::get<StringLiteral>(StripParens(*aggregation.parameter).node).value;
    NaiveValue result;
    for (const auto& [labels, number] : vector) {
      // The last bit of a rounded number makes another label.
      if (std::fmod(number * 1024, 1) != 0) return Puzzled();
      const std::string value = base::FormatDecimal(number);
      // `without` takes the new label off as well.
      const base::Labels group = GroupOf(
          aggregation, base::LabelsBuilder(labels).Set(name, value).Build());
      result
          .samples[aggregation.without
                       ? group
                       : base::LabelsBuilder(group).Set(name, value).Build()] +=
          1;
    }
    return result;
  }

  Result Aggregate(const Aggregation& aggregation, base::Timestamp time) {
    using Op = base::AggregationOp;
    const Result value = Evaluate(*aggregation.expr, time);
    if (!value.has_value()) return std::nullopt;
    if (aggregation.op == Op::kCountValues) {
      return CountValues(aggregation, value->samples);
    }
    double parameter = 0;
    if (aggregation.parameter != nullptr) {
      const Result number = Evaluate(*aggregation.parameter, time);
      if (!number.has_value()) return std::nullopt;
      parameter = number->samples.begin()->second;
    }
    if (aggregation.op == Op::kTopk || aggregation.op == Op::kBottomk) {
      return Best(aggregation, value->samples, parameter);
    }
    std::map<base::Labels, std::vector<double>> groups;
    for (const auto& [labels, number] : value->samples) {
      groups[GroupOf(aggregation, labels)].push_back(number);
    }
    NaiveValue result;
    for (const auto& [labels, numbers] : groups) {
      const auto answer = NaivelyOfGroup(aggregation.op, parameter, numbers);
      if (!answer.known) return Puzzled();
      result.samples[labels] = *answer.number;
    }
    return result;
  }

  // The result of one pair; nothing when a comparison does not hold.
  std::optional<double> Pair(const Binary& binary, double left, double right,
                             double passes) {
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
        // The last bits of the left side decide.
        if (std::fabs(left) > 1e6 * std::fabs(right)) return Puzzled();
        return std::fmod(left, right);
      case Op::kPower:
        return std::pow(left, right);
      case Op::kAtan2:
        return std::atan2(left, right);
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

  Result JoinVectors(const Binary& binary, const Vector& left,
                     const Vector& right) {
    const VectorMatching& matching = binary.matching;
    const bool grouped = matching.cardinality != Cardinality::kOneToOne;
    const bool group_right = matching.cardinality == Cardinality::kOneToMany;
    if (left.empty() || right.empty()) return NaiveValue{};
    std::map<base::Labels, const Vector::value_type*> ones;
    for (const auto& sample : group_right ? left : right) {
      if (!ones.emplace(Key(sample.first, matching), &sample).second) return {};
    }
    NaiveValue result;
    std::map<base::Labels, int> matched;
    for (const auto& [labels, number] : group_right ? right : left) {
      const base::Labels key = Key(labels, matching);
      const auto one = ones.find(key);
      if (one == ones.end()) continue;
      if (!grouped && ++matched[key] > 1) return std::nullopt;
      const bool keeps_name = IsComparison(binary) && !binary.return_bool;
      base::LabelsBuilder out(keeps_name ? labels : Nameless(labels));
      if (!grouped && matching.on) out.Keep(matching.labels);
      if (!grouped && !matching.on) {
        for (const auto& name : matching.labels) out.Remove(name);
      }
      for (const auto& name : matching.include) {
        out.Set(name, one->second->first.Get(name));
      }
      const double other = one->second->second;
      const auto value = group_right ? Pair(binary, other, number, other)
                                     : Pair(binary, number, other, number);
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
  base::Timestamp start_;
  base::Timestamp end_;
  bool puzzled_ = false;
};

}  // namespace

std::optional<NaiveValue> EvaluateNaively(const Storage& storage,
                                          const Expr& expr,
                                          base::Timestamp time) {
  return Naive(storage, time, time).Evaluate(expr, time);
}

NaiveStep EvaluateNaively(const Storage& storage, const Expr& expr,
                          const base::TimeGrid& grid, std::size_t step) {
  Naive naive(storage, grid.start, grid.end());
  NaiveStep result;
  result.value = naive.Evaluate(expr, grid.at(step));
  result.known = !naive.puzzled();
  return result;
}

}  // namespace promql
