#include "rollwatch/known_metrics.h"

#include <cstdio>
#include <string_view>
#include <utility>

#include "rollwatch/files.h"
#include "rollwatch/findings.h"
#include "schema/reader.h"

namespace rollwatch {
namespace {

int Failed(std::string_view command, const absl::Status& status) {
  std::fprintf(stderr, "rollwatch %s: error: %s\n",
               std::string(command).c_str(),
               std::string(status.message()).c_str());
  return kExitFailed;
}

std::optional<int> ReadConfiguration(std::string_view command,
                                     const std::string& path,
                                     std::optional<PrometheusConfig>* config) {
  if (path.empty()) return std::nullopt;
  auto text = ReadYamlFile(path);
  if (!text.ok()) return Failed(command, text.status());
  const base::Source source(path, *std::move(text));
  base::Diagnostics diagnostics;
  *config = ReadPrometheusConfig(source, diagnostics);
  PrintFindings(stderr, source, diagnostics);
  if (!*config) return kExitFailed;
  return std::nullopt;
}

std::optional<int> ReadSchemas(std::string_view command,
                               const std::vector<std::string>& paths,
                               bool labels_declared, schema::Schema* schema) {
  for (const std::string& path : paths) {
    auto text = ReadFile(path);
    if (!text.ok()) return Failed(command, text.status());
    const base::Source source(path, *std::move(text));
    base::Diagnostics diagnostics;
    auto metrics = schema::ReadMetrics(source, labels_declared, diagnostics);
    PrintFindings(stderr, source, diagnostics);
    if (!metrics) return kExitFailed;
    for (schema::Metric& metric : *metrics) schema->Add(std::move(metric));
  }
  return std::nullopt;
}

// The command line decides where it says something, then the configuration.
schema::SchemaOptions MakeSchemaOptions(
    const KnownMetricsOptions& options, bool target_labels_given,
    const std::optional<PrometheusConfig>& config) {
  schema::SchemaOptions made = schema::SchemaOptions::Default();
  if (!options.environments.empty()) made.environments = options.environments;
  if (config) made.jobs = config->jobs;
  for (schema::ScrapeJob& job : made.jobs) {
    if (target_labels_given) {
      job.labels = SplitCommas(options.target_labels);
      job.labels_known = true;
      if (!config) job.always = job.labels;
      if (!config) job.honor_labels = false;
    }
    if (options.honor_labels) job.honor_labels = true;
    if (options.scrape_interval > 0) {
      job.scrape_interval = options.scrape_interval;
    }
  }
  return made;
}

}  // namespace

void AddKnownMetricsOptions(CommandLine& line, KnownMetricsOptions* options) {
  line.Repeated("--schema", &options->schemas,
                "metrics that there are, beside ours: YAML as `rollwatch "
                "schema` prints it, or a page of /metrics",
                "FILE");
  line.Option("--target-labels", &options->target_labels,
              "labels that scraping adds", "LABEL,...");
  line.Flag("--honor-labels", &options->honor_labels,
            "scraping keeps a metric's own label of such a name");
  line.Option("--prometheus-config", &options->prometheus_config,
              "supplies target labels, honor_labels, scrape interval, external "
              "labels and rule_files",
              "FILE");
  line.DurationOption("--scrape-interval", &options->scrape_interval,
                      "how often Prometheus scrapes (0: not known)");
  line.Repeated("--environment", &options->environments,
                "an environment there is (default: staging and production)",
                "NAME");
}

std::optional<int> LoadKnownMetrics(std::string_view command,
                                    const CommandLine& line,
                                    const KnownMetricsOptions& options,
                                    KnownMetrics* metrics) {
  if (const auto exit = ReadConfiguration(command, options.prometheus_config,
                                          &metrics->config)) {
    return exit;
  }
  const bool given = line.Given("--target-labels");
  metrics->schema =
      schema::Schema::Ours(MakeSchemaOptions(options, given, metrics->config));
  return ReadSchemas(command, options.schemas,
                     given || metrics->config.has_value(), &metrics->schema);
}

}  // namespace rollwatch
