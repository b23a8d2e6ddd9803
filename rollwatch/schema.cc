// rollwatch schema: the metrics that this binary publishes.

#include "schema/schema.h"

#include <cstdio>

#include "exporter/exposition.h"
#include "exporter/recorder.h"
#include "exporter/scrape_view.h"
#include "rollwatch/command_line.h"
#include "rollwatch/commands.h"
#include "rollwatch/config.h"
#include "rollwatch/schema_pull.h"
#include "schema/writer.h"

namespace rollwatch {
namespace {

// The page of a sidecar to which nothing was reported yet.
std::string FirstPage(const schema::SchemaOptions& options) {
  const exporter::MemoryRecorder recorder(options);
  exporter::ScrapeView view(recorder, {});
  return exporter::WritePage(view.Take(), exporter::PageFormat::kText);
}

}  // namespace

int RunSchema(const Arguments& arguments) {
  if (!arguments.empty() && arguments[0] == "pull") {
    return PullSchema({arguments.begin() + 1, arguments.end()});
  }
  std::string format = "yaml";
  std::string config_file;
  std::vector<std::string> environments;
  std::vector<std::string> workflows;
  CommandLine line(
      "schema", "prints the metrics that rollwatch publishes",
      "rollwatch schema\n"
      "rollwatch schema --format json | jq '.metrics[].name'\n"
      "rollwatch schema --format exposition --config.file sidecar.yml\n"
      "rollwatch schema pull --server URL    (those of a live server; see "
      "schema pull --help)");
  line.Choice("--format", &format, {"yaml", "json", "exposition"},
              "output format; exposition is the page of a fresh sidecar");
  line.Option("--config.file", &config_file,
              "of the sidecar: its environments and workflows", "FILE");
  line.Repeated("--environment", &environments,
                "an environment there is (default: those of the file, or "
                "staging and production)",
                "NAME");
  line.Repeated("--workflow", &workflows,
                "a workflow that exists from the start (default: those of the "
                "file, or deploy-staging and deploy-production)",
                "NAME");
  if (const auto exit = line.Parse(arguments)) return *exit;

  const absl::StatusOr<Config> config = ReadConfig(config_file);
  if (!config.ok()) {
    std::fprintf(stderr, "rollwatch schema: error: %s\n",
                 std::string(config.status().message()).c_str());
    return kExitFailed;
  }
  schema::SchemaOptions options = config->schema;
  if (!environments.empty()) options.environments = environments;
  if (!workflows.empty()) options.workflows = workflows;
  const schema::Schema schema = schema::Schema::Ours(options);
  const std::string text = format == "yaml"   ? schema::ToYaml(schema)
                           : format == "json" ? schema::ToJson(schema)
                                              : FirstPage(options);
  std::fputs(text.c_str(), stdout);
  return kExitOk;
}

}  // namespace rollwatch
