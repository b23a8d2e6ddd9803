// Files of rule unit tests: promtool's format, and what ours has beyond it.
// docs/unit-tests.md describes every field.

#ifndef ALERTS_UNIT_TESTS_UNIT_TEST_FILE_H_
#define ALERTS_UNIT_TESTS_UNIT_TEST_FILE_H_

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/alert_state.h"
#include "base/diagnostic.h"
#include "base/matcher.h"
#include "base/source.h"
#include "base/time.h"
#include "promql/engine/compatibility.h"

namespace alerts {

// How far a number may be from the expected one; with one, NaN equals NaN.
struct Tolerance {
  double value = 0;
  bool relative = false;  // A part of the expected number, else absolute.
};

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
  // Ours: a regexp for each of these.
  std::vector<base::Matcher> label_patterns;
  std::vector<base::Matcher> annotation_patterns;
  std::optional<double> value;
  std::optional<Tolerance> tolerance;
  base::Span span;
};

struct AlertAssertion {
  base::Duration eval_time = 0;
  std::string alertname;
  std::vector<ExpectedAlert> expected;
  // Ours: what holds at every evaluation from eval_time to here.
  std::optional<base::Duration> until;
  // Which alerts are compared. kInactive: none that is pending or firing may
  // be what `expected` describes, or be at all when that is empty.
  AlertState state = AlertState::kFiring;
  bool partial = false;  // Labels and annotations that are not named may be.
  bool no_other_alerts = false;
  base::Span span;
};

struct ExpectedSample {
  std::string labels;  // A series: `m{a="b"}`.
  double value = 0;
  std::string histogram;  // "" when it is a float.
  // Ours: what the labels match, instead of being `labels`.
  std::optional<std::vector<base::Matcher>> selector;
  std::optional<Tolerance> tolerance;
  base::Span span;
};

struct QueryAssertion {
  std::string expr;
  base::Duration eval_time = 0;
  std::vector<ExpectedSample> expected;
  std::optional<base::Duration> until;  // Ours, as an AlertAssertion's.
  base::Span span;
  base::Excerpt text;  // `expr` and where it stands.
};

// One item of `tests`.
struct UnitTest {
  std::string name;
  base::Duration interval = 0;  // Of the input series' values.
  base::Timestamp start = 0;
  std::map<std::string, std::string> external_labels;
  std::string external_url;
  std::vector<InputSeries> input_series;
  std::vector<AlertAssertion> alerts;
  std::vector<QueryAssertion> queries;
  bool no_other_alerts = false;  // Ours: at no evaluation.
  base::Span span;
};

struct UnitTestFile {
  std::shared_ptr<const base::Source> source;
  std::vector<std::string> rule_files;  // Patterns, relative to the file.
  base::Duration evaluation_interval = 0;
  bool fuzzy_compare = false;
  std::vector<std::string> group_eval_order;
  bool group_intervals = false;  // Ours: groups keep their own interval.
  std::vector<UnitTest> tests;
};

// Reads a file as strictly as promtool does. With `compat` only the fields of
// that release are known, and it is read as that release did. Nothing exactly
// when an error was reported. REQUIRES: source != nullptr
std::optional<UnitTestFile> ParseUnitTestFile(
    std::shared_ptr<const base::Source> source, base::Diagnostics& diagnostics,
    std::optional<promql::Version> compat = std::nullopt);

}  // namespace alerts

#endif  // ALERTS_UNIT_TESTS_UNIT_TEST_FILE_H_
