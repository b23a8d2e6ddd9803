#include "schema/schema.h"

#include <algorithm>
#include <utility>

#include "base/diagnostic.h"
#include "base/number.h"

namespace schema {
namespace {

// A series that Prometheus makes itself, on every scrape or rule evaluation.
struct SyntheticRow {
  std::string_view name;
  double minimum;
  double maximum;
};

// (prometheus scrape/scrape.go, the report samples; rules/alerting.go.)
// clang-format off
constexpr SyntheticRow kScrapeSeries[] = {
    {"up",                                    0, 1},
    {"scrape_duration_seconds",               0, kUnbounded},
    {"scrape_samples_scraped",                0, kUnbounded},
    {"scrape_samples_post_metric_relabeling", 0, kUnbounded},
    {"scrape_series_added",                   0, kUnbounded},
    {"scrape_timeout_seconds",                0, kUnbounded},
    {"scrape_sample_limit",                   0, kUnbounded},
    {"scrape_body_size_bytes",                -1, kUnbounded},
};
constexpr SyntheticRow kAlertSeries[] = {
    {"ALERTS",           1, 1},
    {"ALERTS_FOR_STATE", 0, kUnbounded},
};
// clang-format on

bool Lists(std::span<const SyntheticRow> rows, std::string_view name) {
  return std::ranges::find(rows, name, &SyntheticRow::name) != rows.end();
}

std::vector<std::string> Strings(std::span<const std::string_view> views) {
  return {views.begin(), views.end()};
}

LabelFacts Facts(const LabelRow& row, const SchemaOptions& options) {
  LabelFacts facts;
  facts.name = row.name;
  switch (row.source) {
    case ValueSource::kFixed:
      facts.knowledge = Knowledge::kClosed;
      facts.values = Strings(row.values);
      break;
    case ValueSource::kEnvironments:
      facts.knowledge = Knowledge::kClosed;
      facts.values = options.environments;
      break;
    case ValueSource::kWorkflows:
      facts.values = options.workflows;
      break;
    case ValueSource::kOpen:
      break;
  }
  return facts;
}

Metric FromRow(const MetricRow& row, const SchemaOptions& options) {
  Metric metric;
  metric.name = row.name;
  metric.type = row.type;
  metric.help = row.help;
  metric.unit = row.unit;
  metric.range = {0, row.maximum};
  metric.buckets.assign(row.buckets.begin(), row.buckets.end());
  metric.rare_events = row.type != MetricType::kGauge;
  for (const LabelRow& label : row.labels) {
    metric.labels.push_back(Facts(label, options));
    if (label.source == ValueSource::kOpen) metric.starts_at_zero = false;
  }
  return metric;
}

LabelFacts BoundLabel(const Metric& metric) {
  LabelFacts facts{"le", Knowledge::kClosed, {}};
  if (!metric.labels_declared || metric.seen)
    facts.knowledge = Knowledge::kSeen;
  for (const double bound : metric.buckets) {
    const std::string written = base::FormatGeneral(bound);
    const std::string stored = base::FormatBound(bound);
    facts.values.push_back(written);
    if (stored != written) facts.values.push_back(stored);
  }
  facts.values.push_back("+Inf");
  return facts;
}

std::string_view Suffix(SampleRole role) {
  switch (role) {
    case SampleRole::kBucket:
      return "_bucket";
    case SampleRole::kSum:
      return "_sum";
    case SampleRole::kCount:
      return "_count";
    case SampleRole::kValue:
    case SampleRole::kQuantile:
      break;
  }
  return "";
}

}  // namespace

bool IsScrapeSeries(std::string_view name) {
  return Lists(kScrapeSeries, name);
}

bool IsSynthetic(std::string_view name) {
  return IsScrapeSeries(name) || Lists(kAlertSeries, name);
}

bool LabelFacts::Lists(std::string_view value) const {
  return std::ranges::find(values, value) != values.end();
}

bool LabelFacts::CanBe(std::string_view value) const {
  return knowledge != Knowledge::kClosed || Lists(value);
}

const LabelFacts* Sample::FindLabel(std::string_view label) const {
  const auto it = std::ranges::find(labels, label, &LabelFacts::name);
  return it == labels.end() ? nullptr : &*it;
}

SchemaOptions SchemaOptions::Default() {
  return {.environments = Strings(kDefaultEnvironments),
          .workflows = Strings(kDefaultWorkflows)};
}

Schema Schema::Ours(const SchemaOptions& options) {
  Schema schema;
  schema.options_ = options;
  for (const MetricRow& row : kMetrics) schema.Add(FromRow(row, options));
  schema.AddSynthetic();
  return schema;
}

void Schema::AddSynthetic() {
  for (const SyntheticRow& row : kScrapeSeries) {
    Metric metric;
    metric.name = row.name;
    metric.type = MetricType::kGauge;
    // Labels of the target, which a scrape configuration can add to.
    metric.labels_declared = false;
    metric.starts_at_zero = false;
    metric.range = {row.minimum, row.maximum};
    AddSamples(metric);
  }
  for (const SyntheticRow& row : kAlertSeries) {
    Metric metric;
    metric.name = row.name;
    metric.type = MetricType::kGauge;
    metric.labels = {{"alertname", Knowledge::kOpen, {}}};
    if (row.name == "ALERTS") {
      metric.labels.push_back(
          {"alertstate", Knowledge::kClosed, {"pending", "firing"}});
    }
    metric.labels_declared = false;  // And those of the alert.
    metric.as_stored = true;
    metric.starts_at_zero = false;
    metric.range = {row.minimum, row.maximum};
    AddSamples(metric);
  }
}

void Schema::Add(Metric metric) {
  if (const auto it = std::ranges::find(metrics_, metric.name, &Metric::name);
      it != metrics_.end()) {
    const auto of_it = [&](const auto& entry) {
      return entry.second.metric == metric.name;
    };
    std::erase_if(samples_, of_it);
    std::erase_if(published_, of_it);
    *it = std::move(metric);
    AddSamples(*it);
    return;
  }
  metrics_.push_back(std::move(metric));
  AddSamples(metrics_.back());
}

void Schema::AddSamples(const Metric& metric) {
  switch (metric.type) {
    case MetricType::kHistogram:
      AddSample(metric, SampleRole::kBucket);
      AddSample(metric, SampleRole::kSum);
      AddSample(metric, SampleRole::kCount);
      break;
    case MetricType::kSummary:
      AddSample(metric, SampleRole::kQuantile);
      AddSample(metric, SampleRole::kSum);
      AddSample(metric, SampleRole::kCount);
      break;
    default:
      AddSample(metric, SampleRole::kValue);
      break;
  }
}

void Schema::AddSample(const Metric& metric, SampleRole role) {
  Sample sample;
  sample.name = metric.name + std::string(Suffix(role));
  sample.metric = metric.name;
  sample.role = role;
  sample.type = metric.type;
  sample.labels = metric.labels;
  sample.labels_closed = metric.labels_declared;
  sample.starts_at_zero = metric.starts_at_zero;
  sample.rare_events = metric.rare_events;
  sample.range = metric.range;
  if (role == SampleRole::kBucket || role == SampleRole::kCount) {
    sample.range = {0, kUnbounded};
  }
  if (role == SampleRole::kQuantile) {
    sample.type = MetricType::kGauge;
  } else if (role != SampleRole::kValue) {
    sample.type = MetricType::kCounter;
  }
  if (role == SampleRole::kBucket) sample.labels.push_back(BoundLabel(metric));
  if (role == SampleRole::kQuantile) {
    sample.labels.push_back({"quantile", Knowledge::kOpen, {}});
  }
  if (metric.as_stored) {
    samples_.insert_or_assign(sample.name, std::move(sample));
    return;
  }
  std::vector<const ScrapeJob*> jobs;
  for (const ScrapeJob& job : options_.jobs) jobs.push_back(&job);
  samples_.insert_or_assign(sample.name, Scraped(sample, jobs));
  if (jobs.size() > 1) {
    published_.insert_or_assign(sample.name, std::move(sample));
  }
}

const Metric* Schema::FindMetric(std::string_view name) const {
  const auto it = std::ranges::find(metrics_, name, &Metric::name);
  return it == metrics_.end() ? nullptr : &*it;
}

const Sample* Schema::FindSample(std::string_view name) const {
  const auto it = samples_.find(name);
  return it == samples_.end() ? nullptr : &it->second;
}

std::vector<const ScrapeJob*> Schema::JobsOf(
    std::string_view name, std::span<const base::Matcher> matchers) const {
  const auto published = published_.find(name);
  Sample unknown;
  unknown.name = name;
  unknown.labels_closed = false;
  const Sample& sample =
      published == published_.end() ? unknown : published->second;
  std::vector<const ScrapeJob*> jobs;
  for (const ScrapeJob& job : options_.jobs) {
    if (CanCarry(job, sample, matchers)) jobs.push_back(&job);
  }
  return jobs;
}

std::shared_ptr<const Sample> Schema::FindSample(
    std::string_view name, std::span<const base::Matcher> matchers) const {
  const auto published = published_.find(name);
  if (published != published_.end()) {
    const std::vector<const ScrapeJob*> jobs = JobsOf(name, matchers);
    if (!jobs.empty() && jobs.size() < options_.jobs.size()) {
      return std::make_shared<Sample>(Scraped(published->second, jobs));
    }
  }
  return {std::shared_ptr<const Sample>(), FindSample(name)};
}

std::optional<base::Duration> Schema::ScrapeInterval(
    std::string_view name, std::span<const base::Matcher> matchers) const {
  std::optional<base::Duration> shortest;
  for (const ScrapeJob* job : JobsOf(name, matchers)) {
    if (!job->scrape_interval) return std::nullopt;
    shortest = std::min(shortest.value_or(*job->scrape_interval),
                        *job->scrape_interval);
  }
  return shortest;
}

std::string_view Schema::Nearest(std::string_view name) const {
  if (const auto it = samples_.find(std::string(name) + "_bucket");
      it != samples_.end()) {
    return it->first;
  }
  std::vector<std::string_view> names;
  for (const auto& [known, sample] : samples_) names.push_back(known);
  return base::Nearest(name, names);
}

std::string_view TypeName(MetricType type) {
  switch (type) {
    case MetricType::kCounter:
      return "counter";
    case MetricType::kGauge:
      return "gauge";
    case MetricType::kHistogram:
      return "histogram";
    case MetricType::kSummary:
      return "summary";
    case MetricType::kUnknown:
      break;
  }
  return "unknown";
}

}  // namespace schema
