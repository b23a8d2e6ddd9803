#include "promql/check/types.h"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/labels.h"
#include "base/quote.h"
#include "promql/functions/function.h"

namespace promql {
namespace {

ValueType ToValueType(ArgumentType type) {
  switch (type) {
    case ArgumentType::kScalar:
      return ValueType::kScalar;
    case ArgumentType::kString:
      return ValueType::kString;
    case ArgumentType::kVector:
      return ValueType::kInstantVector;
    case ArgumentType::kMatrix:
      return ValueType::kRangeVector;
  }
  return ValueType::kNone;
}

ValueType CallType(const Call& call) {
  const Function* function = FindFunction(call.name);
  return function == nullptr ? ValueType::kNone : ToValueType(function->result);
}

// What the messages about operands ask of a type.
bool IsOperand(ValueType type) {
  return type == ValueType::kScalar || type == ValueType::kInstantVector;
}

// "write topk(scalar, instant vector)" when the arguments of `name` have these
// types in another order, else "".
std::string HintForOrder(std::string_view name, std::span<const ExprPtr> got,
                         std::vector<ValueType> want) {
  std::vector<ValueType> types;
  for (const ExprPtr& argument : got) types.push_back(TypeOf(*argument));
  if (types == want) return "";
  std::string order;
  for (const ValueType type : want) {
    absl::StrAppendFormat(&order, "%s%s", order.empty() ? "" : ", ",
                          ValueTypeName(type));
  }
  std::ranges::sort(types);
  std::ranges::sort(want);
  return types == want ? absl::StrFormat("write %s(%s)", name, order) : "";
}

// The selectors of info() name labels, not series: they need no metric name
// and may match everything.
constexpr std::string_view kSelectsLabels = "info";

class TypeChecker {
 public:
  explicit TypeChecker(base::Diagnostics& diagnostics)
      : diagnostics_(diagnostics) {}

  bool ok() const { return ok_; }

  ValueType Check(const Expr& expr) {
    return std::visit([&](const auto& node) { return CheckNode(expr, node); },
                      expr.node);
  }

 private:
  void Error(std::string_view code, base::Span span, std::string message,
             std::string help = {}) {
    ok_ = false;
    diagnostics_.Error(code, span, std::move(message), std::move(help));
  }

  // `order` is HintForOrder of what `expr` is an argument of.
  template <typename Hint>
  void Expect(const Expr& expr, ValueType want, const std::string& context,
              Hint order) {
    const ValueType got = Check(expr);
    if (got == want) return;
    std::string help = order();
    if (help.empty()) help = Help(want, got);
    Error("argument-type", expr.span,
          absl::StrFormat("expected type %s in %s, got %s", ValueTypeName(want),
                          context, ValueTypeName(got)),
          std::move(help));
  }

  static std::string Help(ValueType want, ValueType got) {
    if (want == ValueType::kRangeVector && got == ValueType::kInstantVector) {
      return "a selector needs a range: metric[5m]; another expression a "
             "subquery: (expression)[5m:]";
    }
    if (want == ValueType::kInstantVector && got == ValueType::kRangeVector) {
      return "leave out the range, or apply a function like rate() to it";
    }
    if (want == ValueType::kScalar && got == ValueType::kInstantVector) {
      return "scalar(expression) makes a scalar of a single series";
    }
    return "";
  }

  ValueType CheckNode(const Expr&, const NumberLiteral&) {
    return ValueType::kScalar;
  }
  ValueType CheckNode(const Expr&, const StringLiteral&) {
    return ValueType::kString;
  }
  ValueType CheckNode(const Expr& expr, const VectorSelector& node);
  ValueType CheckNode(const Expr&, const MatrixSelector& node) {
    Check(*node.selector);
    return ValueType::kRangeVector;
  }
  ValueType CheckNode(const Expr& expr, const Subquery& node);
  ValueType CheckNode(const Expr& expr, const Call& node);
  ValueType CheckNode(const Expr& expr, const Aggregation& node);
  ValueType CheckNode(const Expr& expr, const Binary& node);
  ValueType CheckNode(const Expr& expr, const Unary& node);
  ValueType CheckNode(const Expr&, const Paren& node) {
    return Check(*node.expr);
  }

  void CheckMetricName(const Expr& expr, const VectorSelector& node);
  void CheckArgumentCount(const Expr& expr, const Call& node,
                          const Function& function);
  void CheckLabelSelector(const Expr& call, const Expr& argument);
  void CheckBool(const Binary& node, ValueType left, ValueType right);
  void CheckMatching(const Expr& expr, const Binary& node, bool vectors);
  void CheckSetOperator(const Expr& expr, const Binary& node);

