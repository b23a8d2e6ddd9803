#include <string>
#include <string_view>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "base/quote.h"
#include "promql/check/selectors.h"

namespace alerts {

const CheckText kNeedlessRegexpText = {
    .paragraph = R"(A regexp that can be said without one: a word without any
special character is compared faster by = or !=; Prometheus anchors regexps at
both ends, so that ^ and $ there do nothing; =~".*" matches every series, with
the label or without.)",
    .bad = R"(- alert: Down
  expr: up{job=~"rollwatch"} == 0
)",
    .good = R"(- alert: Down
  expr: up{job="rollwatch"} == 0
)",
};

namespace {

bool IsLiteral(std::string_view regexp) {
  return regexp.find_first_of("\\.+*?()|[]{}^$") == std::string_view::npos;
}

struct Simpler {
  std::string needless;  // What there need not be.
  std::string reason;
  std::string help;
};

Simpler Simplify(const base::Matcher& matcher) {
  const std::string_view regexp = matcher.value();
  const bool positive = matcher.type() == base::MatchType::kRegexp;
  if (IsLiteral(regexp) && !regexp.empty()) {
    return {"regexp", "nothing in it is special to a regexp",
            absl::StrFormat("%s%s%s", matcher.name(),
                            positive ? "=" : "!=", base::Quote(regexp))};
  }
  if (regexp == ".*" && positive) {
    return {"regexp", "every series satisfies it, without the label too",
            "leave it out, or =~\".+\" for those that have the label"};
  }
  std::string_view inner = regexp;
  if (inner.starts_with('^')) inner.remove_prefix(1);
  if (inner.ends_with('$') && !inner.ends_with("\\$")) inner.remove_suffix(1);
  // ^a|b$ anchors its first and its last word only.
  if (inner == regexp || inner.find('|') != std::string_view::npos) return {};
  return {
      "^ and $", "regexps are anchored at both ends anyway",
      absl::StrFormat("%s%s%s", matcher.name(),
                      base::MatchTypeName(matcher.type()), base::Quote(inner))};
}

}  // namespace

void NeedlessRegexp(LintContext& context) {
  const auto check = [&](const promql::Expr& expr,
                         const promql::VectorSelector& selector) {
    for (std::size_t i = 0; i < selector.matchers.size(); ++i) {
      const base::Matcher& matcher = selector.matchers[i];
      if (matcher.type() != base::MatchType::kRegexp &&
          matcher.type() != base::MatchType::kNotRegexp) {
        continue;
      }
      const Simpler simpler = Simplify(matcher);
      if (simpler.reason.empty()) continue;
      const base::Span span = i < selector.matcher_spans.size()
                                  ? selector.matcher_spans[i]
                                  : expr.span;
      context.Report(
          context.InFile(span),
          absl::StrFormat("%s needs no %s: %s", base::ToString(matcher),
                          simpler.needless, simpler.reason),
          simpler.help);
    }
  };
  promql::ForEachSelector(context.expr(), check);
}

}  // namespace alerts
