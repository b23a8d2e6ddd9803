// The sidecar's rules, evaluated on its own metrics while it runs.

#ifndef ROLLWATCH_LIVE_RULES_H_
#define ROLLWATCH_LIVE_RULES_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "alerts/evaluation.h"
#include "base/labels.h"
#include "base/time.h"
#include "exporter/journal.h"
#include "exporter/recorder.h"
#include "rollwatch/log.h"

namespace rollwatch {

// A rule and how its last evaluation went.
struct LiveRule {
  alerts::RuleDefinition::Kind kind = alerts::RuleDefinition::Kind::kAlerting;
  std::string name;
  std::string query;
  std::string bound;  // "> 0.1": what its values are compared with; or "".
  base::Duration hold = 0;
  base::Duration keep_firing_for = 0;
  base::Labels labels;
  alerts::Annotations annotations;
  // A metric that it reads and the sidecar never has, such as one of the
  // deployed application; "" when there is none.
  std::string foreign_metric;
  alerts::AlertState state = alerts::AlertState::kInactive;
  alerts::RuleStatus status;
  std::vector<alerts::Alert> alerts;
};

struct LiveGroup {
  std::string name;
  std::string file;
  base::Duration interval = 0;
  std::size_t limit = 0;
  std::vector<LiveRule> rules;
  std::optional<base::Timestamp> last_evaluation;
  double duration_seconds = 0;
};

struct LiveState {
  std::vector<LiveGroup> groups;  // In the order of the files.
  // When our metrics were first and last taken down; nothing: not yet.
  std::optional<base::Timestamp> first_snapshot;
  std::optional<base::Timestamp> last_snapshot;
};

struct LiveRulesOptions {
  base::Duration scrape_interval = 15'000;
  // Of groups that name none.
  base::Duration evaluation_interval = 15'000;
  std::string instance;  // The label's value, as Prometheus would add it.
  base::Labels external_labels;
  std::string external_url;
  // Keeps pending and firing alerts over a restart; "": they are forgotten.
  std::string alerts_file;
  // What rules look back on from before the start is read from it; nothing:
  // their samples begin at the start.
  std::optional<exporter::JournalOptions> journal;
};

// Takes its own snapshots of the metrics, and keeps them as long as a rule
// looks back: at each interval a sample of every series with the labels
// job="rollwatch" and instance, and `up`, as a Prometheus that scrapes us would
// store them. Rules are evaluated on that, on a thread of its own.
class LiveRules {
 public:
  // Starts. `recorder` and `log` must outlive this.
  LiveRules(std::vector<alerts::GroupDefinition> groups,
            const exporter::Recorder& recorder, LiveRulesOptions options,
            Log& log);
  // Stops.
  ~LiveRules();
  LiveRules(const LiveRules&) = delete;
  LiveRules& operator=(const LiveRules&) = delete;

  // As of the last evaluation. Safe to call from many threads.
  LiveState State() const;

  // From the next evaluation on, these are the rules. The alerts of a rule
  // that has kept its group's name, its name and its expression go on, and so
  // do the samples. Safe to call from many threads.
  void Replace(std::vector<alerts::GroupDefinition> groups,
               base::Labels external_labels);

 private:
  struct Rep;
  std::unique_ptr<Rep> rep_;
};

}  // namespace rollwatch

#endif  // ROLLWATCH_LIVE_RULES_H_
