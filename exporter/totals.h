// The state that events add up to.

#ifndef EXPORTER_TOTALS_H_
#define EXPORTER_TOTALS_H_

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/labels.h"
#include "base/time.h"
#include "exporter/event.h"
#include "exporter/exemplar.h"
#include "schema/schema.h"

namespace exporter {

// An event with its place in the order in which all were recorded. That order,
// not the events' times, decides sums and ties.
struct RecordedEvent {
  std::int64_t sequence = 0;  // From 1 on.
  base::Timestamp received = 0;
  Event event;
  std::string reporter = {};  // "token release"; "" when it is not known.

  // When it happened, as far as is known.
  base::Timestamp time() const { return event.time.value_or(received); }
};

// A series of the metric table: the metric's index there, and the values of
// its labels in the order of the row.
struct SeriesKey {
  std::size_t metric = 0;
  std::vector<std::string> values;

  friend auto operator<=>(const SeriesKey&, const SeriesKey&) = default;
};

// A total of a counter or histogram.
struct SeriesTotal {
  double value = 0;             // Of a counter.
  std::vector<double> buckets;  // Of a histogram; not cumulative, +Inf last.
  double sum = 0;
  base::Labels labels;   // As on a page: made once, then shared.
  Exemplars exemplars;   // The last event with a link.
  bool initial = false;  // Closed or configured: at 0 from the start.
  // The first event that counted here; 0 before it.
  std::int64_t first_sequence = 0;
  base::Timestamp first_received = 0;
};

// The newest canary event of a deployment_id in an environment.
struct CanaryState {
  double percentage = 0;
  bool has_percentage = false;
  base::Timestamp time = 0;
  bool finished = false;
  std::int64_t sequence = 0;
  base::Timestamp received = 0;
};

// A deployment that was started and has not finished.
struct OpenRollout {
  std::string environment;
  std::string deployment_id;
  std::string run_url;
  base::Timestamp started = 0;
};

// One stored number of the totals: what the journal keeps, and `journal
// verify` compares bit by bit.
struct Cell {
  std::string metric;
  std::string labels;  // {environment="staging", status="failed"}
  std::string part;    // "value", "sum", "le=60", "le=+Inf"
  double value = 0;

  friend bool operator==(const Cell&, const Cell&) = default;
};

// The labels of a series of the metric table.
base::Labels LabelsOf(const schema::MetricRow& row,
                      const std::vector<std::string>& values);

// The series that an event makes when they are not there yet: what it counts,
// observes, and shows until it is finished.
std::vector<SeriesKey> SeriesOf(const Event& event);

// A pure fold over events in the order of their sequence. A value; not safe
// for use by several threads.
class Totals {
 public:
  // Knows no series until an event names it.
  Totals() = default;
  // Starts every combination of closed and configured label values at 0.
  explicit Totals(const schema::SchemaOptions& options);

  // Adds one event. REQUIRES: the event is valid, event.sequence is larger than
  // all before.
  void Apply(const RecordedEvent& event);
  // The same, and appends the cells that changed.
  void Apply(const RecordedEvent& event, std::vector<Cell>& changed);

  // When counting began: a series that is there from the start was made then.
  // 0 when it is not known.
  base::Timestamp created() const { return created_; }
  void set_created(base::Timestamp time) { created_ = time; }

  std::int64_t last_sequence() const { return last_sequence_; }
  // Received last; 0 when there was none.
  base::Timestamp last_received() const { return last_received_; }

  // Goes on from what State() returned elsewhere. REQUIRES: nothing was
  // applied.
  void Restore(const std::vector<Cell>& state);
  // All that the events added up to, besides the times of deployments that
  // finished and the links: Restore() makes a Totals that goes on just so, but
  // for the deployments per hour within the next hour and the exemplars.
  // `labels` are label values as a JSON array, `part` may be more than a stored
  // total has.
  std::vector<Cell> State() const;

  const std::map<SeriesKey, SeriesTotal>& series() const { return series_; }
  // Whether the series is there, and not of a canary that is finished.
  bool Has(const SeriesKey& key) const;
  // How many there are of a metric. O(canaries) for theirs.
  std::size_t SeriesCount(std::size_t metric) const;
  // By (environment, deployment_id).
  const std::map<std::pair<std::string, std::string>, CanaryState>& canaries()
      const {
    return canaries_;
  }
  // By (environment, deployment_id); the id is "" for a deployment without.
  const std::map<std::pair<std::string, std::string>, OpenRollout>&
  open_rollouts() const {
    return open_rollouts_;
  }
  // The environments that deployment_frequency is published for.
  std::vector<std::string> Environments() const;
  // How many deployments finished in (now - 1h, now]. O(log events).
  double DeploymentFrequency(const std::string& environment,
                             base::Timestamp now) const;

  // Every cell that an event touched, sorted by metric, labels and part.
  std::vector<Cell> Cells() const;

 private:
  void ApplyTo(const RecordedEvent& event, std::vector<Cell>* changed);
  void Count(const RecordedEvent& event, const EventKindRow& row,
             std::vector<Cell>* changed);
  void Observe(const RecordedEvent& event, const EventKindRow& row,
               std::vector<Cell>* changed);
  void MoveCanary(const RecordedEvent& event, std::vector<Cell>* changed);
  void TrackRollout(const RecordedEvent& event);
  SeriesTotal& SeriesAt(const SeriesKey& key);
  void RestoreSeries(const SeriesKey& key, const Cell& cell);
  void RestoreCanary(const SeriesKey& key, const Cell& cell);

  std::map<SeriesKey, SeriesTotal> series_;
  std::vector<std::size_t> counts_;  // Of series_, by metric.
  std::map<std::pair<std::string, std::string>, CanaryState> canaries_;
  std::map<std::pair<std::string, std::string>, OpenRollout> open_rollouts_;
  // Times of finished deployments, sorted, by environment.
  std::map<std::string, std::vector<base::Timestamp>> finished_;
  base::Timestamp created_ = 0;
  std::int64_t last_sequence_ = 0;
  base::Timestamp last_received_ = 0;
};

}  // namespace exporter

#endif  // EXPORTER_TOTALS_H_
