// What a configuration of Prometheus says about scraping and rules.

#ifndef ROLLWATCH_PROMETHEUS_CONFIG_H_
#define ROLLWATCH_PROMETHEUS_CONFIG_H_

#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/labels.h"
#include "base/source.h"
#include "base/time.h"

namespace rollwatch {

// Read for what checks can use of it. It is no validation: fields that say
// nothing of labels, intervals or rules are passed over.
struct PrometheusConfig {
  base::Labels external_labels;
  std::vector<std::string> rule_files;  // Patterns, as written.
  // The shortest of all scrape jobs; nothing without a job.
  std::optional<base::Duration> scrape_interval;
  // job, instance, and what the jobs' targets and relabelling add.
  std::vector<std::string> target_labels;
  // False when labels come from elsewhere: file_sd, http_sd, labelmap.
  bool target_labels_known = true;
  // Those that every job sets, and none honors a metric's own.
  std::vector<std::string> renamed_labels;
  // Those that metric_relabel_configs write to.
  std::vector<std::string> rewritten_labels;
};

// Nothing exactly when an error was reported.
std::optional<PrometheusConfig> ReadPrometheusConfig(
    const base::Source& source, base::Diagnostics& diagnostics);

}  // namespace rollwatch

#endif  // ROLLWATCH_PROMETHEUS_CONFIG_H_