  base::Diagnostics& diagnostics_;
  const Expr* label_selector_ = nullptr;  // info()'s, which may match all.
  bool ok_ = true;
};

void TypeChecker::CheckMetricName(const Expr& expr,
                                  const VectorSelector& node) {
  // Several names are a contradiction; a regexp beside them is a condition.
  const bool before = node.NameStandsBefore();
  const std::string* found = before ? &node.name : nullptr;
  const std::size_t inside = node.matchers.size() - (before ? 1 : 0);
  for (std::size_t i = 0; i < inside; ++i) {
    const base::Matcher& matcher = node.matchers[i];
    if (matcher.name() != base::kMetricName) continue;
    if (!before && matcher.type() != base::MatchType::kEqual) {
      continue;
    }
    // Prometheus takes an empty one for none.
    if (found != nullptr && !found->empty()) {
      Error("metric-name", expr.span,
            absl::StrFormat("metric name must not be set twice: %s or %s",
                            base::Quote(*found), base::Quote(matcher.value())));
    } else {
      found = &matcher.value();
    }
  }
}

ValueType TypeChecker::CheckNode(const Expr& expr, const VectorSelector& node) {
  CheckMetricName(expr, node);
  const bool selects = std::ranges::any_of(
      node.matchers,
      [](const base::Matcher& matcher) { return !matcher.Matches(""); });
  if (!selects && &expr != label_selector_) {
    Error("empty-selector", expr.span,
          "vector selector must contain at least one non-empty matcher",
          "it would select every series: name a metric or a label's value");
  }
  return ValueType::kInstantVector;
}

ValueType TypeChecker::CheckNode(const Expr& expr, const Subquery& node) {
  const ValueType type = Check(*node.expr);
  if (type != ValueType::kInstantVector) {
    // Here, unlike elsewhere, Prometheus uses its internal names.
    const std::string_view name = type == ValueType::kRangeVector
                                      ? std::string_view("matrix")
                                      : ValueTypeName(type);
    Error("subquery-type", expr.span,
          absl::StrFormat(
              "subquery is only allowed on instant vector, got %s instead",
              name));
  }
  return ValueType::kRangeVector;
}

void TypeChecker::CheckArgumentCount(const Expr& expr, const Call& node,
                                     const Function& function) {
  const std::size_t got = node.arguments.size();
  const auto report = [&](std::string_view how, std::size_t wanted) {
    Error("argument-count", expr.span,
          absl::StrFormat("expected %s%d argument(s) in call to %s, got %d",
                          how, wanted, base::Quote(node.name), got));
  };
  const std::size_t parameters = function.parameter_count;
  if (function.variadic == 0) {
    if (got != parameters) report("", parameters);
    return;
  }
  const std::size_t least = parameters - 1;
  if (got < least) return report("at least ", least);
  if (function.variadic < 0) return;
  const std::size_t most = least + static_cast<std::size_t>(function.variadic);
  if (got > most) report("at most ", most);
}

void TypeChecker::CheckLabelSelector(const Expr& call, const Expr& argument) {
  const auto* selector = std::get_if<VectorSelector>(&argument.node);
  if (selector == nullptr) {
    Error("argument-type",
          TypeOf(argument) == ValueType::kInstantVector ? argument.span
                                                        : call.span,
          "expected label selectors only");
    return;
  }
  if (selector->NameStandsBefore()) {
    Error("argument-type", argument.span,
          "expected label selectors only, got vector selector instead");
  }
  label_selector_ = &argument;
}

ValueType TypeChecker::CheckNode(const Expr& expr, const Call& node) {
  const Function* function = FindFunction(node.name);
  if (function == nullptr) {
    Error("unknown-function", node.name_span,
          absl::StrFormat("unknown function with name %s",
                          base::Quote(node.name)));
    return ValueType::kNone;
  }
  CheckArgumentCount(expr, node, *function);
  if (node.name == kSelectsLabels && node.arguments.size() > 1) {
    CheckLabelSelector(expr, *node.arguments[1]);
  }
  const std::string context =
      absl::StrFormat("call to function %s", base::Quote(node.name));
  std::vector<ValueType> wanted;
  for (std::size_t i = 0; i < function->parameter_count; ++i) {
    wanted.push_back(ToValueType(function->parameters[i]));
  }
  const auto order = [&] {
    return HintForOrder(node.name, node.arguments, wanted);
  };
  for (std::size_t i = 0; i < node.arguments.size(); ++i) {
    if (i >= function->parameter_count && function->variadic == 0) break;
    if (function->parameter_count == 0) break;
    const std::size_t parameter = std::min(i, wanted.size() - 1);
    Expect(*node.arguments[i], wanted[parameter], context, order);
  }
  return ToValueType(function->result);
}

ValueType TypeChecker::CheckNode(const Expr&, const Aggregation& node) {
  const base::AggregationOpRow& row = base::Row(node.op);
  if (row.parameter == base::AggregationParameter::kNone) {
    Expect(*node.expr, ValueType::kInstantVector, "aggregation expression",
           [] { return std::string(); });
    return ValueType::kInstantVector;
  }
  const ValueType parameter =
      row.parameter == base::AggregationParameter::kScalar ? ValueType::kScalar
                                                           : ValueType::kString;
  const auto order = [&] {
    const ExprPtr arguments[] = {node.parameter, node.expr};
    return HintForOrder(row.name, arguments,
                        {parameter, ValueType::kInstantVector});
  };
  Expect(*node.expr, ValueType::kInstantVector, "aggregation expression",
         order);
  Expect(*node.parameter, parameter, "aggregation parameter", order);
  return ValueType::kInstantVector;
}

void TypeChecker::CheckBool(const Binary& node, ValueType left,
                            ValueType right) {
  const bool comparison = base::Row(node.op).kind == base::OpKind::kComparison;
  if (node.return_bool && !comparison) {
    Error("bool", node.op_span,
          "bool modifier can only be used on comparison operators");
  }
  if (comparison && !node.return_bool && left == ValueType::kScalar &&
      right == ValueType::kScalar) {
    Error("bool", node.op_span,
          "comparisons between scalars must use BOOL modifier",
          absl::StrFormat("%s bool", base::Row(node.op).text));
  }
}

void TypeChecker::CheckMatching(const Expr& expr, const Binary& node,
                                bool vectors) {
  const VectorMatching& matching = node.matching;
  if (vectors) {
    if (base::Row(node.op).kind == base::OpKind::kSet) {
      CheckSetOperator(expr, node);
    }
    return;
  }
  if (!matching.labels.empty()) {
    Error("matching", expr.span,
          "vector matching only allowed between instant vectors");
  }
  if (matching.fill_left.has_value() || matching.fill_right.has_value()) {
    Error("matching", expr.span,
          "filling in missing series only allowed between instant vectors");
  }
}

void TypeChecker::CheckSetOperator(const Expr& expr, const Binary& node) {
  const VectorMatching& matching = node.matching;
  if (matching.cardinality != Cardinality::kManyToMany) {
    Error("matching", expr.span,
          absl::StrFormat("no grouping allowed for %s operation",
                          base::Quote(base::Row(node.op).text)));
  }
  if (matching.fill_left.has_value() || matching.fill_right.has_value()) {
    Error("matching", expr.span,
          "filling in missing series not allowed for set operators");
  }
}

ValueType TypeChecker::CheckNode(const Expr& expr, const Binary& node) {
  const ValueType left = Check(*node.left);
  const ValueType right = Check(*node.right);
  CheckBool(node, left, right);
  if (node.matching.on) {
    for (const std::string& label : node.matching.labels) {
      if (std::ranges::find(node.matching.include, label) !=
          node.matching.include.end()) {
        Error("matching", node.op_span,
              absl::StrFormat(
                  "label %s must not occur in ON and GROUP clause at once",
                  base::Quote(label)));
      }
    }
  }
  for (const auto& [type, side] :
       {std::pair{left, &node.left}, std::pair{right, &node.right}}) {
    if (IsOperand(type)) continue;
    Error("operand-type", (*side)->span,
          "binary expression must contain only scalar and instant vector "
          "types");
  }
  CheckMatching(
      expr, node,
      left == ValueType::kInstantVector && right == ValueType::kInstantVector);
  const bool any_scalar =
      left == ValueType::kScalar || right == ValueType::kScalar;
  if (any_scalar && base::Row(node.op).kind == base::OpKind::kSet) {
    Error("operand-type", expr.span,
          absl::StrFormat(
              "set operator %s not allowed in binary scalar expression",
              base::Quote(base::Row(node.op).text)));
  }
  return left == ValueType::kScalar && right == ValueType::kScalar
             ? ValueType::kScalar
             : ValueType::kInstantVector;
}

ValueType TypeChecker::CheckNode(const Expr& expr, const Unary& node) {
  const ValueType type = Check(*node.expr);
  if (!IsOperand(type)) {
    Error("operand-type", expr.span,
          absl::StrFormat("unary expression only allowed on expressions of "
                          "type scalar or instant vector, got %s",
                          base::Quote(ValueTypeName(type))));
  }
  return type;
}

}  // namespace

ValueType TypeOf(const Expr& expr) {
  return std::visit(
      Overloaded{
          [](const NumberLiteral&) { return ValueType::kScalar; },
          [](const StringLiteral&) { return ValueType::kString; },
          [](const VectorSelector&) { return ValueType::kInstantVector; },
          [](const MatrixSelector&) { return ValueType::kRangeVector; },
          [](const Subquery&) { return ValueType::kRangeVector; },
          [](const Call& node) { return CallType(node); },
          [](const Aggregation&) { return ValueType::kInstantVector; },
          [](const Binary& node) {
            return TypeOf(*node.left) == ValueType::kScalar &&
                           TypeOf(*node.right) == ValueType::kScalar
                       ? ValueType::kScalar
                       : ValueType::kInstantVector;
          },
          [](const Unary& node) { return TypeOf(*node.expr); },
          [](const Paren& node) { return TypeOf(*node.expr); }},
      expr.node);
}

bool CheckTypes(const Expr& expr, base::Diagnostics& diagnostics) {
  TypeChecker checker(diagnostics);
  checker.Check(expr);
  return checker.ok();
}

}  // namespace promql
