#include "rollwatch/check_against.h"

#include <cstdio>
#include <filesystem>
#include <string_view>
#include <utility>

#include "base/version.h"
#include "rollwatch/files.h"
#include "rollwatch/findings.h"
#include "rollwatch/glob.h"
#include "rollwatch/prometheus_config.h"
#include "schema/reader.h"

namespace rollwatch {
namespace {

int Failed(const absl::Status& status) {
  std::fprintf(stderr, "rollwatch check: error: %s\n",
               std::string(status.message()).c_str());
  return kExitFailed;
}

// The files that the patterns of a configuration name, which count from its
// own folder.
std::vector<std::string> Resolve(const std::vector<std::string>& patterns,
                                 const std::string& config) {
  const std::filesystem::path folder =
      std::filesystem::path(config).parent_path();
  std::vector<std::string> files;
  for (const std::string& pattern : patterns) {
    const auto found = Glob((folder / pattern).string());
    if (!found.ok() || found->empty()) {
      std::fprintf(stderr, "rollwatch check: warning: no file is %s (%s)\n",
                   (folder / pattern).c_str(), config.c_str());
      continue;
    }
    files.insert(files.end(), found->begin(), found->end());
  }
  return files;
}

std::optional<int> ReadConfiguration(const std::string& path,
                                     std::optional<PrometheusConfig>* config) {
  if (path.empty()) return std::nullopt;
  auto text = ReadYamlFile(path);
  if (!text.ok()) return Failed(text.status());
  const base::Source source(path, *std::move(text));
  base::Diagnostics diagnostics;
  *config = ReadPrometheusConfig(source, diagnostics);
  PrintFindings(stderr, source, diagnostics);
  if (!*config) return kExitFailed;
  return std::nullopt;
}

std::optional<int> ReadSchemas(const std::vector<std::string>& paths,
                               bool labels_declared, schema::Schema* schema) {
  for (const std::string& path : paths) {
    auto text = ReadFile(path);
    if (!text.ok()) return Failed(text.status());
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
    const AgainstOptions& options, bool target_labels_given,
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

void AddAgainstOptions(CommandLine& line, AgainstOptions* options) {
  line.Repeated("--schema", &options->schemas,
                "metrics that there are, beside ours: YAML as `rollwatch "
                "schema` prints it, or a page of /metrics",
                "FILE");
  line.Flag("--closed-schema", &options->closed_schema,
            "there are no other metrics: reports every unknown one");
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
  line.Option("--compat", &options->compat,
              "version of the Prometheus that loads the rules: reports what it "
              "refuses (default: today's)",
              "VERSION");
  line.Repeated("--environment", &options->environments,
                "an environment there is (default: staging and production)",
                "NAME");
}

std::optional<int> LoadAgainst(const CommandLine& line,
                               const AgainstOptions& options,
                               schema::Schema* schema,
                               alerts::LintOptions* lint,
                               std::vector<std::string>* rule_files) {
  std::optional<PrometheusConfig> config;
  if (const auto exit = ReadConfiguration(options.prometheus_config, &config)) {
    return exit;
  }
  if (config) {
    lint->external_labels = config->external_labels;
    *rule_files = Resolve(config->rule_files, options.prometheus_config);
  }
  if (!options.compat.empty()) {
    lint->version = base::ParseVersion(options.compat);
    if (!lint->version) {
      return WrongUse("check", "--compat takes a version: 2.53, 3.5 or 3");
    }
  }
  lint->closed_schema = options.closed_schema;
  const bool given = line.Given("--target-labels");
  *schema = schema::Schema::Ours(MakeSchemaOptions(options, given, config));
  return ReadSchemas(options.schemas, given || config.has_value(), schema);
}

}  // namespace rollwatch
