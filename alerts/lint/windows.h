// Functions over windows of the schema's metrics: what several checks look at.

#ifndef ALERTS_LINT_WINDOWS_H_
#define ALERTS_LINT_WINDOWS_H_

#include <optional>
#include <vector>

#include "alerts/lint/lint.h"
#include "base/time.h"
#include "promql/syntax/tree.h"
#include "schema/schema.h"

namespace alerts {

// A call such as rate(deployment_total[5m]).
struct WindowRead {
  const promql::Expr* expr;  // The call.
  const promql::Call* call;
  const schema::Sample* sample;
  std::optional<base::Duration> window;  // When it is written as a duration.
};

// The calls in the rule's expression, or in a part of it, whose only vector is
// a range selector of a metric of the schema that no rule records.
std::vector<WindowRead> WindowReads(const LintContext& context);
std::vector<WindowRead> WindowReads(const LintContext& context,
                                    const promql::Expr& part);

// Whether the function counts events: rate(), irate() or increase().
bool CountsEvents(const promql::Call& call);

}  // namespace alerts

#endif  // ALERTS_LINT_WINDOWS_H_
