// What a configuration of Prometheus says about scraping and rules.

#ifndef ROLLWATCH_PROMETHEUS_CONFIG_H_
#define ROLLWATCH_PROMETHEUS_CONFIG_H_

#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/labels.h"
#include "base/source.h"
#include "schema/scrape_job.h"

namespace rollwatch {

// Read for what checks can use of it. It is no validation: fields that say
// nothing of labels, intervals or rules are passed over.
struct PrometheusConfig {
  base::Labels external_labels;
  std::vector<std::string> rule_files;  // Patterns, as written.
  // One of which nothing is known stands for those that are not in the file:
  // of scrape_config_files, and where there is none at all.
  std::vector<schema::ScrapeJob> jobs;
};

// Nothing exactly when an error was reported.
std::optional<PrometheusConfig> ReadPrometheusConfig(
    const base::Source& source, base::Diagnostics& diagnostics);

}  // namespace rollwatch

#endif  // ROLLWATCH_PROMETHEUS_CONFIG_H_
