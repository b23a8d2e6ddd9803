// THE names of PromQL's binary operators and aggregations: one row each.

#ifndef BASE_OPERATORS_H_
#define BASE_OPERATORS_H_

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "base/version.h"

namespace base {

enum class BinaryOp {
  kOr, kAnd, kUnless,
  kEqual, kNotEqual, kGreater, kLess, kGreaterOrEqual, kLessOrEqual,
  kTrimUpper, kTrimLower,
  kAdd, kSubtract,
  kMultiply, kDivide, kModulo, kAtan2,
  kPower,
};

enum class OpKind { kSet, kComparison, kTrim, kArithmetic };

struct BinaryOpRow {
  BinaryOp op;
  std::string_view text;  // As written; words are case-insensitive.
  int precedence;         // 1 binds loosest.
  bool right_associative;
  OpKind kind;
  Version since = kAlways;  // The first release that knows it.
};

// In the order of the enumeration.
// (Prometheus promql/parser/generated_parser.y:190-203.)
// clang-format off
inline constexpr std::array<BinaryOpRow, 18> kBinaryOps = {{
    {BinaryOp::kOr,             "or",     1, false, OpKind::kSet},
    {BinaryOp::kAnd,            "and",    2, false, OpKind::kSet},
    {BinaryOp::kUnless,         "unless", 2, false, OpKind::kSet},
    {BinaryOp::kEqual,          "==",     3, false, OpKind::kComparison},
    {BinaryOp::kNotEqual,       "!=",     3, false, OpKind::kComparison},
    {BinaryOp::kGreater,        ">",      3, false, OpKind::kComparison},
    {BinaryOp::kLess,           "<",      3, false, OpKind::kComparison},
    {BinaryOp::kGreaterOrEqual, ">=",     3, false, OpKind::kComparison},
    {BinaryOp::kLessOrEqual,    "<=",     3, false, OpKind::kComparison},
    {BinaryOp::kTrimUpper,      "</",     3, false, OpKind::kTrim, {3, 10}},
    {BinaryOp::kTrimLower,      ">/",     3, false, OpKind::kTrim, {3, 10}},
    {BinaryOp::kAdd,            "+",      4, false, OpKind::kArithmetic},
    {BinaryOp::kSubtract,       "-",      4, false, OpKind::kArithmetic},
    {BinaryOp::kMultiply,       "*",      5, false, OpKind::kArithmetic},
    {BinaryOp::kDivide,         "/",      5, false, OpKind::kArithmetic},
    {BinaryOp::kModulo,         "%",      5, false, OpKind::kArithmetic},
    {BinaryOp::kAtan2,          "atan2",  5, false, OpKind::kArithmetic, {2, 31}},
    {BinaryOp::kPower,          "^",      6, true,  OpKind::kArithmetic},
}};
// clang-format on

constexpr const BinaryOpRow& Row(BinaryOp op) {
  return kBinaryOps[static_cast<std::size_t>(op)];
}

enum class AggregationOp {
  kAvg, kBottomk, kCount, kCountValues, kGroup, kLimitRatio, kLimitk,
  kMax, kMin, kQuantile, kStddev, kStdvar, kSum, kTopk,
};

enum class AggregationParameter { kNone, kScalar, kString };

struct AggregationOpRow {
  AggregationOp op;
  std::string_view name;
  AggregationParameter parameter;
  bool keeps_labels;  // Returns input series as they are (topk and its like).
  bool experimental;
  Version since = kAlways;
};

// In the order of the enumeration, which is the names' order.
// clang-format off
inline constexpr std::array<AggregationOpRow, 14> kAggregationOps = {{
    {AggregationOp::kAvg,         "avg",          AggregationParameter::kNone,   false, false},
    {AggregationOp::kBottomk,     "bottomk",      AggregationParameter::kScalar, true,  false},
    {AggregationOp::kCount,       "count",        AggregationParameter::kNone,   false, false},
    {AggregationOp::kCountValues, "count_values", AggregationParameter::kString, false, false},
    {AggregationOp::kGroup,       "group",        AggregationParameter::kNone,   false, false, {2, 20}},
    {AggregationOp::kLimitRatio,  "limit_ratio",  AggregationParameter::kScalar, true,  true, {2, 54}},
    {AggregationOp::kLimitk,      "limitk",       AggregationParameter::kScalar, true,  true, {2, 54}},
    {AggregationOp::kMax,         "max",          AggregationParameter::kNone,   false, false},
    {AggregationOp::kMin,         "min",          AggregationParameter::kNone,   false, false},
    {AggregationOp::kQuantile,    "quantile",     AggregationParameter::kScalar, false, false},
    {AggregationOp::kStddev,      "stddev",       AggregationParameter::kNone,   false, false},
    {AggregationOp::kStdvar,      "stdvar",       AggregationParameter::kNone,   false, false},
    {AggregationOp::kSum,         "sum",          AggregationParameter::kNone,   false, false},
    {AggregationOp::kTopk,        "topk",         AggregationParameter::kScalar, true,  false},
}};
// clang-format on

constexpr const AggregationOpRow& Row(AggregationOp op) {
  return kAggregationOps[static_cast<std::size_t>(op)];
}

}  // namespace base

#endif  // BASE_OPERATORS_H_
