#include <charconv>
#include <cmath>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/diagnostic.h"
#include "base/json.h"
#include "base/source.h"
#include "net/url.h"
#include "promql/storage/counter_hints.h"
#include "promql/storage/server/fetch.h"
#include "promql/storage/server/json_histogram.h"

namespace promql::server {
namespace {

constexpr char kQueryPath[] = "/api/v1/query";

absl::Status BadAnswer(std::string_view why) {
  return absl::DataLossError(
      absl::StrFormat("the answer is not that of Prometheus' API: %s", why));
}

// Prometheus 3 leaves the begin of a range out, 2 does not: a millisecond more
// is asked for, and what is before left out.
std::string Body(const std::vector<base::Matcher>& matchers, TimeSpan span) {
  const std::string selector =
      matchers.empty() ? "{__name__=~\".+\"}" : SelectorText(matchers);
  const std::string query =
      absl::StrFormat("%s[%dms]", selector, span.end - span.start + 1);
  return absl::StrFormat("query=%s&time=%d.%03d", net::PercentEncode(query),
                         span.end / 1000, span.end % 1000);
}

// [time, value], of which the value is left to the caller.
bool ReadTime(const base::Json& point, base::Timestamp& time) {
  if (point.elements.size() != 2 ||
      !point.elements[0].is(base::JsonKind::kNumber)) {
    return false;
  }
  constexpr double kMost = 9e15;
  const double milliseconds = point.elements[0].number * 1000;
  if (!(std::fabs(milliseconds) < kMost)) return false;
  time = std::llround(milliseconds);
  return true;
}

absl::Status ReadFloats(const base::Json& points, TimeSpan span,
                        SampleColumns& samples) {
  for (const base::Json& point : points.elements) {
    base::Timestamp time = 0;
    double value = 0;
    if (!ReadTime(point, time) || !ReadNumber(point.elements[1].text, value) ||
        (!samples.times.empty() && time <= samples.times.back())) {
      return BadAnswer("a point is wrong");
    }
    if (time < span.start || time > span.end) continue;
    samples.Append(time, value, nullptr);
  }
  return absl::OkStatus();
}

absl::Status ReadHistograms(const base::Json& points, TimeSpan span,
                            SampleColumns& samples) {
  HistogramPtr before;
  for (const base::Json& point : points.elements) {
    base::Timestamp time = 0;
    if (!ReadTime(point, time) ||
        (!samples.times.empty() && time <= samples.times.back())) {
      return BadAnswer("a point is wrong");
    }
    auto histogram = HistogramFromJson(point.elements[1]);
    if (!histogram.ok()) return histogram.status();
    if (time < span.start || time > span.end) continue;
    before = WithStoredHint(before, *std::move(histogram));
    samples.Append(time, 0, before);
  }
  return absl::OkStatus();
}

absl::Status ReadSeries(const base::Json& row, TimeSpan span,
                        Fetched& fetched) {
  const base::Json* const metric = row.Find("metric");
  if (metric == nullptr) return BadAnswer("a series has no labels");
  SampleColumns floats;
  SampleColumns histograms;
  absl::Status status;
  if (const base::Json* const values = row.Find("values")) {
    status = ReadFloats(*values, span, floats);
  }
  const base::Json* const points = row.Find("histograms");
  if (status.ok() && points != nullptr) {
    status = ReadHistograms(*points, span, histograms);
  }
  if (!status.ok()) return status;
  const base::Labels series = LabelsOf(*metric);
  if (histograms.times.empty()) {
    fetched[series] = std::move(floats);
  } else if (floats.times.empty()) {
    fetched[series] = std::move(histograms);
  } else {
    fetched[series] = MergeSamples({floats.View({}), histograms.View({})});
  }
  if (fetched[series].times.empty()) fetched.erase(series);
  return absl::OkStatus();
}

}  // namespace

std::string SelectorText(const std::vector<base::Matcher>& matchers) {
  std::string text = "{";
  for (const base::Matcher& matcher : matchers) {
    if (text.size() > 1) text += ",";
    text += base::ToString(matcher);
  }
  return text + "}";
}

base::Labels LabelsOf(const base::Json& series) {
  base::LabelsBuilder labels;
  for (const base::JsonMember& label : series.members) {
    labels.Set(label.name, label.value.text);
  }
  return labels.Build();
}

absl::StatusOr<Fetched> DecodeMatrix(const std::string& body, TimeSpan span) {
  const base::Source source("answer", body);
  base::Diagnostics diagnostics;
  const auto json = base::ReadJson(source, diagnostics);
  if (!json.has_value()) return BadAnswer(diagnostics.first_error().message);
  const base::Json* const data = json->Find("data");
  const base::Json* const result =
      data == nullptr ? nullptr : data->Find("result");
  if (json->TextOf("status") != "success" || result == nullptr ||
      data->TextOf("resultType") != "matrix") {
    return BadAnswer("it holds no range vector");
  }
  Fetched fetched;
  for (const base::Json& row : result->elements) {
    const absl::Status status = ReadSeries(row, span, fetched);
    if (!status.ok()) return status;
  }
  return fetched;
}

absl::StatusOr<Page> QueryRange(const Connection& connection,
                                const std::vector<base::Matcher>& matchers,
                                TimeSpan span) {
  const auto response =
      connection.Post(kQueryPath, Body(matchers, span),
                      {{"Content-Type", "application/x-www-form-urlencoded"}});
  if (!response.ok()) return response.status();
  if (response->status != 200) {
    const absl::Status failure = connection.Failure(kQueryPath, *response);
    // Above the server's limit of samples; a shorter span may be below.
    constexpr int kUnprocessable = 422;
    return response->status == kUnprocessable
               ? absl::ResourceExhaustedError(failure.message())
               : failure;
  }
  auto series = DecodeMatrix(response->body, span);
  if (series.ok()) return Page{*std::move(series), response->body.size()};
  return absl::Status(series.status().code(),
                      absl::StrFormat("%s%s: %s", connection.url(), kQueryPath,
                                      std::string(series.status().message())));
}

}  // namespace promql::server
