// The checks of the table in lint.cc, by the file they are in. What each one
// catches is said in its row.

#ifndef DASHBOARDS_CHECKS_H_
#define DASHBOARDS_CHECKS_H_

#include "dashboards/lint.h"

namespace dashboards {

// check_dashboard.cc
void WrappedDashboard(LintContext& context);
void MissingTitle(LintContext& context);
void UndefinedDatasource(LintContext& context);
void ImportOnlyDatasource(LintContext& context);
void MissingDatasource(LintContext& context);
void MissingUnit(LintContext& context);

// check_layout.cc
void MissingId(LintContext& context);
void DuplicateId(LintContext& context);
void MissingGridPosition(LintContext& context);
void BadGridPosition(LintContext& context);
void Overlap(LintContext& context);

// check_queries.cc
void UndefinedVariable(LintContext& context);
void QuerySyntax(LintContext& context);

// check_schema.cc
void UnknownMetric(LintContext& context);
void UnknownLabel(LintContext& context);
void UnknownValue(LintContext& context);
void NeverHolds(LintContext& context);
void LostLabel(LintContext& context);

}  // namespace dashboards

#endif  // DASHBOARDS_CHECKS_H_
