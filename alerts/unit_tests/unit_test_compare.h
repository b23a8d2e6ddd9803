// What a unit test expects against what it got, as promtool writes it.

#ifndef ALERTS_UNIT_TESTS_UNIT_TEST_COMPARE_H_
#define ALERTS_UNIT_TESTS_UNIT_TEST_COMPARE_H_

#include <string>
#include <vector>

#include "alerts/alert_state.h"
#include "alerts/unit_tests/unit_test_file.h"
#include "base/labels.h"

namespace alerts {

// A firing alert, or one that should be.
struct AlertView {
  ExpectedLabels labels;
  ExpectedLabels annotations;

  friend auto operator<=>(const AlertView&, const AlertView&) = default;
};

AlertView ViewOf(const Alert& alert);

// A sample of a query's answer, or one that should be.
struct SampleView {
  base::Labels labels;
  double value = 0;
  std::string histogram;  // A test expression; "" when it is a float.
};

// [] or, indented, each with its labels and annotations.
std::string ToString(const std::vector<AlertView>& alerts);
// nil, or {__name__="m"} 1E+00, ...
std::string ToString(const std::vector<SampleView>& samples);

// Whether all are the same, in order. `fuzzy` lets a value differ by one unit
// in the last place. NaN is never equal, as in promtool.
bool Equal(const std::vector<SampleView>& a, const std::vector<SampleView>& b,
           bool fuzzy);

// Which alerts are missing, too many or different, and in what: a line each.
// REQUIRES: both sorted.
std::string Difference(const std::vector<AlertView>& expected,
                       const std::vector<AlertView>& got);
std::string Difference(const std::vector<SampleView>& expected,
                       const std::vector<SampleView>& got, bool fuzzy);

}  // namespace alerts

#endif  // ALERTS_UNIT_TESTS_UNIT_TEST_COMPARE_H_
