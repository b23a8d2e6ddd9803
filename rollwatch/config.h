// The file of --config.file.

#ifndef ROLLWATCH_CONFIG_H_
#define ROLLWATCH_CONFIG_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/labels.h"
#include "rollwatch/api/event_tokens.h"
#include "schema/schema.h"

namespace rollwatch {

// What a team sets for its sidecar:
//
//   environments: [staging, production]            # the only ones there are
//   workflows: [deploy-staging, deploy-production] # those known from the start
//   external_labels: {cluster: eu1}                # $externalLabels of rules
//   tokens:                                        # who may report events
//   - name: ci-staging
//     file: ci-staging.token                       # seen from this file
//     environments: [staging]                      # default: every one
struct Config {
  schema::SchemaOptions schema = schema::SchemaOptions::Default();
  base::Labels external_labels;
  std::vector<TokenConfig> tokens;
};

// Reads the file; an empty path gives the defaults. Fails with every problem,
// rendered with its place, or because the file cannot be read.
absl::StatusOr<Config> ReadConfig(const std::string& path);

}  // namespace rollwatch

#endif  // ROLLWATCH_CONFIG_H_
