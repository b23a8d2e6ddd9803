#include "promql/check/known.h"

#include <string_view>

#include "absl/strings/str_format.h"
#include "base/labels.h"
#include "base/operators.h"
#include "promql/functions/function.h"

namespace promql {
namespace {

class Checker {
 public:
  Checker(base::Version server, base::Diagnostics& diagnostics)
      : server_(server), diagnostics_(diagnostics) {}

  void Check(const Expr& expr) {
    if (const auto* call = std::get_if<Call>(&expr.node)) {
      if (const Function* function = FindFunction(call->name)) {
        CheckName(call->name, function->since, call->name_span);
      }
    } else if (const auto* aggregation = std::get_if<Aggregation>(&expr.node)) {
      const base::AggregationOpRow& row = base::Row(aggregation->op);
      CheckName(row.name, row.since,
                {expr.span.begin, expr.span.begin + row.name.size()});
    } else if (const auto* binary = std::get_if<Binary>(&expr.node)) {
      const base::BinaryOpRow& row = base::Row(binary->op);
      if (server_ < row.since) {
        diagnostics_.Error(
            "unknown-operator", binary->op_span,
            absl::StrFormat("unknown operator %s", base::Quote(row.text)),
            CameLater(row.since, server_));
      }
    }
    for (const ExprPtr& child : Children(expr)) Check(*child);
  }

 private:
  // To an older server an aggregation is a function that it does not know.
  void CheckName(std::string_view name, base::Version since, base::Span span) {
    if (server_ >= since) return;
    diagnostics_.Error(
        "unknown-function", span,
        absl::StrFormat("unknown function with name %s", base::Quote(name)),
        CameLater(since, server_));
  }

  base::Version server_;
  base::Diagnostics& diagnostics_;
};

}  // namespace

bool CheckKnown(const Expr& expr, base::Version server,
                base::Diagnostics& diagnostics) {
  Checker(server, diagnostics).Check(expr);
  return diagnostics.ok();
}

std::string CameLater(base::Version since, base::Version server) {
  return absl::StrFormat("it came with Prometheus %s, --compat is %s",
                         base::ToString(since), base::ToString(server));
}

}  // namespace promql
