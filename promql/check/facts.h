// What is known about the series that selectors find.

#ifndef PROMQL_CHECK_FACTS_H_
#define PROMQL_CHECK_FACTS_H_

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "promql/syntax/tree.h"

namespace promql {

// The values that the samples of a result can have: an interval, perhaps NaN.
struct Values {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_open = false;  // `low` itself does not occur.
  bool high_open = false;
  bool nan = true;     // NaN may occur too.
  bool never = false;  // There are no samples at all; the rest means nothing.

  static Values Any() { return {}; }
  static Values Never() { return {.never = true}; }
  static Values Exactly(double value);
  static Values Between(double low, double high, bool nan) {
    return {.low = low, .high = high, .nan = nan};
  }
  static Values AtLeast(double low, bool nan) {
    return {.low = low, .nan = nan};
  }

  // Whether every value is >= 0 or NaN.
  bool NonNegative() const { return low >= 0; }

  friend bool operator==(const Values&, const Values&) = default;
};

// "[0, 1]", "(5, +Inf)", "never"; NaN is not said.
std::string ToString(const Values& values);

// The answers about one selector. The base class knows nothing. Safe to share
// by threads.
class SeriesFacts {
 public:
  virtual ~SeriesFacts() = default;

  // Why no series that the selector finds can have the label ("deployment_total
  // has no label reason"); empty when one could.
  virtual std::string WhyWithout(const VectorSelector& selector,
                                 std::string_view label) const;
  virtual Values ValuesOf(const VectorSelector& selector) const;
  // The finite bucket bounds of a classic histogram's _bucket, ascending;
  // empty when they are not known or it is none.
  virtual std::vector<double> BucketsOf(const VectorSelector& selector) const;
};

}  // namespace promql

#endif  // PROMQL_CHECK_FACTS_H_
