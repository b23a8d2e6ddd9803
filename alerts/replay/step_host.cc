#include "alerts/replay/step_host.h"

#include <optional>
#include <utility>

#include "alerts/storage_host.h"
#include "base/diagnostic.h"
#include "promql/check/parse.h"

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

absl::StatusOr<std::vector<TemplateSample>> StepHost::QueryText(
    std::string_view text, base::Timestamp time) {
  base::Diagnostics diagnostics;
  const promql::ExprPtr expr = promql::Parse(text, diagnostics);
  if (expr == nullptr) {
    return absl::InvalidArgumentError(
        promql::PrometheusError(text, diagnostics));
  }
  return Query(*expr, time);
}

}  // namespace alerts
