#include "alerts/lint/counters.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/str_format.h"
#include "alerts/lint/parts.h"

namespace alerts {
namespace {

// How long a chain of recording rules is followed; rules may even record what
// they read.
constexpr int kLongestCounterChain = 8;

// Functions whose result rises and falls, whatever they read.
constexpr std::string_view kRisesAndFalls[] = {"avg_over_time",
                                               "changes",
                                               "count_over_time",
                                               "delta",
                                               "deriv",
                                               "histogram_avg",
                                               "histogram_fraction",
                                               "histogram_quantile",
                                               "idelta",
                                               "increase",
                                               "irate",
                                               "predict_linear",
                                               "quantile_over_time",
                                               "rate",
                                               "resets",
                                               "stddev_over_time",
                                               "stdvar_over_time"};
// Functions that have a counter for a counter.
constexpr std::string_view kKeepsOrder[] = {
    "ceil",          "clamp_max",     "clamp_min",      "floor",
    "label_join",    "label_replace", "last_over_time", "max_over_time",
    "min_over_time", "round",         "sort",           "sort_desc"};

bool Contains(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

class CounterFinder {
 public:
  explicit CounterFinder(const LintContext& context) : context_(context) {}

  std::string Of(const promql::Expr& part, int depth) const {
    const promql::Expr& expr = SeriesBehind(part);
    if (const auto* node = std::get_if<promql::VectorSelector>(&expr.node)) {
      return OfMetric(node->name, depth);
    }
    if (const auto* node = std::get_if<promql::Call>(&expr.node)) {
      if (Contains(kRisesAndFalls, node->name)) {
        return absl::StrFormat("what %s() gives", node->name);
      }
      const promql::Expr* vector = VectorArgument(*node);
      const bool keeps = Contains(kKeepsOrder, node->name);
      return keeps && vector != nullptr ? Of(*vector, depth) : "";
    }
    if (const auto* node = std::get_if<promql::Aggregation>(&expr.node)) {
      return OfAggregation(*node, depth);
    }
    if (const auto* node = std::get_if<promql::Binary>(&expr.node)) {
      return OfBinary(*node, depth);
    }
    return "";
  }

 private:
  std::string OfMetric(const std::string& name, int depth) const {
    const schema::Sample* sample = context_.schema().FindSample(name);
    const auto rules = context_.facts().RecordingsOf(name);
    if (rules.empty()) {
      const bool gauge =
          sample != nullptr && sample->type == schema::MetricType::kGauge;
      return gauge ? "a gauge" : "";
    }
    // Scraped as well, or a chain without an end.
    if (sample != nullptr || depth == 0) return "";
    std::string why;
    for (const Rule* rule : rules) {
      why = Of(*rule->expr, depth - 1);
      if (why.empty()) return "";
    }
    return why;
  }

  std::string OfAggregation(const promql::Aggregation& node, int depth) const {
    switch (node.op) {
      case base::AggregationOp::kCount:
      case base::AggregationOp::kCountValues:
        return "a count of series";
      case base::AggregationOp::kSum:
      case base::AggregationOp::kAvg:
      case base::AggregationOp::kMax:
      case base::AggregationOp::kMin:
        return Of(*node.expr, depth);
      default:
        return "";
    }
  }

  std::string OfBinary(const promql::Binary& node, int depth) const {
    const bool number =
        NumberIn(*node.left).has_value() || NumberIn(*node.right).has_value();
    switch (base::Row(node.op).kind) {
      case base::OpKind::kComparison:
        if (node.return_bool) return "0 or 1";
        return Of(NumberIn(*node.left) ? *node.right : *node.left, depth);
      case base::OpKind::kSet: {
        const std::string left = Of(*node.left, depth);
        const bool either = node.op == base::BinaryOp::kOr;
        return either && Of(*node.right, depth).empty() ? "" : left;
      }
      case base::OpKind::kTrim:
        return "";
      case base::OpKind::kArithmetic:
        break;
    }
    if (!number) return node.op == base::BinaryOp::kDivide ? "a ratio" : "";
    return Of(NumberIn(*node.left) ? *node.right : *node.left, depth);
  }

  const LintContext& context_;
};

}  // namespace

std::string WhyNoCounter(const LintContext& context, const promql::Expr& expr) {
  return CounterFinder(context).Of(expr, kLongestCounterChain);
}

}  // namespace alerts
