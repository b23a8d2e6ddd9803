#include "tests/alerts/replay/faster_rules.h"

#include <memory>
#include <utility>

#include "base/json.h"
#include "promql/syntax/printer.h"

namespace alerts {
namespace {

promql::DurationExprPtr Faster(const promql::DurationExprPtr& duration,
                               int divisor) {
  if (duration == nullptr) return nullptr;
  promql::DurationExpr copy = *duration;
  copy.seconds /= divisor;
  copy.left = Faster(copy.left, divisor);
  copy.right = Faster(copy.right, divisor);
  return std::make_shared<const promql::DurationExpr>(std::move(copy));
}

}  // namespace

promql::ExprPtr Faster(const promql::Expr& expr, int divisor) {
  promql::Expr copy = expr;
  const auto deeper = [divisor](promql::ExprPtr& child) {
    if (child != nullptr) child = Faster(*child, divisor);
  };
  std::visit(promql::Overloaded{
                 [&](promql::VectorSelector& node) {
                   node.time.offset = Faster(node.time.offset, divisor);
                 },
                 [&](promql::MatrixSelector& node) {
                   deeper(node.selector);
                   node.range = Faster(node.range, divisor);
                 },
                 [&](promql::Subquery& node) {
                   deeper(node.expr);
                   node.range = Faster(node.range, divisor);
                   node.step = Faster(node.step, divisor);
                   node.time.offset = Faster(node.time.offset, divisor);
                 },
                 [&](promql::Call& node) {
                   for (promql::ExprPtr& argument : node.arguments) {
                     deeper(argument);
                   }
                 },
                 [&](promql::Aggregation& node) {
                   deeper(node.parameter);
                   deeper(node.expr);
                 },
                 [&](promql::Binary& node) {
                   deeper(node.left);
                   deeper(node.right);
                 },
                 [&](promql::Unary& node) { deeper(node.expr); },
                 [&](promql::Paren& node) { deeper(node.expr); }, [](auto&) {}},
             copy.node);
  return std::make_shared<const promql::Expr>(std::move(copy));
}

RuleDefinition Faster(const RuleDefinition& rule, int divisor) {
  RuleDefinition copy = rule;
  copy.expr = Faster(*rule.expr, divisor);
  copy.hold /= divisor;
  copy.keep_firing_for /= divisor;
  return copy;
}

std::string RuleFileText(const std::string& group, base::Duration interval,
                         const std::vector<RuleDefinition>& rules) {
  std::string text;
  base::JsonWriter json(&text);
  json.BeginObject().Key("groups").BeginArray().BeginObject();
  json.Key("name").String(group);
  json.Key("interval").String(base::FormatDuration(interval));
  json.Key("rules").BeginArray();
  for (const RuleDefinition& rule : rules) {
    const bool alert = rule.kind == RuleDefinition::Kind::kAlerting;
    json.BeginObject().Key(alert ? "alert" : "record").String(rule.name);
    json.Key("expr").String(promql::Print(*rule.expr));
    if (alert) {
      json.Key("for").String(base::FormatDuration(rule.hold));
      json.Key("keep_firing_for")
          .String(base::FormatDuration(rule.keep_firing_for));
    }
    json.Key("labels").BeginObject();
    for (const base::Label& label : rule.labels) {
      json.Key(label.name).String(label.value);
    }
    json.EndObject().EndObject();
  }
  json.EndArray().EndObject().EndArray().EndObject();
  return text;
}

}  // namespace alerts
