#include "rollwatch/import_preview.h"

#include <algorithm>
#include <map>
#include <utility>

#include "exporter/recorder.h"
#include "exporter/scrape_view.h"
#include "rollwatch/history.h"
#include "schema/metric_table.h"

namespace rollwatch {
namespace {

constexpr base::Duration kHour = 60 * 60 * 1000;
constexpr base::Duration kLongest = 24 * kHour;

// A counter's value, or how many observations a histogram has.
double CountOf(const exporter::SeriesTotal& total) {
  double count = total.value;
  for (const double bucket : total.buckets) count += bucket;
  return count;
}

std::string NameOf(const exporter::SeriesKey& key) {
  const schema::MetricRow& row = schema::kMetrics[key.metric];
  base::LabelsBuilder labels;
  for (std::size_t i = 0; i < row.labels.size(); ++i) {
    labels.Set(row.labels[i].name, key.values[i]);
  }
  const bool histogram = row.type == schema::MetricType::kHistogram;
  labels.Set(base::kMetricName,
             std::string(row.name) + (histogram ? "_count" : ""));
  return base::SeriesName(labels.Build());
}

// The rules on a clock of their own.
class Simulation {
 public:
  Simulation(const std::vector<alerts::GroupDefinition>& groups,
             const exporter::Totals& totals, base::Timestamp start,
             const ImportPreviewOptions& options)
      : options_(options),
        recorder_(totals),
        view_(recorder_, {options.scrape_interval}, start),
        history_("rollwatch", "import") {
    for (const alerts::GroupDefinition& group : groups) {
      const base::Duration interval =
          group.interval > 0 ? group.interval : options.evaluation_interval;
      groups_.push_back(
          {alerts::GroupEvaluation(Copy(group), {options.external_labels, ""}),
           interval, start});
    }
  }

  // Scrapes and evaluates at every interval in [from, to).
  void Run(base::Timestamp from, base::Timestamp to) {
    for (base::Timestamp time = from; time < to;
         time += options_.scrape_interval) {
      const exporter::Snapshot snapshot = view_.Take(time);
      history_.Store(snapshot);
      view_.Delivered(snapshot);
      for (Group& group : groups_) {
        if (time < group.next) continue;
        group.next = time + group.interval;
        Evaluate(group, time);
      }
      history_.Forget(time, 2 * options_.scrape_interval);
    }
  }

  void Record(std::vector<exporter::Event> events) {
    // It is in memory, and cannot fail.
    recorder_.Record(std::move(events)).IgnoreError();
  }

  // When each alert began to fire, since it was last cleared.
  std::map<base::Labels, base::Timestamp>& fired() { return fired_; }

 private:
  struct Group {
    alerts::GroupEvaluation evaluation;
    base::Duration interval;
    base::Timestamp next;
  };

  static alerts::GroupDefinition Copy(const alerts::GroupDefinition& group) {
    return group;
  }

  void Evaluate(Group& group, base::Timestamp time) {
    std::vector<alerts::RuleTransition> transitions;
    group.evaluation.Evaluate(time, history_, &transitions);
    for (const alerts::RuleTransition& change : transitions) {
      if (change.transition.to != alerts::AlertState::kFiring) continue;
      fired_.emplace(base::LabelsBuilder(change.transition.labels)
                         .Remove("job")
                         .Remove("instance")
                         .Build(),
                     time);
    }
  }

  const ImportPreviewOptions& options_;
  exporter::MemoryRecorder recorder_;
  exporter::ScrapeView view_;
  History history_;
  std::vector<Group> groups_;
  std::map<base::Labels, base::Timestamp> fired_;
};

}  // namespace

std::vector<SeriesRise> Rises(const exporter::Totals& before,
                              const std::vector<exporter::Event>& events,
                              base::Timestamp now) {
  exporter::Totals after = before;
  for (const exporter::Event& event : events) {
    after.Apply({after.last_sequence() + 1, now, event});
  }
  std::vector<SeriesRise> rises;
  for (const auto& [key, total] : after.series()) {
    const auto known = before.series().find(key);
    const double old =
        known == before.series().end() ? 0 : CountOf(known->second);
    if (CountOf(total) == old) continue;
    rises.push_back({NameOf(key), old, CountOf(total)});
  }
  return rises;
}

std::vector<ImportAlert> AlertsOfImport(
    const std::vector<alerts::GroupDefinition>& groups,
    const exporter::Totals& before, const std::vector<exporter::Event>& events,
    base::Timestamp now, const ImportPreviewOptions& options) {
  base::Duration horizon = kHour;
  for (const alerts::GroupDefinition& group : groups) {
    for (const alerts::RuleDefinition& rule : group.rules) {
      horizon = std::max(horizon, kHour + rule.hold);
    }
  }
  horizon = std::min(horizon, kLongest);
  std::map<base::Labels, base::Timestamp> fired[2];
  for (const bool imports : {false, true}) {
    Simulation simulation(groups, before, now - kHour, options);
    simulation.Run(now - kHour, now);
    simulation.fired().clear();
    if (imports) simulation.Record(events);
    simulation.Run(now, now + horizon);
    fired[imports ? 1 : 0] = std::move(simulation.fired());
  }
  std::vector<ImportAlert> alerts;
  for (const auto& [labels, time] : fired[1]) {
    if (!fired[0].contains(labels)) alerts.push_back({labels, time - now});
  }
  return alerts;
}

}  // namespace rollwatch
