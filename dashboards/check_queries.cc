// The PromQL of targets and annotations.

#include <algorithm>

#include "absl/strings/str_format.h"
#include "dashboards/checks.h"

namespace dashboards {
namespace {

// Where a text may contain a $ of its own: the arguments of functions, such as
// label_replace()'s. In a matcher it is a variable.
void CollectStringArguments(const promql::Expr& expr,
                            std::vector<base::Span>& spans) {
  if (std::holds_alternative<promql::StringLiteral>(expr.node)) {
    spans.push_back(expr.span);
  }
  for (const promql::ExprPtr& child : promql::Children(expr)) {
    CollectStringArguments(*child, spans);
  }
}

// Whether an error may come of a value that was made up: it lies at or beside
// it, where something else could stand.
bool MayBeGuessed(const CheckedQuery& query) {
  const auto touches = [&](const base::Diagnostic& error) {
    return std::ranges::any_of(
        query.expansion.guesses, [&](const base::Span& guess) {
          return guess.begin <= error.span.end && error.span.begin <= guess.end;
        });
  };
  return std::ranges::any_of(query.syntax.all(), touches);
}

bool Contains(const base::Span& outer, const base::Span& inner) {
  return outer.begin <= inner.begin && inner.end <= outer.end;
}

}  // namespace

void UndefinedVariable(LintContext& context) {
  for (const CheckedQuery& query : context.queries()) {
    std::vector<base::Span> texts;
    if (query.expr != nullptr) CollectStringArguments(*query.expr, texts);
    for (const Expansion::Undefined& undefined : query.expansion.undefined) {
      const bool own = std::ranges::any_of(texts, [&](const base::Span& text) {
        return Contains(text, undefined.span);
      });
      if (own) continue;
      std::vector<std::string_view> names;
      for (const Variable& variable : context.dashboard().variables) {
        names.push_back(variable.name);
      }
      const std::string_view near = base::Nearest(undefined.name, names);
      context.Report(
          query.expansion.text.Outer(undefined.span),
          absl::StrFormat("%s: nothing defines the variable %s", query.where(),
                          undefined.name),
          near.empty() ? "" : absl::StrFormat("did you mean $%s?", near));
    }
  }
}

void QuerySyntax(LintContext& context) {
  for (const CheckedQuery& query : context.queries()) {
    // Where a variable was left as it is, that is the mistake to mend.
    if (!query.expansion.undefined.empty() || MayBeGuessed(query)) continue;
    for (const base::Diagnostic& error : query.syntax.all()) {
      if (error.severity != base::Severity::kError) continue;
      context.Report(query.expansion.text.Outer(error.span),
                     absl::StrFormat("%s: %s", query.where(), error.message),
                     error.help);
    }
  }
}

}  // namespace dashboards
