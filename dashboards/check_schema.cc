// What queries and legends read, against the metrics that exist.

#include "absl/strings/str_format.h"
#include "dashboards/checks.h"
#include "dashboards/variables.h"
#include "promql/check/label_losses.h"
#include "promql/check/parse.h"
#include "promql/check/selectors.h"
#include "promql/check/value_ranges.h"

namespace dashboards {
namespace {

using Kind = promql::SelectorFinding::Kind;

void ReportSelectors(LintContext& context, Kind kind) {
  for (const CheckedQuery& query : context.queries()) {
    if (query.expr == nullptr) continue;
    promql::ForEachSelector(
        *query.expr,
        [&](const promql::Expr& expr, const promql::VectorSelector& selector) {
          // A metric that Grafana finds may have any label.
          if (!selector.name.empty() &&
              query.expansion.IsUnknown(promql::NameSpan(expr, selector))) {
            return;
          }
          for (promql::SelectorFinding& finding :
               promql::CheckSelector(expr, selector, context.schema())) {
            if (finding.kind != kind) continue;
            // The values of such a variable are known to Grafana alone.
            if (query.expansion.IsUnknown(finding.span)) continue;
            context.Report(
                query.expansion.text.Outer(finding.span),
                absl::StrFormat("%s: %s", query.where(), finding.message),
                std::move(finding.help));
          }
        });
  }
}

// "canary_traffic_percentage is in [0, 100]"; nothing of a number, which
// anyone can see.
std::string SaidOf(const CheckedQuery& query, const promql::Expr& expr,
                   const promql::Values& values) {
  if (std::holds_alternative<promql::NumberLiteral>(
          promql::StripParens(expr).node)) {
    return {};
  }
  const std::string_view text = query.expansion.text.text();
  return absl::StrFormat(
      "%s is in %s",
      text.substr(expr.span.begin, expr.span.end - expr.span.begin),
      promql::ToString(values));
}

struct LegendLabel {
  std::string name;
  base::Span span;
};

// The labels that a legend such as "{{environment}} {{ status }}" shows.
std::vector<LegendLabel> LegendLabels(std::string_view legend) {
  std::vector<LegendLabel> labels;
  std::size_t begin = 0;
  while ((begin = legend.find("{{", begin)) != legend.npos) {
    const std::size_t end = legend.find("}}", begin);
    if (end == legend.npos) break;
    std::string_view name = legend.substr(begin + 2, end - begin - 2);
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    // A variable, ${label} or [[label]], may be any label.
    if (!name.empty() && name.find_first_of("$[") == name.npos) {
      labels.push_back({std::string(name), {begin, end + 2}});
    }
    begin = end + 2;
  }
  return labels;
}

// Whether the query has the label when another value is chosen for one of its
// variables: "sum by ($label) (...)".
bool CanBeChosen(const LintContext& context, const CheckedQuery& query,
                 const std::string& label, const promql::SeriesFacts& facts) {
  const auto has_label = [&](const std::string& variable,
                             std::string_view value) {
    const Expansion expansion = Expand(query.query->text, context.dashboard(),
                                       kPlaceholders[0], {variable, value});
    base::Diagnostics ignored;
    const promql::ExprPtr expr = promql::Parse(expansion.text.text(), ignored);
    return expr != nullptr &&
           promql::FindLabelLosses(*expr, label, facts).empty();
  };
  return std::ranges::any_of(
      query.expansion.replaced, [&](const std::string& variable) {
        return has_label(variable, label) || has_label(variable, "other");
      });
}

}  // namespace

void UnknownMetric(LintContext& context) {
  ReportSelectors(context, Kind::kUnknownMetric);
}

void UnknownLabel(LintContext& context) {
  ReportSelectors(context, Kind::kUnknownLabel);
}

void UnknownValue(LintContext& context) {
  ReportSelectors(context, Kind::kUnknownValue);
}

void NeverHolds(LintContext& context) {
  const promql::SchemaFacts facts(context.schema());
  for (const CheckedQuery& query : context.queries()) {
    if (query.expr == nullptr) continue;
    for (const promql::ImpossibleComparison& impossible :
         promql::AnalyseValues(*query.expr, facts).impossible) {
      const base::Span span = impossible.comparison->span;
      if (query.expansion.IsUnknown(span)) continue;
      const auto& binary =
          std::get<promql::Binary>(impossible.comparison->node);
      const std::string left = SaidOf(query, *binary.left, impossible.left);
      const std::string right = SaidOf(query, *binary.right, impossible.right);
      context.Report(
          query.expansion.text.Outer(span),
          absl::StrFormat("%s: this never holds: %s%s%s", query.where(), left,
                          left.empty() || right.empty() ? "" : ", ", right));
    }
  }
}

void LostLabel(LintContext& context) {
  const promql::SchemaFacts facts(context.schema());
  for (const CheckedQuery& query : context.queries()) {
    if (query.expr == nullptr) continue;
    const base::Excerpt& legend = query.query->legend;
    for (const LegendLabel& label : LegendLabels(legend.text())) {
      const std::vector<promql::LabelLoss> losses =
          promql::FindLabelLosses(*query.expr, label.name, facts);
      if (losses.empty() || CanBeChosen(context, query, label.name, facts)) {
        continue;
      }
      context.Report(
          legend.Outer(label.span),
          absl::StrFormat("%s: the legend reads label %s, which the "
                          "query does not have: %s",
                          query.where(), label.name, losses.front().message),
          losses.front().help);
    }
  }
}

}  // namespace dashboards
