#include "promql/check/features.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_format.h"
#include "base/operators.h"
#include "base/quote.h"
#include "promql/functions/function.h"

namespace promql {
namespace {

constexpr FeatureRow kFeatures[] = {
    {"promql-experimental-functions", &Features::experimental_functions},
    {"promql-extended-range-selectors", &Features::extended_range_selectors},
    {"promql-binop-fill-modifiers", &Features::binop_fill_modifiers},
};

class FeatureChecker {
 public:
  FeatureChecker(const Features& features, base::Diagnostics& diagnostics)
      : features_(features), diagnostics_(diagnostics) {}

  void Check(const Expr& expr) {
    std::visit(
        Overloaded{
            [&](const Call& node) { CheckCall(node); },
            [&](const Aggregation& node) { CheckAggregation(expr, node); },
            [&](const Binary& node) {
              if (node.matching.fill_left || node.matching.fill_right) {
                Require(&Features::binop_fill_modifiers, expr.span,
                        "binop fill modifiers are experimental and not "
                        "enabled");
              }
            },
            [&](const VectorSelector& node) {
              if (node.extension != Extension::kNone) {
                Require(
                    &Features::extended_range_selectors, expr.span,
                    absl::StrFormat(
                        "%s modifier is experimental and not enabled",
                        node.extension == Extension::kAnchored ? "anchored"
                                                               : "smoothed"));
              }
            },
            [](const auto&) {}},
        expr.node);
    for (const ExprPtr& child : Children(expr)) Check(*child);
  }

 private:
  void CheckCall(const Call& node) {
    const Function* function = FindFunction(node.name);
    if (function == nullptr || !function->experimental) return;
    Require(
        &Features::experimental_functions, node.name_span,
        absl::StrFormat("function %s is not enabled", base::Quote(node.name)));
  }

  void CheckAggregation(const Expr& expr, const Aggregation& node) {
    const base::AggregationOpRow& row = base::Row(node.op);
    if (!row.experimental) return;
    Require(&Features::experimental_functions, expr.span,
            absl::StrFormat("%s() is experimental and must be enabled with "
                            "--enable-feature=promql-experimental-functions",
                            row.name));
  }

  void Require(bool Features::*feature, base::Span span, std::string message) {
    if (features_.*feature) return;
    const auto row =
        std::ranges::find(kFeatures, feature, &FeatureRow::enabled);
    diagnostics_.Error("not-enabled", span, std::move(message),
                       absl::StrFormat("--enable-feature=%s", row->name));
  }

  const Features& features_;
  base::Diagnostics& diagnostics_;
};

}  // namespace

std::span<const FeatureRow> FeatureRows() { return kFeatures; }

bool CheckFeatures(const Expr& expr, const Features& features,
                   base::Diagnostics& diagnostics) {
  FeatureChecker(features, diagnostics).Check(expr);
  return diagnostics.ok();
}

}  // namespace promql
