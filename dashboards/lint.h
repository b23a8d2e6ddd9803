// THE dashboard check table, and the run of all checks over a dashboard.

#ifndef DASHBOARDS_LINT_H_
#define DASHBOARDS_LINT_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/source.h"
#include "dashboards/dashboard.h"
#include "dashboards/variables.h"
#include "promql/syntax/tree.h"
#include "schema/schema.h"

namespace dashboards {

// A query, expanded and parsed.
struct CheckedQuery {
  const Query* query = nullptr;
  Expansion expansion;
  base::Diagnostics syntax;  // Spans in the expanded text.
  promql::ExprPtr expr;      // Null when it does not parse.

  // "panel "Rollbacks", target A"
  std::string_view where() const { return query->where; }
};

class LintContext;

struct Check {
  std::string_view code;
  base::Severity severity;
  std::string_view catches;  // What it finds, in a few words.
  void (*run)(LintContext& context);
};

// A row each; the order is that of the document.
std::span<const Check> Checks();

// What a check reads, and where it reports. The code and severity come from
// the row of the check that runs.
class LintContext {
 public:
  LintContext(const Dashboard& dashboard, const schema::Schema& schema,
              base::Diagnostics& diagnostics);

  const Dashboard& dashboard() const { return dashboard_; }
  const schema::Schema& schema() const { return schema_; }
  // Those that a Prometheus data source answers.
  const std::vector<CheckedQuery>& queries() const { return queries_; }

  void Report(base::Span span, std::string message, std::string help = {});
  void Run(const Check& check);

 private:
  const Dashboard& dashboard_;
  const schema::Schema& schema_;
  base::Diagnostics& diagnostics_;
  std::vector<CheckedQuery> queries_;
  const Check* check_ = nullptr;
};

// Reads the dashboard in `source` and runs every check; findings are in the
// order of the file. False when it is no dashboard that can be checked: then
// the errors say why.
bool Lint(const base::Source& source, const schema::Schema& schema,
          base::Diagnostics& diagnostics);

}  // namespace dashboards

#endif  // DASHBOARDS_LINT_H_
