#include "promql/engine/result_json.h"

#include <array>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/str_format.h"
#include "base/histogram_buckets.h"
#include "base/json.h"
#include "base/number.h"

namespace promql {
namespace {

// Seconds; a fraction has three digits, as Prometheus' samples have it, or, of
// a scalar or string, as many as needed: 1700000000.500, 1700000000.5
char* WriteTime(base::Timestamp time, bool padded, char* at) {
  if (time < 0) *at++ = '-';
  const auto size = static_cast<std::uint64_t>(std::abs(time));
  at = base::WriteWhole(size / 1000, at);
  if (const auto rest = static_cast<int>(size % 1000); rest != 0) {
    *at++ = '.';
    for (int left = rest, unit = 100; unit > 0 && (padded || left != 0);
         left %= unit, unit /= 10) {
      *at++ = static_cast<char>('0' + left / unit);
    }
  }
  return at;
}

void AppendTime(base::Timestamp time, bool padded, std::string& out) {
  std::array<char, 32> buffer;
  out.append(buffer.data(), WriteTime(time, padded, buffer.data()));
}

void AppendMetric(const base::Labels& labels, std::string& out) {
  out += "\"metric\":{";
  bool first = true;
  for (const base::Label& label : labels) {
    if (!first) out += ',';
    first = false;
    out += base::JsonQuote(label.name) + ":" + base::JsonQuote(label.value);
  }
  out += '}';
}

void AppendNumber(double number, std::string& out) {
  out += '"';
  std::array<char, base::kLongestDecimal> buffer;
  out.append(buffer.data(), base::WriteJsonDecimal(number, buffer.data()));
  out += '"';
}

// Which bounds belong to the bucket: 0 the upper, 1 the lower, 2 none, 3 both.
int BoundsRule(const base::HistogramBucket& bucket) {
  if (bucket.lower_inclusive) return bucket.upper_inclusive ? 3 : 1;
  return bucket.upper_inclusive ? 0 : 2;
}

void AppendHistogram(const base::FloatHistogram& histogram, std::string& out) {
  out += "{\"count\":";
  AppendNumber(histogram.count, out);
  out += ",\"sum\":";
  AppendNumber(histogram.sum, out);
  base::BucketCursor cursor(histogram, base::Walk::kUp);
  bool first = true;
  while (cursor.Next()) {
    if (cursor.count() == 0) continue;
    out += first ? ",\"buckets\":[" : ",";
    first = false;
    const base::HistogramBucket bucket = cursor.bucket();
    absl::StrAppendFormat(&out, "[%d,", BoundsRule(bucket));
    AppendNumber(bucket.lower, out);
    out += ',';
    AppendNumber(bucket.upper, out);
    out += ',';
    AppendNumber(bucket.count, out);
    out += ']';
  }
  out += first ? "}" : "]}";
}

void AppendPoint(const ResultSeries& series, std::size_t i, std::string& out) {
  out += '[';
  AppendTime(series.times[i], true, out);
  out += ',';
  if (series.IsHistogram(i)) {
    AppendHistogram(*series.histograms[i], out);
  } else {
    AppendNumber(series.values[i], out);
  }
  out += ']';
}

// [time,"value"] of all points, which are floats, with commas between: an
// answer has millions of them.
void AppendFloats(const ResultSeries& series, std::string& out) {
  constexpr std::size_t kLongestPoint = base::kLongestDecimal + 40;
  std::array<char, 8 * kLongestPoint> buffer;
  char* const full = buffer.data() + (buffer.size() - kLongestPoint);
  char* at = buffer.data();
  for (std::size_t i = 0; i < series.times.size(); ++i) {
    if (at > full) {
      out.append(buffer.data(), at);
      at = buffer.data();
    }
    if (i > 0) *at++ = ',';
    *at++ = '[';
    at = WriteTime(series.times[i], true, at);
    *at++ = ',';
    *at++ = '"';
    at = base::WriteJsonDecimal(series.values[i], at);
    *at++ = '"';
    *at++ = ']';
  }
  out.append(buffer.data(), at);
}

// The points of one kind, as a list under `key`; nothing when there are none.
void AppendPoints(const ResultSeries& series, bool histograms, const char* key,
                  std::string& out) {
  if (series.histograms.empty()) {
    if (histograms || series.times.empty()) return;
    absl::StrAppendFormat(&out, ",\"%s\":[", key);
    AppendFloats(series, out);
    out += ']';
    return;
  }
  bool first = true;
  for (std::size_t i = 0; i < series.times.size(); ++i) {
    if (series.IsHistogram(i) != histograms) continue;
    if (first) {
      absl::StrAppendFormat(&out, ",\"%s\":[", key);
    } else {
      out += ',';
    }
    first = false;
    AppendPoint(series, i, out);
  }
  if (!first) out += ']';
}

void AppendSeries(const ResultSeries& series, bool matrix, std::string& out) {
  out += '{';
  AppendMetric(series.labels, out);
  if (matrix) {
    AppendPoints(series, false, "values", out);
    AppendPoints(series, true, "histograms", out);
  } else {
    out += series.IsHistogram(0) ? ",\"histogram\":" : ",\"value\":";
    AppendPoint(series, 0, out);
  }
  out += '}';
}

void AppendData(const QueryResult& result, std::string& out) {
  if (result.type == ValueType::kScalar || result.type == ValueType::kString) {
    const bool scalar = result.type == ValueType::kScalar;
    absl::StrAppendFormat(&out, "{\"resultType\":\"%s\",\"result\":[",
                          scalar ? "scalar" : "string");
    AppendTime(result.time, false, out);
    out += ',';
    out += base::JsonQuote(scalar ? base::FormatDecimal(result.scalar)
                                  : result.text);
    out += "]}";
    return;
  }
  const bool matrix = result.type == ValueType::kRangeVector;
  absl::StrAppendFormat(&out, "{\"resultType\":\"%s\",\"result\":[",
                        matrix ? "matrix" : "vector");
  for (std::size_t i = 0; i < result.series.size(); ++i) {
    if (i > 0) out += ',';
    AppendSeries(result.series[i], matrix, out);
  }
  out += "]}";
}

void AppendFindings(base::Severity severity, const char* key,
                    std::string_view query,
                    const base::Diagnostics& diagnostics, std::string& out) {
  constexpr std::size_t kMostShown = 10;  // As Prometheus' API.
  std::size_t found = 0;
  for (const base::Diagnostic& finding : diagnostics.all()) {
    if (finding.severity != severity || ++found > kMostShown) continue;
    out += found == 1 ? absl::StrFormat(",\"%s\":[", key) : ",";
    out += base::JsonQuote(PrometheusAnnotation(query, finding));
  }
  if (found > kMostShown) {
    absl::StrAppendFormat(&out, ",\"%d more %s annotations omitted\"",
                          found - kMostShown, base::SeverityName(severity));
  }
  if (found > 0) out += ']';
}

}  // namespace

std::string ResultJson(const QueryResult& result, std::string_view query,
                       const base::Diagnostics& diagnostics) {
  // Of the longest common point; what is not used is never touched.
  constexpr std::size_t kPointBytes =
      sizeof("[1700000000,\"0.12345678901234567\"],");
  std::size_t points = 0;
  for (const ResultSeries& series : result.series) {
    points += series.times.size();
  }
  std::string out;
  out.reserve(points * kPointBytes);
  out += "{\"status\":\"success\",\"data\":";
  AppendData(result, out);
  AppendFindings(base::Severity::kWarning, "warnings", query, diagnostics, out);
  AppendFindings(base::Severity::kInfo, "infos", query, diagnostics, out);
  return out + "}";
}

std::string ErrorJson(std::string_view type, std::string_view message) {
  return absl::StrFormat("{\"status\":\"error\",\"errorType\":%s,\"error\":%s}",
                         base::JsonQuote(type), base::JsonQuote(message));
}

}  // namespace promql
