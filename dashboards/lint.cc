#include "dashboards/lint.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "dashboards/checks.h"
#include "promql/check/parse.h"

namespace dashboards {
namespace {

using base::Severity;

// clang-format off
constexpr Check kChecks[] = {
    // code                      severity            what it catches                                                      in check_*.cc
    {"wrapped-dashboard",        Severity::kError,   "a file in the form of the HTTP API, which provisioning refuses",    WrappedDashboard},
    {"missing-title",            Severity::kError,   "a dashboard without a title, which Grafana refuses",                MissingTitle},
    {"undefined-datasource",     Severity::kError,   "a data source that names a variable which nothing defines",         UndefinedDatasource},
    {"import-only-datasource",   Severity::kWarning, "a data source that only Grafana's import dialog fills in",          ImportOnlyDatasource},
    {"missing-datasource",       Severity::kWarning, "queries that go to whatever the default data source is",            MissingDatasource},
    {"missing-id",               Severity::kError,   "a panel without an id: links to it change with every load",         MissingId},
    {"duplicate-id",             Severity::kError,   "two panels of one id: links lead to either",                        DuplicateId},
    {"missing-grid-position",    Severity::kError,   "a panel without a place, which lands on top of others",             MissingGridPosition},
    {"bad-grid-position",        Severity::kError,   "a place beyond the 24 columns, or of no size",                      BadGridPosition},
    {"overlap",                  Severity::kError,   "panels on top of each other",                                       Overlap},
    {"missing-unit",             Severity::kWarning, "a panel whose numbers have no unit",                                MissingUnit},
    {"undefined-variable",       Severity::kError,   "a variable in a query that nothing defines",                        UndefinedVariable},
    {"query-syntax",             Severity::kError,   "a query that is no PromQL once its variables are expanded",         QuerySyntax},
    {"unknown-metric",           Severity::kWarning, "a metric that does not exist, though one of nearly that name does", UnknownMetric},
    {"unknown-label",            Severity::kError,   "a label that the metric does not have",                             UnknownLabel},
    {"unknown-value",            Severity::kError,   "a value that the label never has",                                  UnknownValue},
    {"never-holds",              Severity::kError,   "a comparison that no value of its sides satisfies",                 NeverHolds},
    {"lost-label",               Severity::kError,   "a legend that reads a label which the query does not keep",         LostLabel},
};
// clang-format on

// Types of data sources that answer PromQL; "datasource" is a mixed one.
constexpr std::string_view kPrometheusTypes[] = {
    "",
    "datasource",
    "grafana-amazonprometheus-datasource",
    "grafana-azureprometheus-datasource",
    "prometheus",
};

// The type of a data source: empty when nothing tells.
std::string_view TypeOf(const DataSource& source, const Dashboard& dashboard) {
  if (!source.type.empty()) return source.type;
  for (const std::string& name : VariableNames(source.uid)) {
    const Variable* variable = dashboard.FindVariable(name);
    if (variable != nullptr && variable->type == "datasource") {
      return variable->data_source_type;
    }
    const Input* input = dashboard.FindInput(name);
    if (variable == nullptr && input != nullptr) return input->plugin;
  }
  // Old files have names alone. Only Loki's queries look like ours.
  const std::string uid = absl::AsciiStrToLower(source.uid);
  return uid.find("loki") == std::string::npos ? "" : "loki";
}

// What another data source answers is no PromQL.
bool AsksPrometheus(const Query& query, const Dashboard& dashboard) {
  if (!query.data_source) return true;
  return std::ranges::find(kPrometheusTypes,
                           TypeOf(*query.data_source, dashboard)) !=
         std::end(kPrometheusTypes);
}

CheckedQuery ParseQuery(const Query& query, const Dashboard& dashboard) {
  CheckedQuery first;
  for (const Placeholder& placeholder : kPlaceholders) {
    CheckedQuery checked;
    checked.query = &query;
    checked.expansion = Expand(query.text, dashboard, placeholder);
    checked.expr = promql::Parse(checked.expansion.text.text(), checked.syntax);
    const bool done =
        checked.expr != nullptr || checked.expansion.guesses.empty();
    if (first.query == nullptr || checked.expr != nullptr) {
      first = std::move(checked);
    }
    if (done) break;
  }
  return first;
}

}  // namespace

std::span<const Check> Checks() { return kChecks; }

LintContext::LintContext(const Dashboard& dashboard,
                         const schema::Schema& schema,
                         base::Diagnostics& diagnostics)
    : dashboard_(dashboard), schema_(schema), diagnostics_(diagnostics) {
  const auto add = [&](const std::vector<Query>& queries) {
    for (const Query& query : queries) {
      if (query.text.text().empty()) continue;
      if (!AsksPrometheus(query, dashboard)) continue;
      queries_.push_back(ParseQuery(query, dashboard));
    }
  };
  for (const Panel& panel : dashboard.panels) add(panel.queries);
  add(dashboard.annotations);
}

void LintContext::Report(base::Span span, std::string message,
                         std::string help) {
  diagnostics_.Report(check_->severity, check_->code, span, std::move(message),
                      std::move(help));
}

void LintContext::Run(const Check& check) {
  check_ = &check;
  check.run(*this);
  check_ = nullptr;
}

bool Lint(const base::Source& source, const schema::Schema& schema,
          base::Diagnostics& diagnostics) {
  const std::optional<Dashboard> dashboard = ReadDashboard(source, diagnostics);
  if (!dashboard) return false;
  base::Diagnostics found;
  LintContext context(*dashboard, schema, found);
  for (const Check& check : kChecks) context.Run(check);
  std::vector<base::Diagnostic> sorted = found.all();
  std::ranges::stable_sort(sorted, {}, [](const base::Diagnostic& diagnostic) {
    return diagnostic.span.begin;
  });
  for (base::Diagnostic& diagnostic : sorted) {
    diagnostics.Report(diagnostic.severity, diagnostic.code, diagnostic.span,
                       std::move(diagnostic.message),
                       std::move(diagnostic.help));
  }
  return true;
}

}  // namespace dashboards
