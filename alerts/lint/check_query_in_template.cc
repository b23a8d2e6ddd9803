#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "promql/check/parse.h"
#include "promql/check/selectors.h"
#include "re2/re2.h"

namespace alerts {

const CheckText kQueryInTemplateText = {
    .paragraph = R"(A template asks a query of its own, by query "...", that
Prometheus cannot parse, or that selects a label or a value that the schema says
does not exist. No test of the rule's expression sees that: the alert fires with
an error, or with nothing, in its text. Queries that a template puts together
(printf "..." | query) are not looked at.)",
    .bad = R"yaml(- alert: Down
  expr: up == 0
  annotations:
    summary: '{{ query "sum(deployment_total" | first | value }} deployments'
)yaml",
    .good = R"yaml(- alert: Down
  expr: up == 0
  annotations:
    summary: '{{ query "sum(deployment_total)" | first | value }} deployments'
)yaml",
};

namespace {

// A string of Go without the quotes; nothing when it has rare escapes.
std::optional<std::string> Unquoted(std::string_view quoted) {
  const std::string_view inner = quoted.substr(1, quoted.size() - 2);
  if (quoted.starts_with('`')) return std::string(inner);
  std::string text;
  for (std::size_t i = 0; i < inner.size(); ++i) {
    if (inner[i] == '\\') {
      ++i;
      if (i == inner.size() || (inner[i] != '"' && inner[i] != '\\')) {
        return std::nullopt;
      }
    }
    text += inner[i];
  }
  return text;
}

void CheckQuery(LintContext& context, base::Span span,
                const std::string& query) {
  base::Diagnostics diagnostics;
  const promql::ExprPtr expr = promql::Parse(query, diagnostics);
  if (expr == nullptr) {
    context.Report(
        span, absl::StrFormat("this query cannot be parsed: %s",
                              promql::PrometheusError(query, diagnostics)));
    return;
  }
  promql::ForEachSelector(*expr, [&](const promql::Expr& part,
                                     const promql::VectorSelector& selector) {
    if (context.facts().IsRecorded(selector.name)) return;
    for (const promql::SelectorFinding& finding :
         promql::CheckSelector(part, selector, context.schema())) {
      if (!finding.selects_nothing) continue;
      context.Report(
          span,
          absl::StrFormat("this query finds nothing: %s", finding.message),
          finding.help);
    }
  });
}

}  // namespace

void QueryInTemplate(LintContext& context) {
  for (const ParsedField& field : context.templates()) {
    const std::string_view text = field.field->value.view();
    // Most have none, and making a regexp is a tenth of a short run.
    if (text.find("query") == std::string_view::npos) continue;
    static const RE2 kQuery(R"(\bquery\s+("(?:[^"\\]|\\.)*"|`[^`]*`))");
    const re2::StringPiece whole(text.data(), text.size());
    re2::StringPiece groups[2];
    std::size_t at = 0;
    while (kQuery.Match(whole, at, whole.size(), RE2::UNANCHORED, groups, 2)) {
      const auto begin =
          static_cast<std::size_t>(groups[1].data() - whole.data());
      at = begin + groups[1].size();
      const auto query = Unquoted({groups[1].data(), groups[1].size()});
      if (!query) continue;
      CheckQuery(context, field.field->value.text.Outer({begin, at}), *query);
    }
  }
}

}  // namespace alerts
