#include "exporter/snapshot.h"

#include <string_view>

#include "absl/strings/str_format.h"
#include "base/number.h"

namespace exporter {
namespace {

base::Labels Named(const base::Labels& labels, std::string_view name) {
  return base::LabelsBuilder(labels).Set(base::kMetricName, name).Build();
}

void FlattenHistogram(const Family& family, const Series& series,
                      std::vector<FlatSample>& out) {
  for (std::size_t i = 0; i < series.buckets.size(); ++i) {
    const std::string bound = i < family.bounds.size()
                                  ? base::FormatBound(family.bounds[i])
                                  : std::string("+Inf");
    out.push_back({base::LabelsBuilder(series.labels)
                       .Set(base::kMetricName, family.name + "_bucket")
                       .Set("le", bound)
                       .Build(),
                   series.buckets[i]});
  }
  out.push_back({Named(series.labels, family.name + "_sum"), series.sum});
  out.push_back({Named(series.labels, family.name + "_count"),
                 series.buckets.empty() ? 0 : series.buckets.back()});
}

}  // namespace

std::vector<FlatSample> Flatten(const Snapshot& snapshot) {
  std::vector<FlatSample> out;
  for (const Family& family : snapshot.families) {
    for (const Series& series : family.series) {
      if (family.type == schema::MetricType::kHistogram) {
        FlattenHistogram(family, series, out);
      } else {
        out.push_back({Named(series.labels, family.name), series.value});
      }
    }
  }
  return out;
}

}  // namespace exporter
