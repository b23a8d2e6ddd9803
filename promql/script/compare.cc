#include "promql/script/compare.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/histogram_runs.h"
#include "base/number.h"
#include "base/quote.h"
#include "promql/engine/storage.h"
#include "re2/re2.h"

namespace promql {
namespace {

std::string PointText(const ResultSeries& series, std::size_t i) {
  if (series.IsHistogram(i)) {
    return base::TestExpression(*series.histograms[i]);
  }
  return base::FormatGeneral(series.values[i]);
}

bool CountsEqual(const std::vector<double>& a, const std::vector<double>& b) {
  return std::ranges::equal(a, b, AlmostEqual);
}

bool HistogramsEqual(base::FloatHistogram expected,
                     base::FloatHistogram actual) {
  base::Compact(expected);
  base::Compact(actual);
  if (expected.counter_reset != base::CounterReset::kUnknown &&
      expected.counter_reset != actual.counter_reset) {
    return false;
  }
  return expected.schema == actual.schema &&
         AlmostEqual(expected.count, actual.count) &&
         AlmostEqual(expected.sum, actual.sum) &&
         expected.zero_threshold == actual.zero_threshold &&
         AlmostEqual(expected.zero_count, actual.zero_count) &&
         expected.custom_bounds == actual.custom_bounds &&
         expected.positive.spans == actual.positive.spans &&
         expected.negative.spans == actual.negative.spans &&
         CountsEqual(expected.positive.counts, actual.positive.counts) &&
         CountsEqual(expected.negative.counts, actual.negative.counts);
}

bool PointEqual(const SequenceValue& expected, const ResultSeries& series,
                std::size_t i) {
  if (expected.kind == SequenceValue::Kind::kHistogram) {
    return series.IsHistogram(i) &&
           HistogramsEqual(*expected.histogram, *series.histograms[i]);
  }
  return !series.IsHistogram(i) &&
         AlmostEqual(expected.value, series.values[i]);
}

// The expected series by labels; of equal ones the last counts.
std::map<base::Labels, std::size_t> ByLabels(const EvalCommand& expected) {
  std::map<base::Labels, std::size_t> result;
  for (std::size_t i = 0; i < expected.series.size(); ++i) {
    result[expected.series[i].labels] = i;
  }
  return result;
}

std::string CompareVector(const EvalCommand& expected,
                          const QueryResult& result) {
  const auto by_labels = ByLabels(expected);
  std::set<base::Labels> seen;
  for (std::size_t i = 0; i < result.series.size(); ++i) {
    const ResultSeries& series = result.series[i];
    const std::string name = base::SeriesName(series.labels);
    const auto found = by_labels.find(series.labels);
    if (found == by_labels.end()) return "unexpected metric " + name;
    if (!seen.insert(series.labels).second) return "metric twice: " + name;
    if (expected.ordered && found->second != i) {
      return absl::StrFormat("%s expected at position %d, is at %d", name,
                             found->second + 1, i + 1);
    }
    const auto& values = expected.series[found->second].values;
    if (values.empty() || !PointEqual(values[0], series, 0)) {
      return absl::StrFormat("another value for %s", name);
    }
  }
  for (const auto& [labels, i] : by_labels) {
    if (!seen.contains(labels)) {
      return "missing metric " + base::SeriesName(labels);
    }
  }
  return "";
}

std::string CompareSeries(const std::vector<SequenceValue>& values,
                          const ResultSeries& series,
                          const base::TimeGrid& grid) {
  std::size_t point = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i].kind == SequenceValue::Kind::kOmitted) continue;
    const base::Timestamp time = grid.at(i);
    if (point >= series.times.size() || series.times[point] != time ||
        !PointEqual(values[i], series, point)) {
      return absl::StrFormat("another value at %d ms for %s", time,
                             base::SeriesName(series.labels));
    }
    ++point;
  }
  if (point == series.times.size()) return "";
  return absl::StrFormat("more values than expected for %s",
                         base::SeriesName(series.labels));
}

std::string CompareMatrix(const EvalCommand& expected,
                          const QueryResult& result,
                          const base::TimeGrid& grid) {
  const auto by_labels = ByLabels(expected);
  std::set<base::Labels> seen;
  for (const ResultSeries& series : result.series) {
    const auto found = by_labels.find(series.labels);
    if (found == by_labels.end()) {
      return "unexpected metric " + base::SeriesName(series.labels);
    }
    seen.insert(series.labels);
    const std::string difference =
        CompareSeries(expected.series[found->second].values, series, grid);
    if (!difference.empty()) return difference;
  }
  for (const auto& [labels, i] : by_labels) {
    if (!seen.contains(labels)) {
      return "missing metric " + base::SeriesName(labels);
    }
  }
  return "";
}

