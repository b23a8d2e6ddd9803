// What a page of metrics says of them: schema/reader.h's second half.

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/number.h"
#include "schema/reader.h"

namespace schema {
namespace {

// A label with more values on one page is open: paths, versions, users.
constexpr std::size_t kMostValues = 50;

MetricType TypeOfWord(std::string_view word) {
  for (const MetricType type : {MetricType::kCounter, MetricType::kGauge,
                                MetricType::kHistogram, MetricType::kSummary}) {
    if (TypeName(type) == word) return type;
  }
  return MetricType::kUnknown;
}

// The families of a page become metrics of the names that are stored.
class PageReader {
 public:
  explicit PageReader(bool labels_declared)
      : labels_declared_(labels_declared) {}

  void Add(const ExpositionFamily& family) {
    const MetricType type = TypeOfWord(family.type);
    for (const ExpositionSample& sample : family.samples) {
      Metric& metric = MetricOf(family, type, sample.labels.metric_name());
      for (const base::Label& label : sample.labels) {
        if (label.name == base::kMetricName) continue;
        const bool bound =
            metric.type == MetricType::kHistogram && label.name == "le";
        if (bound) {
          AddBound(metric, label.value);
        } else if (metric.type != MetricType::kSummary ||
                   label.name != "quantile") {
          values_[metric.name][label.name].insert(label.value);
        }
      }
    }
  }

  std::vector<Metric> Take() {
    for (Metric& metric : metrics_) {
      std::ranges::sort(metric.buckets);
      // Not std::ranges::unique, which clang 14 cannot compile here.
      metric.buckets.erase(
          std::unique(metric.buckets.begin(), metric.buckets.end()),
          metric.buckets.end());
      for (const auto& [name, values] : values_[metric.name]) {
        const bool open = values.size() > kMostValues;
        LabelFacts label = {
            name, open ? Knowledge::kOpen : Knowledge::kSeen, {}};
        if (!open) label.values.assign(values.begin(), values.end());
        metric.labels.push_back(std::move(label));
      }
    }
    return std::move(metrics_);
  }

 private:
  // A histogram or a summary is one metric; of other families every name is.
  Metric& MetricOf(const ExpositionFamily& family, MetricType type,
                   std::string_view sample) {
    const bool parts =
        type == MetricType::kHistogram || type == MetricType::kSummary;
    const bool part = parts && !sample.ends_with("_created");
    const std::string name(part ? family.name : sample);
    const auto [found, added] = index_.try_emplace(name, metrics_.size());
    if (!added) return metrics_[found->second];
    Metric& metric = metrics_.emplace_back();
    metric.name = name;
    const bool created =
        !part && name != family.name && name.ends_with("_created");
    metric.type = created ? MetricType::kGauge : type;
    metric.help = family.help;
    metric.unit = created ? "seconds" : family.unit;
    metric.labels_declared = labels_declared_;
    metric.seen = true;
    metric.starts_at_zero.reset();
    if (metric.type == MetricType::kCounter ||
        metric.type == MetricType::kHistogram) {
      metric.range.minimum = 0;
    }
    return metric;
  }

  static void AddBound(Metric& metric, std::string_view text) {
    const auto bound = base::ParseFloat(text);
    if (bound.has_value() && *bound < kUnbounded) {
      metric.buckets.push_back(*bound);
    }
  }

  bool labels_declared_;
  std::vector<Metric> metrics_;
  std::map<std::string, std::size_t> index_;
  std::map<std::string, std::map<std::string, std::set<std::string>>> values_;
};

}  // namespace

std::vector<Metric> MetricsOfPage(const Exposition& page,
                                  bool labels_declared) {
  PageReader reader(labels_declared);
  for (const ExpositionFamily& family : page.families) reader.Add(family);
  return reader.Take();
}

}  // namespace schema
