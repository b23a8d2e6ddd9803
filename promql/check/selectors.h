// Selectors against a Schema: what they select that does not exist.

#ifndef PROMQL_CHECK_SELECTORS_H_
#define PROMQL_CHECK_SELECTORS_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "promql/check/facts.h"
#include "promql/syntax/tree.h"
#include "schema/schema.h"

namespace promql {

// Calls `visit` for every vector selector of the expression, those inside
// range selectors too, from left to right.
void ForEachSelector(
    const Expr& expr,
    const std::function<void(const Expr&, const VectorSelector&)>& visit);

// Where the name of the selector's metric is written. `expr` is the selector.
// REQUIRES: it has a name
base::Span NameSpan(const Expr& expr, const VectorSelector& selector);

// Whether two names differ in nothing but numbers: x:rate5m and x:rate1h, p90
// and p99. Nobody mistypes the one for the other.
bool DifferInNumbers(std::string_view a, std::string_view b);

struct SelectorFinding {
  enum class Kind {
    kUnknownMetric,  // Not in the schema, but near a name that is.
    kUnknownLabel,   // The metric has no such label.
    kUnknownValue,   // The label never has such a value.
  };
  Kind kind = Kind::kUnknownMetric;
  base::Span span;               // In the expression: the name or the matcher.
  std::string message;           // deployment_total has no label "reason"
  std::string help;              // did you mean "status"?
  bool selects_nothing = false;  // Whatever else it says.
  bool merely_unseen = false;    // The value may still come: at most an info.
};

// What can be derived: of a metric that the schema does not have nothing but
// that its name is near a known one; of labels that are not declared nothing,
// and of values that were merely seen that this one was not. A matcher that is
// merely without effect (!= of a value that does not occur) is reported when
// the value is near one that does.
std::vector<SelectorFinding> CheckSelector(const Expr& expr,
                                           const VectorSelector& selector,
                                           const schema::Schema& schema);

// What a Schema knows of selectors.
class SchemaFacts : public SeriesFacts {
 public:
  // `schema` must outlive it.
  explicit SchemaFacts(const schema::Schema& schema) : schema_(schema) {}

  std::string WhyWithout(const VectorSelector& selector,
                         std::string_view label) const override;
  // Never, when it selects nothing.
  Values ValuesOf(const VectorSelector& selector) const override;
  std::vector<double> BucketsOf(const VectorSelector& selector) const override;

 private:
  const schema::Schema& schema_;
};

}  // namespace promql

#endif  // PROMQL_CHECK_SELECTORS_H_
