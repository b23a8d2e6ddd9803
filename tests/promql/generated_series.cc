#include "tests/promql/generated_series.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/number.h"
#include "promql/engine/storage.h"
#include "tests/promql/generated_random.h"

namespace promql {
namespace {

constexpr base::Duration kScrape = 15'000;

enum class Kind { kCounter, kGauge };

class Maker {
 public:
  explicit Maker(bool stale_markers) : stale_markers_(stale_markers) {}

  void Add(const base::Labels& labels, Kind kind) {
    GeneratedSeries series{labels, {}, {}};
    double value = static_cast<double>(random_.Below(200));
    // Every series is away for longer than the lookback once.
    const base::Duration away =
        static_cast<base::Duration>(random_.Below(kGeneratedLength));
    for (base::Duration at = 0; at < kGeneratedLength; at += kScrape) {
      if (random_.OneIn(12) || std::abs(at - away) < 200'000) continue;
      // Half of the samples lie on the grid exactly: where windows end.
      const auto jitter = random_.OneIn(2) ? 0 : random_.Below(900);
      series.times.push_back(kGeneratedStart + at +
                             static_cast<base::Duration>(jitter));
      value = Next(kind, value);
      series.values.push_back(value);
    }
    series_.push_back(std::move(series));
  }

  // Buckets only grow together.
  void AddHistogram(const base::Labels& labels) {
    constexpr const char* kBounds[] = {"0.1", "0.5", "1", "5", "+Inf"};
    const std::size_t first = series_.size();
    for (const char* bound : kBounds) {
      series_.push_back(
          {base::LabelsBuilder(labels).Set("le", bound).Build(), {}, {}});
    }
    double counts[5] = {};
    for (base::Duration at = 0; at < kGeneratedLength; at += kScrape) {
      if (random_.OneIn(60)) std::fill(std::begin(counts), counts + 5, 0);
      for (std::size_t bucket = random_.Below(5); bucket < 5; ++bucket) {
        counts[bucket] += static_cast<double>(random_.Below(4));
        if (bucket > 0) {
          counts[bucket] = std::max(counts[bucket], counts[bucket - 1]);
        }
      }
      for (std::size_t bucket = 0; bucket < 5; ++bucket) {
        series_[first + bucket].times.push_back(kGeneratedStart + at);
        series_[first + bucket].values.push_back(counts[bucket]);
      }
    }
  }

  std::vector<GeneratedSeries> Take() { return std::move(series_); }

 private:
  double Next(Kind kind, double before) {
    if (kind == Kind::kCounter) {
      return random_.OneIn(30) ? static_cast<double>(random_.Below(3))
                               : (std::isnan(before) ? 0 : before) +
                                     static_cast<double>(random_.Below(50));
    }
    if (stale_markers_ && random_.OneIn(40)) return StaleMarker();
    if (random_.OneIn(60)) return std::numeric_limits<double>::quiet_NaN();
    return static_cast<double>(random_.Below(1200)) / 8 - 50;
  }

  bool stale_markers_;
  Random random_{42};
  std::vector<GeneratedSeries> series_;
};

}  // namespace

std::vector<GeneratedSeries> GenerateSeries(bool stale_markers) {
  Maker maker(stale_markers);
  constexpr const char* kJobs[] = {"even", "odd"};
  constexpr const char* kNumbers[] = {"0", "1", "2"};
  for (const char* name : {"a_total", "b_total", "f", "g"}) {
    for (const char* job : kJobs) {
      for (const char* number : kNumbers) {
        maker.Add({{"__name__", name}, {"job", job}, {"n", number}},
                  name[1] == '_' ? Kind::kCounter : Kind::kGauge);
      }
    }
  }
  for (const char* job : kJobs) {
    maker.AddHistogram({{"__name__", "latency_bucket"}, {"job", job}});
  }
  for (const char* job : kJobs) {
    maker.Add({{"__name__", "size"}, {"job", job}, {"zone", "z"}},
              Kind::kGauge);
  }
  std::vector<GeneratedSeries> all = maker.Take();
  // As Prometheus orders them, which decides between equal values in topk().
  std::ranges::sort(all, {}, &GeneratedSeries::labels);
  return all;
}

MemoryStorage Store(const std::vector<GeneratedSeries>& series) {
  MemoryStorage storage;
  for (const GeneratedSeries& row : series) {
    for (std::size_t i = 0; i < row.times.size(); ++i) {
      storage.Append(row.labels, row.times[i], row.values[i]);
    }
  }
  return storage;
}

std::string OpenMetricsPage(const std::vector<GeneratedSeries>& series) {
  std::string page;
  for (const GeneratedSeries& row : series) {
    // OpenMetrics has no spaces between labels; our values have none either.
    std::string name = base::SeriesName(row.labels);
    std::erase(name, ' ');
    for (std::size_t i = 0; i < row.times.size(); ++i) {
      absl::StrAppendFormat(&page, "%s %s %d.%03d\n", name,
                            base::FormatDecimal(row.values[i]),
                            row.times[i] / 1000, row.times[i] % 1000);
    }
  }
  return page + "# EOF\n";
}

}  // namespace promql
