// Files of rule unit tests, in promtool's format.

#ifndef ALERTS_UNIT_TESTS_UNIT_TEST_FILE_H_
#define ALERTS_UNIT_TESTS_UNIT_TEST_FILE_H_

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/source.h"
#include "base/time.h"

namespace alerts {

// series: and values: of one input series, as written.
struct InputSeries {
  std::string series;
  std::string values;
  base::Span span;
};

// Unlike a series' labels, an empty value counts here, as it does in promtool.
using ExpectedLabels = std::map<std::string, std::string>;

struct ExpectedAlert {
  ExpectedLabels labels;  // Without alertname, unless the file has it.
  ExpectedLabels annotations;
  base::Span span;
};

struct AlertAssertion {
  base::Duration eval_time = 0;
  std::string alertname;
  std::vector<ExpectedAlert> expected;
  base::Span span;
};

struct ExpectedSample {
  std::string labels;  // A series: `m{a="b"}`.
  double value = 0;
  std::string histogram;  // "" when it is a float.
  base::Span span;
};

struct QueryAssertion {
  std::string expr;
  base::Duration eval_time = 0;
  std::vector<ExpectedSample> expected;
  base::Span span;
};

// One item of `tests`.
struct UnitTest {
  std::string name;
  base::Duration interval = 0;  // 0: the file's evaluation interval.
  base::Timestamp start = 0;
  std::map<std::string, std::string> external_labels;
  std::string external_url;
  std::vector<InputSeries> input_series;
  std::vector<AlertAssertion> alerts;
  std::vector<QueryAssertion> queries;
  base::Span span;
};

struct UnitTestFile {
  std::shared_ptr<const base::Source> source;
  std::vector<std::string> rule_files;  // Patterns, relative to the file.
  base::Duration evaluation_interval = 0;
  bool fuzzy_compare = false;
  std::vector<std::string> group_eval_order;
  std::vector<UnitTest> tests;
};

// Reads a file as strictly as promtool does. Nothing exactly when an error was
// reported. REQUIRES: source != nullptr
std::optional<UnitTestFile> ParseUnitTestFile(
    std::shared_ptr<const base::Source> source, base::Diagnostics& diagnostics);

}  // namespace alerts

#endif  // ALERTS_UNIT_TESTS_UNIT_TEST_FILE_H_