bool TextMatches(const Expectation& expectation, const std::string& text) {
  switch (expectation.text_kind) {
    case Expectation::Text::kEqual:
      return text == expectation.text;
    case Expectation::Text::kRegexp:
      return re2::RE2::PartialMatch(text, expectation.text);
    case Expectation::Text::kAny:
      break;
  }
  return true;
}

std::string CompareKind(const EvalCommand& expected,
                        const std::vector<std::string>& texts,
                        Expectation::Kind wanted, Expectation::Kind unwanted,
                        const char* name) {
  std::vector<const Expectation*> expectations;
  for (const Expectation& expectation : expected.expectations) {
    if (expectation.kind == wanted) expectations.push_back(&expectation);
    if (expectation.kind == unwanted && !texts.empty()) {
      return absl::StrFormat("unexpected %s: %s", name, texts[0]);
    }
  }
  if (expectations.empty()) return "";
  for (const Expectation* expectation : expectations) {
    if (std::ranges::none_of(texts, [&](const std::string& text) {
          return TextMatches(*expectation, text);
        })) {
      return absl::StrFormat("expected %s: %s, got: %s", name,
                             expectation->text,
                             texts.empty() ? "none" : texts[0]);
    }
  }
  for (const std::string& text : texts) {
    if (std::ranges::none_of(expectations, [&](const Expectation* e) {
          return TextMatches(*e, text);
        })) {
      return absl::StrFormat("unexpected %s: %s", name, text);
    }
  }
  return "";
}

}  // namespace

bool AlmostEqual(double a, double b) {
  constexpr double kTolerance = 1e-6;
  constexpr double kLeast = std::numeric_limits<double>::min();
  if (IsStaleMarker(a) || IsStaleMarker(b)) {
    return IsStaleMarker(a) && IsStaleMarker(b);
  }
  if (std::isnan(a) && std::isnan(b)) return true;
  if (a == b) return true;
  const double sum = std::fabs(a) + std::fabs(b);
  const double difference = std::fabs(a - b);
  if (a == 0 || b == 0 || sum < kLeast) return difference < kTolerance * kLeast;
  return difference / std::min(sum, std::numeric_limits<double>::max()) <
         kTolerance;
}

std::string CompareResult(const EvalCommand& expected,
                          const QueryResult& result) {
  switch (result.type) {
    case ValueType::kScalar:
      if (!expected.scalar.has_value()) return "unexpected scalar";
      return AlmostEqual(*expected.scalar, result.scalar) ? ""
                                                          : "another scalar";
    case ValueType::kString:
      if (!expected.text.has_value()) return "unexpected string";
      return *expected.text == result.text ? "" : "another string";
    case ValueType::kRangeVector:
      if (expected.range) {
        return CompareMatrix(
            expected, result,
            base::TimeGrid::Range(expected.start, expected.end, expected.step));
      }
      if (!expected.matrix.has_value()) return "unexpected range vector";
      return CompareMatrix(expected, result, *expected.matrix);
    default:
      if (expected.scalar.has_value()) return "expected a scalar";
      return CompareVector(expected, result);
  }
}

std::string CompareAnnotations(const EvalCommand& expected,
                               const base::Diagnostics& diagnostics) {
  std::vector<std::string> warnings;
  std::vector<std::string> infos;
  for (const base::Diagnostic& finding : diagnostics.all()) {
    const std::string text = PrometheusAnnotation(expected.query, finding);
    if (finding.severity == base::Severity::kWarning) warnings.push_back(text);
    if (finding.severity == base::Severity::kInfo) infos.push_back(text);
  }
  const std::string difference =
      CompareKind(expected, warnings, Expectation::Kind::kWarn,
                  Expectation::Kind::kNoWarn, "warning");
  if (!difference.empty()) return difference;
  return CompareKind(expected, infos, Expectation::Kind::kInfo,
                     Expectation::Kind::kNoInfo, "info");
}

std::string CompareFailure(const EvalCommand& expected,
                           const std::string& message) {
  if (!expected.ExpectsFail()) return "unexpected error: " + message;
  for (const Expectation& expectation : expected.expectations) {
    if (expectation.kind == Expectation::Kind::kFail &&
        !TextMatches(expectation, message)) {
      return absl::StrFormat("expected error: %s, got: %s", expectation.text,
                             message);
    }
  }
  return "";
}

std::string Describe(const QueryResult& result) {
  if (result.type == ValueType::kScalar) {
    return base::FormatGeneral(result.scalar) + "\n";
  }
  if (result.type == ValueType::kString) return base::Quote(result.text) + "\n";
  std::string text;
  for (const ResultSeries& series : result.series) {
    text += base::SeriesName(series.labels);
    for (std::size_t i = 0; i < series.times.size(); ++i) {
      text += " " + PointText(series, i);
      if (result.type == ValueType::kRangeVector) {
        text += absl::StrFormat("@%d", series.times[i] / 1000);
      }
    }
    text += "\n";
  }
  return text.empty() ? "(empty)\n" : text;
}

}  // namespace promql
