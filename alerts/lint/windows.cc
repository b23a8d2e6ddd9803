#include "alerts/lint/windows.h"

#include "alerts/lint/parts.h"
#include "promql/functions/function.h"

namespace alerts {
namespace {

void Collect(const LintContext& context, const promql::Expr& expr,
             std::vector<WindowRead>& reads) {
  if (const auto* call = std::get_if<promql::Call>(&expr.node)) {
    for (const promql::ExprPtr& argument : call->arguments) {
      const auto* matrix = std::get_if<promql::MatrixSelector>(
          &promql::StripParens(*argument).node);
      if (matrix == nullptr) continue;
      const auto& selector =
          std::get<promql::VectorSelector>(matrix->selector->node);
      const schema::Sample* sample = context.schema().FindSample(selector.name);
      if (sample == nullptr || context.facts().IsRecorded(selector.name)) {
        continue;
      }
      reads.push_back({&expr, call, sample, WindowOf(matrix->range)});
    }
  }
  for (const promql::ExprPtr& child : promql::Children(expr)) {
    Collect(context, *child, reads);
  }
}

}  // namespace

std::vector<WindowRead> WindowReads(const LintContext& context,
                                    const promql::Expr& part) {
  std::vector<WindowRead> reads;
  Collect(context, part, reads);
  return reads;
}

std::vector<WindowRead> WindowReads(const LintContext& context) {
  return WindowReads(context, context.expr());
}

bool CountsEvents(const promql::Call& call) {
  return promql::FindFunction(call.name)->counts !=
         promql::Function::Counts::kNothing;
}

}  // namespace alerts
