// What a unit test expects against what it got, as promtool writes it.

#ifndef ALERTS_UNIT_TESTS_UNIT_TEST_COMPARE_H_
#define ALERTS_UNIT_TESTS_UNIT_TEST_COMPARE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/alert_state.h"
#include "alerts/unit_tests/unit_test_file.h"
#include "base/labels.h"
#include "base/matcher.h"

namespace alerts {

// An alert that a test got. Compared by labels and annotations.
struct AlertView {
  ExpectedLabels labels;
  ExpectedLabels annotations;
  double value = 0;
};
AlertView ViewOf(const Alert& alert);

// One that it should have got.
struct AlertPattern {
  const ExpectedAlert* expected = nullptr;
  ExpectedLabels labels;  // The expected ones with alertname.
  bool partial = false;
};
bool Matches(const AlertPattern& pattern, const AlertView& alert);

// A sample of a query's answer.
struct SampleView {
  base::Labels labels;
  double value = 0;
  std::string histogram;  // A test expression; "" when it is a float.
};

// One that should be in it.
struct SamplePattern {
  SampleView sample;
  std::optional<std::vector<base::Matcher>> selector;  // Instead of labels.
  std::optional<Tolerance> tolerance;
  bool fuzzy = false;  // The value may differ by one unit in the last place.
};
// Without a tolerance NaN is never equal, as in promtool.
bool Matches(const SamplePattern& pattern, const SampleView& sample);

// [] or, indented, each with its labels and annotations. Sorted by them.
std::string ToString(const std::vector<AlertView>& alerts);
std::string ToString(const std::vector<AlertPattern>& alerts);
// nil, or {__name__="m"} 1E+00, ...
std::string ToString(const std::vector<SampleView>& samples);
std::string ToString(const std::vector<SamplePattern>& samples);

// Which expected ones and which gotten ones have no partner. Every expected one
// has at most one, and the fewest possible are left over.
struct Unpaired {
  std::vector<std::size_t> expected;
  std::vector<std::size_t> got;

  bool empty() const { return expected.empty() && got.empty(); }
};
Unpaired Pair(const std::vector<AlertPattern>& expected,
              const std::vector<AlertView>& got);
Unpaired Pair(const std::vector<SamplePattern>& expected,
              const std::vector<SampleView>& got);

// Which are missing, too many or different, and in what: a line each.
// `state` is how messages call what was expected: "fire", "be pending".
std::string Difference(const std::vector<AlertPattern>& expected,
                       const std::vector<AlertView>& got,
                       const Unpaired& unpaired, AlertState state);
std::string Difference(const std::vector<SamplePattern>& expected,
                       const std::vector<SampleView>& got,
                       const Unpaired& unpaired);

}  // namespace alerts

#endif  // ALERTS_UNIT_TESTS_UNIT_TEST_COMPARE_H_
