#include "alerts/unit_tests/series_feed.h"

#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "promql/check/known.h"
#include "promql/check/parse.h"

namespace alerts {

// Promtool joins all series to one text, which ends at the first empty line.
std::vector<UnitTestFailure> SeriesFeed::Read(
    const UnitTest& test, std::optional<base::Version> compat,
    base::Diagnostics& warnings) {
  compat_ = compat;
  start_ = test.start;
  interval_ = test.interval;
  for (std::size_t i = 0; i < test.input_series.size(); ++i) {
    const InputSeries& series = test.input_series[i];
    const std::string text = series.series + " " + series.values + "\n";
    std::string_view rest = text;
    while (!rest.empty()) {
      const std::size_t end = rest.find('\n');
      const absl::string_view stripped =
          absl::StripAsciiWhitespace(absl::string_view(rest.data(), end));
      const std::string_view line(stripped.data(), stripped.size());
      rest.remove_prefix(end + 1);
      if (line.empty() || line.starts_with('#')) {
        if (i + 1 < test.input_series.size()) {
          warnings.Warning(
              "dropped-series", series.span,
              "an empty line ends the input series here: later ones are "
              "dropped, as promtool does",
              "write values: with >- or |-, or on one line");
        }
        return {};
      }
      auto failures = ReadLine(line, series, warnings);
      if (!failures.empty()) return failures;
    }
  }
  return {};
}

std::vector<UnitTestFailure> SeriesFeed::ReadLine(std::string_view line,
                                                  const InputSeries& series,
                                                  base::Diagnostics& warnings) {
  base::Diagnostics diagnostics;
  Pending pending;
  if (!promql::ParseSeriesDescription(line, diagnostics, pending.description) ||
      (compat_ && !promql::CheckKnownSeries(line, *compat_, diagnostics))) {
    return {{promql::PrometheusError(line, diagnostics),
             series.span,
             diagnostics.first_error().help,
             {}}};
  }
  const auto [twin, fresh] =
      places_.try_emplace(pending.description.labels, pending_.size());
  if (fresh) {
    pending_.push_back(std::move(pending));
    return {};
  }
  warnings.Warning(
      "duplicate-series", series.span,
      "this series takes the place of an earlier one with the same labels");
  pending_[twin->second] = std::move(pending);
  return {};
}

void SeriesFeed::StoreUntil(base::Timestamp time, StorageHost& host) {
  for (Pending& series : pending_) {
    const auto& values = series.description.values;
    for (; series.next < values.size(); ++series.next) {
      const base::Timestamp at =
          start_ + static_cast<base::Duration>(series.next) * interval_;
      if (at > time) break;
      const promql::SequenceValue& value = values[series.next];
      if (value.kind == promql::SequenceValue::Kind::kOmitted) continue;
      if (series.stored == nullptr) {
        series.stored = &host.Find(series.description.labels);
      }
      host.Append(*series.stored, at, {{}, value.value, value.histogram})
          .IgnoreError();
    }
  }
}

}  // namespace alerts
