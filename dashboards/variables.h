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
  // Those of `unknown` where a placeholder stands for a value that the file
  // does not have.
  std::vector<base::Span> guesses;
  // The user's variables that were replaced.
  std::vector<std::string> replaced;

  // Whether `span` of the text overlaps one of `unknown` or `undefined`.
  bool IsUnknown(base::Span span) const;
};

// What to write for variables whose values the file does not have: something
// that is a label value or name, a number or a duration; which one fits depends
// on where they stand.
struct Placeholder {
  std::string_view one;
  std::string_view several;  // Where several values can be chosen.
};
inline constexpr Placeholder kPlaceholders[] = {
    {"value", ".+"}, {"1", "1"}, {"5m", "5m"}, {"value", "value"}};

// A value for one variable, whatever the file has.
struct Choice {
  std::string_view variable;
  std::string_view value;
};

// Replaces $name, ${name}, ${name:format}, ${name.field} and [[name:format]]
// as Grafana's Prometheus data source does. Chosen values come from the file.
// The variables that Grafana itself sets have the values of a panel over 6h at
// a scrape interval of 15s: $__interval 15s, $__rate_interval 1m0s, $__range
// 21600s.
Expansion Expand(const base::Excerpt& query, const Dashboard& dashboard,
                 const Placeholder& placeholder = kPlaceholders[0],
                 const Choice& choice = {});

// The variable names in `text`, in order: of "${DS_PROMETHEUS}" DS_PROMETHEUS.
std::vector<std::string> VariableNames(std::string_view text);

}  // namespace dashboards

#endif  // DASHBOARDS_VARIABLES_H_
