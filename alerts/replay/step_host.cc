#include "alerts/replay/step_host.h"

#include <optional>
#include <utility>

#include "alerts/storage_host.h"
#include "base/diagnostic.h"

namespace alerts {

absl::StatusOr<std::vector<TemplateSample>> StepHost::Query(
    const promql::Expr& expr, base::Timestamp time) {
  const Clipped storage(overlay_, now_);
  base::Diagnostics diagnostics;
  std::optional<promql::QueryResult> result =
      promql::EvaluateInstant(storage, expr, time, options_, diagnostics);
  if (!result) {
    return absl::InvalidArgumentError(diagnostics.first_error().message);
  }
  return RuleResult(*std::move(result));
}

}  // namespace alerts
