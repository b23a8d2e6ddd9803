// Grafana's variables in a query, expanded without Grafana.

#ifndef DASHBOARDS_VARIABLES_H_
#define DASHBOARDS_VARIABLES_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "dashboards/dashboard.h"

namespace dashboards {

struct Expansion {
  // Each byte that a variable gave has the variable as its place.
  base::Excerpt text;
  // The parts of the text that come from variables whose values Grafana finds
  // out at run time, so that nothing can be said about them.
  std::vector<base::Span> unknown;
  // Names that nothing defines, left as they are, as Grafana does; spans of
  // `text`.
  struct Undefined {
    std::string name;
    base::Span span;
  };
  std::vector<Undefined> undefined;
  // Whether a placeholder stands for a value that the file does not have.
  bool guessed = false;

  // Whether `span` of the text overlaps one of `unknown` or `undefined`.
  bool IsUnknown(base::Span span) const;
};

// What to write for a variable whose value the file does not have: something
// that is a label value, a number or a duration; which one fits depends on
// where the variable stands.
inline constexpr std::string_view kPlaceholders[] = {"value", "1", "5m"};

// Replaces $name, ${name}, ${name:format}, ${name.field} and [[name:format]]
// as Grafana's Prometheus data source does. Chosen values come from the file.
// The variables that Grafana itself sets have the values of a panel over 6h at
// a scrape interval of 15s: $__interval 15s, $__rate_interval 1m0s, $__range
// 21600s.
Expansion Expand(const base::Excerpt& query, const Dashboard& dashboard,
                 std::string_view placeholder = kPlaceholders[0]);

// The variable names in `text`, in order: of "${DS_PROMETHEUS}" DS_PROMETHEUS.
std::vector<std::string> VariableNames(std::string_view text);

}  // namespace dashboards

#endif  // DASHBOARDS_VARIABLES_H_
