// Rule files for a subcommand that evaluates them.

#ifndef ROLLWATCH_RULE_LOADING_H_
#define ROLLWATCH_RULE_LOADING_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "alerts/evaluation.h"

namespace rollwatch {

// The groups of all files. Fails with every problem of every file, rendered
// with its place.
absl::StatusOr<std::vector<alerts::GroupDefinition>> LoadRules(
    const std::vector<std::string>& paths);

}  // namespace rollwatch

#endif  // ROLLWATCH_RULE_LOADING_H_
