#include "rollwatch/github_workflows.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"

namespace rollwatch {
namespace {

absl::Status Wrong(const std::string& value, std::string_view what) {
  return absl::InvalidArgumentError(absl::StrFormat(
      "--github.workflow \"%s\": %s (as \"Deploy=deployment:production\")",
      value, what));
}

// The kinds that a run can be, those of the workflow_run rows.
bool CanBeRun(exporter::EventKind kind) {
  return kind == exporter::EventKind::kDeployment ||
         kind == exporter::EventKind::kSmokeTest;
}

absl::StatusOr<exporter::GithubWorkflow> ReadOne(const std::string& value,
                                                 const schema::Schema& schema) {
  // A workflow's name may hold either sign; the rest does not.
  const std::size_t equals = value.rfind('=');
  const std::size_t colon = value.find(':', equals + 1);
  if (equals == value.npos || equals == 0 || colon == value.npos) {
    return Wrong(value, "is not NAME=KIND:ENVIRONMENT");
  }
  const std::string kind = value.substr(equals + 1, colon - equals - 1);
  const exporter::EventKindRow* row = exporter::FindEventKind(kind);
  if (row == nullptr || !CanBeRun(row->kind)) {
    return Wrong(value, "a run counts as deployment or smoke-test");
  }
  exporter::GithubWorkflow workflow = {value.substr(0, equals), row->kind,
                                       value.substr(colon + 1)};
  const auto field =
      std::ranges::find(row->fields, "environment", &exporter::FieldRow::name);
  const auto allowed = exporter::AllowedValues(*field, schema);
  if (std::ranges::count(allowed, workflow.environment) == 0) {
    return Wrong(value, absl::StrFormat("\"%s\" is no environment known here",
                                        workflow.environment));
  }
  return workflow;
}

}  // namespace

void DeclareGithubWorkflows(CommandLine& line,
                            std::vector<std::string>* values) {
  line.Repeated("--github.workflow", values,
                "what the runs of a GitHub workflow count as, deployment or "
                "smoke-test; those of others count nothing",
                "NAME=KIND:ENVIRONMENT");
}

absl::StatusOr<std::vector<exporter::GithubWorkflow>> ReadGithubWorkflows(
    const std::vector<std::string>& values, const schema::Schema& schema) {
  std::vector<exporter::GithubWorkflow> workflows;
  for (const std::string& value : values) {
    auto workflow = ReadOne(value, schema);
    if (!workflow.ok()) return workflow.status();
    if (std::ranges::count(workflows, workflow->name,
                           &exporter::GithubWorkflow::name) > 0) {
      return Wrong(value, "this workflow stands here twice");
    }
    workflows.push_back(*std::move(workflow));
  }
  return workflows;
}

}  // namespace rollwatch
