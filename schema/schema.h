// What is known about the metrics that expressions read.

#ifndef SCHEMA_SCHEMA_H_
#define SCHEMA_SCHEMA_H_

#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/matcher.h"
#include "base/time.h"
#include "schema/metric_table.h"
#include "schema/scrape_job.h"

namespace schema {

// What the listed values of a label say about those that are not listed.
enum class Knowledge {
  kClosed,  // Declared: no others can occur.
  kSeen,    // Read off a page: others may occur.
  kOpen,    // Others are expected; the listed ones exist from the start.
};

struct LabelFacts {
  std::string name;
  Knowledge knowledge = Knowledge::kOpen;
  std::vector<std::string> values;

  bool Lists(std::string_view value) const;
  // Whether a series can carry this value: false only when it is declared.
  bool CanBe(std::string_view value) const;
};

// Both ends belong to it.
struct ValueRange {
  double minimum = -std::numeric_limits<double>::infinity();
  double maximum = std::numeric_limits<double>::infinity();

  friend bool operator==(const ValueRange&, const ValueRange&) = default;
};

// A metric family as its exporter publishes it.
struct Metric {
  std::string name;  // Of the family: a histogram's without _bucket.
  MetricType type = MetricType::kUnknown;
  std::string help;
  std::string unit;
  std::vector<LabelFacts> labels;  // Without le, quantile, job and instance.
  // Its series have no others, but for those that scraping adds.
  bool labels_declared = true;
  // `labels` are those of a server's series: scraping has added its own.
  bool as_stored = false;
  // Read off a page or a server: there may be other buckets.
  bool seen = false;
  // Whether a series is published at 0 before its first event, so that
  // increase() sees it; nothing when that is not known.
  std::optional<bool> starts_at_zero = true;
  // Counts events that are far apart, such as deployments: each matters.
  bool rare_events = false;
  ValueRange range;
  std::vector<double> buckets;  // Upper bounds, without +Inf.
};

enum class SampleRole { kValue, kBucket, kSum, kCount, kQuantile };

// The series of one name as a query sees them after a scrape.
struct Sample {
  std::string name;    // "deployment_duration_seconds_bucket"
  std::string metric;  // "deployment_duration_seconds"
  SampleRole role = SampleRole::kValue;
  // As rate() sees it: a histogram's buckets, sum and count are counters.
  MetricType type = MetricType::kUnknown;
  // The metric's own, le or quantile, and those that scraping adds. le lists
  // both spellings of a bound ("60" and "60.0"): which one is stored depends
  // on the format scraped and on the version of Prometheus.
  std::vector<LabelFacts> labels;
  // No series of this name has another label.
  bool labels_closed = true;
  std::optional<bool> starts_at_zero;
  bool rare_events = false;
  // The metric's own labels that scraping renames to exported_*.
  std::vector<std::string> exported;
  ValueRange range;

  const LabelFacts* FindLabel(std::string_view label) const;
};

struct SchemaOptions {
  std::vector<std::string> environments;
  std::vector<std::string> workflows;
  // Those that may scrape a metric; never empty.
  std::vector<ScrapeJob> jobs = {ScrapeJob()};

  // staging and production; their deploy workflows; a job of which nothing is
  // known.
  static SchemaOptions Default();

  friend bool operator==(const SchemaOptions&, const SchemaOptions&) = default;
};

// Whether Prometheus itself writes the series, at every scrape (also one that
// failed) or for alerts: up, scrape_*, ALERTS, ALERTS_FOR_STATE.
bool IsSynthetic(std::string_view name);
// The former alone: up, scrape_*. They have the labels of the target.
bool IsScrapeSeries(std::string_view name);

// A set of metrics. A value: copying is cheap enough to do at start only; safe
// to read from many threads.
class Schema {
 public:
  // Knows no metric, and nothing of what scraping adds.
  Schema() = default;
  // Knows no metric.
  explicit Schema(SchemaOptions options) : options_(std::move(options)) {}

  // The nine of the metric table, and the series that Prometheus itself makes:
  // up, scrape_*, ALERTS, ALERTS_FOR_STATE.
  static Schema Ours(const SchemaOptions& options = SchemaOptions::Default());

  // Replaces a metric of the same name.
  void Add(Metric metric);

  // In the order they were added; Prometheus' own are not among them.
  const std::vector<Metric>& metrics() const { return metrics_; }
  const SchemaOptions& options() const { return options_; }

  // By the name of a family; nullptr when unknown.
  const Metric* FindMetric(std::string_view name) const;
  // By the name of a series, as a selector has it:
  // "deployment_duration_seconds_bucket". nullptr when unknown. Valid until
  // the Schema is changed or destroyed.
  const Sample* FindSample(std::string_view name) const;
  // The same of the series that satisfy the matchers of the label job among
  // these: of the jobs that can carry such. Of all, when none can.
  std::shared_ptr<const Sample> FindSample(
      std::string_view name, std::span<const base::Matcher> matchers) const;
  // The shortest of the jobs that can carry such a series; nothing when one of
  // them is not known.
  std::optional<base::Duration> ScrapeInterval(
      std::string_view name, std::span<const base::Matcher> matchers) const;

  // The known sample name to suggest for an unknown one; empty when none is
  // near. A histogram's bare family name suggests its _bucket.
  std::string_view Nearest(std::string_view name) const;

  // Every sample by name, Prometheus' own too.
  const std::map<std::string, Sample, std::less<>>& samples() const {
    return samples_;
  }

 private:
  void AddSynthetic();
  std::vector<const ScrapeJob*> JobsOf(
      std::string_view name, std::span<const base::Matcher> matchers) const;
  void AddSamples(const Metric& metric);
  void AddSample(const Metric& metric, SampleRole role);

  SchemaOptions options_;
  std::vector<Metric> metrics_;
  std::map<std::string, Sample, std::less<>> samples_;  // Whatever job scrapes.
  std::map<std::string, Sample, std::less<>> published_;
};

// "counter", "gauge", "histogram", "summary", "unknown".
std::string_view TypeName(MetricType type);

}  // namespace schema

#endif  // SCHEMA_SCHEMA_H_
