#include "promql/script/loader.h"

#include <limits>
#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "base/histogram_runs.h"
#include "base/number.h"

namespace promql {
namespace {

const StartTimes* FindStartTimes(const LoadCommand& load,
                                 const base::Labels& labels) {
  for (const StartTimes& start_times : load.start_times) {
    if (start_times.labels == labels) return &start_times;
  }
  return nullptr;
}

void LoadSeries(const LoadCommand& load, const SeriesDescription& series,
                MemoryStorage& storage) {
  const StartTimes* starts = FindStartTimes(load, series.labels);
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    const SequenceValue& value = series.values[i];
    const base::Timestamp time = static_cast<base::Timestamp>(i) * load.gap;
    base::Timestamp start = 0;
    if (starts != nullptr && i < starts->offsets.size() &&
        !starts->offsets[i].omitted) {
      start = time + starts->offsets[i].milliseconds;
    }
    if (value.kind == SequenceValue::Kind::kFloat) {
      storage.Append(series.labels, time, value.value, start);
    } else if (value.kind == SequenceValue::Kind::kHistogram) {
      storage.Append(series.labels, time, value.histogram, start);
    }
  }
}

// The classic series of one histogram at one time.
struct ClassicSample {
  std::map<double, double> buckets;  // Cumulated count by upper bound.
  double count = -1;
  double sum = 0;
};
using ClassicSamples = std::map<base::Timestamp, ClassicSample>;

// Takes `suffix` off the metric name.
bool BaseName(const base::Labels& labels, std::string_view suffix,
              base::Labels& result) {
  const std::string_view name = labels.metric_name();
  if (!name.ends_with(suffix)) return false;
  result =
      base::LabelsBuilder(labels)
          .Set(base::kMetricName, name.substr(0, name.size() - suffix.size()))
          .Remove(base::kBucketLabel)
          .Build();
  return true;
}

// Puts one value where it belongs; series of no histogram are passed over.
template <typename Put>
void EachFloat(const LoadCommand& load, const SeriesDescription& series,
               ClassicSamples& samples, Put put) {
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    if (series.values[i].kind != SequenceValue::Kind::kFloat) continue;
    put(samples[static_cast<base::Timestamp>(i) * load.gap],
        series.values[i].value);
  }
}

HistogramPtr ToNative(const ClassicSample& sample) {
  auto histogram = std::make_shared<base::FloatHistogram>();
  histogram->schema = base::kCustomBucketsSchema;
  histogram->sum = sample.sum;
  double before = 0;
  for (const auto& [bound, count] : sample.buckets) {
    if (bound != std::numeric_limits<double>::infinity()) {
      histogram->custom_bounds.push_back(bound);
    }
    histogram->positive.counts.push_back(count - before);
    before = count;
  }
  histogram->count = sample.count >= 0 ? sample.count : before;
  if (!sample.buckets.contains(std::numeric_limits<double>::infinity())) {
    histogram->positive.counts.push_back(histogram->count - before);
  }
  histogram->positive.spans = {
      {0, static_cast<std::uint32_t>(histogram->positive.counts.size())}};
  base::Compact(*histogram);
  return histogram;
}

void LoadNatives(const LoadCommand& load,
                 const std::vector<const SeriesDescription*>& all,
                 MemoryStorage& storage) {
  std::map<base::Labels, ClassicSamples> histograms;
  for (const SeriesDescription* series : all) {
    base::Labels labels;
    const auto bound = base::ParseFloat(series->labels.Get(base::kBucketLabel));
    if (!BaseName(series->labels, "_bucket", labels) || !bound.has_value()) {
      continue;
    }
    EachFloat(load, *series, histograms[labels],
              [bound = *bound](ClassicSample& sample, double value) {
                sample.buckets[bound] = value;
              });
  }
  for (const SeriesDescription* series : all) {
    base::Labels labels;
    if (BaseName(series->labels, "_count", labels) &&
        histograms.contains(labels)) {
      EachFloat(
          load, *series, histograms[labels],
          [](ClassicSample& sample, double value) { sample.count = value; });
    } else if (BaseName(series->labels, "_sum", labels) &&
               histograms.contains(labels)) {
      EachFloat(
          load, *series, histograms[labels],
          [](ClassicSample& sample, double value) { sample.sum = value; });
    }
  }
  for (const auto& [labels, samples] : histograms) {
    for (const auto& [time, sample] : samples) {
      storage.Append(labels, time, ToNative(sample));
    }
  }
}

// Of lines for the same series the last counts.
std::vector<const SeriesDescription*> LastOfEach(const LoadCommand& load) {
  std::map<base::Labels, const SeriesDescription*> last;
  for (const SeriesDescription& series : load.series) {
    last[series.labels] = &series;
  }
  std::vector<const SeriesDescription*> result;
  for (const SeriesDescription& series : load.series) {
    if (last[series.labels] == &series) result.push_back(&series);
  }
  return result;
}

}  // namespace

void Load(const LoadCommand& load, MemoryStorage& storage) {
  const std::vector<const SeriesDescription*> all = LastOfEach(load);
  for (const SeriesDescription* series : all) {
    LoadSeries(load, *series, storage);
  }
  if (load.with_nhcb) LoadNatives(load, all, storage);
}

}  // namespace promql
