#include "promql/check/parse.h"

#include <vector>

#include "absl/strings/str_format.h"
#include "promql/check/known.h"
#include "promql/check/types.h"
#include "promql/functions/function.h"

namespace promql {
namespace {

const std::vector<std::string_view>& FunctionNames() {
  static const auto* const names = [] {
    auto* out = new std::vector<std::string_view>;
    for (const Function& function : Functions()) out->push_back(function.name);
    return out;
  }();
  return *names;
}

// Forgets on() and the like beside a scalar, which Prometheus does: what it
// keeps of `a * on () 2` is `a * 2`. Nobody else holds the tree yet.
void ForgetScalarMatching(const Expr& expr) {
  for (const ExprPtr& child : Children(expr)) ForgetScalarMatching(*child);
  auto* const binary = std::get_if<Binary>(&const_cast<Expr&>(expr).node);
  if (binary == nullptr || binary->matching == VectorMatching{} ||
      (TypeOf(*binary->right) != ValueType::kScalar &&
       TypeOf(*binary->left) != ValueType::kScalar)) {
    return;
  }
  binary->matching = {};
  binary->include_spans.clear();
}

}  // namespace

ExprPtr Parse(std::string_view text, base::Diagnostics& diagnostics,
              const ParserOptions& options) {
  ParserOptions with_functions = options;
  if (with_functions.functions.empty()) {
    with_functions.functions = FunctionNames();
  }
  ExprPtr expr = ParseSyntax(text, diagnostics, with_functions);
  if (expr == nullptr || !CheckTypes(*expr, diagnostics)) return nullptr;
  ForgetScalarMatching(*expr);
  if (options.server &&
      !CheckKnown(text, *expr, *options.server, diagnostics)) {
    return nullptr;
  }
  return expr;
}

std::string PrometheusError(std::string_view text,
                            const base::Diagnostics& diagnostics) {
  const base::Diagnostic& error = diagnostics.first_error();
  if (text.empty()) {
    return absl::StrFormat("unknown position: parse error: %s", error.message);
  }
  const base::Source source("", std::string(text));
  const base::Position at = source.PositionAt(error.span.begin);
  return absl::StrFormat("%d:%d: parse error: %s", at.line, at.column,
                         error.message);
}

}  // namespace promql
