// The dashboard as a whole: its form, its data sources, its units.

#include <algorithm>
#include <set>

#include "absl/strings/str_format.h"
#include "base/json.h"
#include "dashboards/checks.h"

namespace dashboards {
namespace {

// Every data source that the file names, once for each place.
std::vector<DataSource> DataSources(const Dashboard& dashboard) {
  std::vector<DataSource> sources;
  const auto add = [&](const std::optional<DataSource>& source) {
    if (source) sources.push_back(*source);
  };
  for (const Panel& panel : dashboard.panels) {
    add(panel.data_source);
    for (const Query& query : panel.queries) add(query.data_source);
  }
  for (const Variable& variable : dashboard.variables) {
    add(variable.data_source);
  }
  for (const DataSource& source : dashboard.annotation_sources) add(source);
  std::set<std::size_t> seen;
  std::erase_if(sources, [&](const DataSource& source) {
    return !seen.insert(source.span.begin).second;
  });
  return sources;
}

// Panel types that show numbers. Tables and timelines have columns and texts,
// whose units stand in overrides, if any.
constexpr std::string_view kNumberPanels[] = {
    "bargauge", "barchart",   "gauge", "graph",      "heatmap",
    "piechart", "singlestat", "stat",  "timeseries", "trend",
};

}  // namespace

void WrappedDashboard(LintContext& context) {
  if (!context.dashboard().wrapped) return;
  context.Report(context.dashboard().place,
                 "the dashboard stands in {\"dashboard\": ...}, as the HTTP "
                 "API takes it; provisioning refuses such a file",
                 "keep only the object inside");
}

void MissingTitle(LintContext& context) {
  if (!context.dashboard().title.empty()) return;
  context.Report(context.dashboard().place, "the dashboard has no title",
                 "Grafana refuses it");
}

void UndefinedDatasource(LintContext& context) {
  const Dashboard& dashboard = context.dashboard();
  for (const DataSource& source : DataSources(dashboard)) {
    for (const std::string& name : VariableNames(source.uid)) {
      if (dashboard.FindVariable(name) != nullptr) continue;
      if (dashboard.FindInput(name) != nullptr) continue;
      context.Report(
          source.span,
          absl::StrFormat("the data source %s names the variable %s, which "
                          "nothing defines",
                          source.uid, name),
          absl::StrFormat("add a variable of type datasource with the name %s",
                          name));
    }
  }
}

void ImportOnlyDatasource(LintContext& context) {
  const Dashboard& dashboard = context.dashboard();
  for (const DataSource& source : DataSources(dashboard)) {
    for (const std::string& name : VariableNames(source.uid)) {
      if (dashboard.FindVariable(name) != nullptr) continue;
      if (dashboard.FindInput(name) == nullptr) continue;
      context.Report(
          source.span,
          absl::StrFormat("only Grafana's import dialog fills in %s; a "
                          "provisioned file keeps it as it is",
                          source.uid),
          "use a variable of type datasource instead of __inputs");
    }
  }
}

void MissingDatasource(LintContext& context) {
  for (const Panel& panel : context.dashboard().panels) {
    const bool missing = std::ranges::any_of(
        panel.queries,
        [](const Query& query) { return !query.data_source.has_value(); });
    if (!missing) continue;
    context.Report(panel.place,
                   absl::StrFormat("panel %s names no data source",
                                   base::JsonQuote(panel.title)),
                   "its queries go to whatever the default is: give it a "
                   "\"datasource\"");
  }
}

void MissingUnit(LintContext& context) {
  for (const Panel& panel : context.dashboard().panels) {
    if (std::ranges::find(kNumberPanels, panel.type) ==
        std::end(kNumberPanels)) {
      continue;
    }
    if (panel.from_library || panel.hides_values || !panel.has_targets ||
        !panel.units.empty()) {
      continue;
    }
    context.Report(
        panel.place,
        absl::StrFormat("panel %s has no unit", base::JsonQuote(panel.title)),
        "set fieldConfig.defaults.unit: \"s\", \"percentunit\", "
        "\"short\", ...");
  }
}

}  // namespace dashboards
