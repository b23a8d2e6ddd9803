// The values of --github.workflow.

#ifndef ROLLWATCH_GITHUB_WORKFLOWS_H_
#define ROLLWATCH_GITHUB_WORKFLOWS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "exporter/event.h"
#include "rollwatch/command_line.h"
#include "schema/schema.h"

namespace rollwatch {

// Declares --github.workflow; its values are read below.
void DeclareGithubWorkflows(CommandLine& line,
                            std::vector<std::string>* values);

// "Deploy to production=deployment:production"; fails when a kind or an
// environment is not known, or a name stands twice.
absl::StatusOr<std::vector<exporter::GithubWorkflow>> ReadGithubWorkflows(
    const std::vector<std::string>& values, const schema::Schema& schema);

}  // namespace rollwatch

#endif  // ROLLWATCH_GITHUB_WORKFLOWS_H_
