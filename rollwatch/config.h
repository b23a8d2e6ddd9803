// The file of --config.file.

#ifndef ROLLWATCH_CONFIG_H_
#define ROLLWATCH_CONFIG_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/labels.h"
#include "rollwatch/api/event_tokens.h"
#include "rollwatch/command_line.h"
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
//   flags: {web.listen-address: ":10970"}          # of `rollwatch serve`
struct Config {
  schema::SchemaOptions schema = schema::SchemaOptions::Default();
  base::Labels external_labels;
  std::vector<TokenConfig> tokens;
};

// Reads the file; an empty path gives the defaults. Its flags are given to
// `serve`, where they have no value yet; null leaves them. Fails with every
// problem, rendered with its place, or because the file cannot be read.
absl::StatusOr<Config> ReadConfig(const std::string& path,
                                  CommandLine* serve = nullptr);

// The configuration with what is not configured filled in: as a file that
// would be read to the same. `serve` has the values of the flags.
std::string WriteConfig(const Config& config, const CommandLine& serve);

}  // namespace rollwatch

#endif  // ROLLWATCH_CONFIG_H_
