// The metrics that rules and dashboards are checked against: the options that
// say which, and what they come to.

#ifndef ROLLWATCH_KNOWN_METRICS_H_
#define ROLLWATCH_KNOWN_METRICS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rollwatch/command_line.h"
#include "rollwatch/prometheus_config.h"
#include "schema/schema.h"

namespace rollwatch {

struct KnownMetricsOptions {
  std::vector<std::string> schemas;  // Files.
  std::string target_labels = "job,instance";
  std::string prometheus_config;
  std::int64_t scrape_interval = 0;
  bool honor_labels = false;
  std::vector<std::string> environments;
};

struct KnownMetrics {
  schema::Schema schema;
  // Of --prometheus-config, when it is given.
  std::optional<PrometheusConfig> config;
};

void AddKnownMetricsOptions(CommandLine& line, KnownMetricsOptions* options);

// The exit status instead, said on stderr in the name of `command`, when one of
// the files cannot be read.
// REQUIRES: after line.Parse
std::optional<int> LoadKnownMetrics(std::string_view command,
                                    const CommandLine& line,
                                    const KnownMetricsOptions& options,
                                    KnownMetrics* metrics);

}  // namespace rollwatch

#endif  // ROLLWATCH_KNOWN_METRICS_H_
