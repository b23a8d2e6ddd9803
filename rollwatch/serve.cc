// rollwatch serve: the sidecar from the command line.

#include <signal.h>
#include <sys/resource.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/time.h"
#include "exporter/journal.h"
#include "net/url.h"
#include "rollwatch/command_line.h"
#include "rollwatch/commands.h"
#include "rollwatch/config.h"
#include "rollwatch/github_workflows.h"
#include "rollwatch/log.h"
#include "rollwatch/rule_loading.h"
#include "rollwatch/settings_file.h"
#include "rollwatch/sidecar.h"
#include "rollwatch/version.h"

namespace rollwatch {
namespace {

// What happened within the last hour must be known one by one.
constexpr base::Duration kShortestRetention = 24 * 60 * 60 * 1000;

constexpr char kServeExamples[] =
    "rollwatch serve --rules alerts.yml\n"
    "rollwatch serve --web.listen-address :10970 --storage.path "
    "/var/lib/rollwatch\n"
    "rollwatch serve --config.file rollwatch.yml --print-config\n"
    "Every option may also stand in the file of --config.file, under flags:, "
    "and in\nthe environment: ROLLWATCH_WEB_LISTEN_ADDRESS.";

void DeclareOptions(CommandLine& line, ServeOptions& options) {
  line.Option("--web.listen-address", &options.listen_address,
              "where Prometheus scrapes, and the page; port 0: any free one",
              "HOST:PORT");
  line.Option("--web.events-address", &options.events_address,
              "where pipelines report events", "HOST:PORT");
  line.Option("--web.config.file", &options.web_config_file,
              "TLS, users and headers of both addresses, as Prometheus' "
              "exporters take them",
              "FILE");
  line.Option("--storage.path", &options.storage_path, "folder of the journal",
              "DIR");
  line.DurationOption("--storage.retention", &options.retention,
                      "how long events are kept, at least 1d; 0: for ever. No "
                      "counter depends on it");
  line.Option("--series-limit", &options.series_limit,
              "how many series a metric may have; events that would make more "
              "are answered 422");
  line.DurationOption("--rollout-timeout", &options.rollout_timeout,
                      "counts a deployment that was started so long ago and "
                      "never ended as failed; 0: never");
  line.Option("--config.file", &options.config_file,
              "environments, workflows, external labels, tokens", "FILE");
  DeclareGithubWorkflows(line, &options.github_workflows);
  line.Repeated("--rules", &options.rules, "rule file to evaluate live",
                "FILE");
  line.DurationOption("--scrape-interval", &options.scrape_interval,
                      "how often Prometheus scrapes; also the grid of the "
                      "rules' own history");
  line.DurationOption("--evaluation-interval", &options.evaluation_interval,
                      "of rule groups that name none");
  line.Flag("--created-timestamps", &options.created_timestamps,
            "publishes in OpenMetrics since when each counter has counted");
  line.Choice("--log.level", &options.log_level, LogLevelNames(),
              "the least that is logged");
  line.Choice("--log.format", &options.log_format, LogFormatNames(),
              "of the log on stderr");
  line.Flag("--web.enable-lifecycle", &options.enable_lifecycle,
            "POST /-/reload rereads rules and configuration, as SIGHUP does");
}

std::optional<int> CheckOptions(const ServeOptions& options) {
  if (options.scrape_interval <= 0 || options.evaluation_interval <= 0) {
    return WrongUse("serve", "an interval is longer than 0");
  }
  if (options.retention != 0 && options.retention < kShortestRetention) {
    return WrongUse("serve", "--storage.retention is at least 1d, or 0");
  }
  if (options.series_limit < 1) {
    return WrongUse("serve", "--series-limit is at least 1");
  }
  for (const std::string& address :
       {options.listen_address, options.events_address}) {
    const auto parsed = net::ParseListenAddress(address);
    if (!parsed.ok()) {
      return WrongUse("serve", std::string(parsed.status().message()));
    }
  }
  return std::nullopt;
}

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "rollwatch serve: error: %s\n",
               std::string(status.message()).c_str());
  return kExitFailed;
}

// Blocks the signals that are waited for, in this thread and all that it
// starts.
sigset_t BlockSignals() {
  signal(SIGPIPE, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return set;
}

// Each connection is one; the usual limit is 1,024.
void AllowManyDescriptors() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

exporter::JournalOptions OptionsOfJournal(const ServeOptions& options,
                                          const Config& config) {
  exporter::JournalOptions journal;
  journal.path = options.storage_path;
  journal.schema = config.schema;
  journal.limits.retention = options.retention;
  journal.limits.series_per_metric =
      static_cast<std::size_t>(options.series_limit);
  return journal;
}

}  // namespace

int Serve(const Arguments& arguments) {
  ServeOptions options;
  bool version = false;
  bool print_config = false;
  CommandLine line("serve", "the sidecar: takes events and publishes metrics",
                   kServeExamples);
  DeclareOptions(line, options);
  line.Flag("--print-config", &print_config,
            "prints the configuration that all this makes, and ends");
  line.Flag("--version", &version, "prints the version");
  if (const auto exit = line.Parse(arguments)) return *exit;
  if (version) {
    std::printf("rollwatch %s\n", kVersion);
    return kExitOk;
  }
  if (const auto exit = ApplyEnvironment(line)) return *exit;
  absl::StatusOr<Config> config = ReadConfig(options.config_file, &line);
  if (!config.ok()) return Fail(config.status());
  if (const auto exit = CheckOptions(options)) return *exit;
  if (print_config) {
    std::fputs(WriteConfig(*config, line).c_str(), stdout);
    return kExitOk;
  }
  absl::StatusOr<std::vector<alerts::GroupDefinition>> groups =
      LoadRules(options.rules);
  if (!groups.ok()) return Fail(groups.status());
  const sigset_t signals = BlockSignals();
  AllowManyDescriptors();
  absl::StatusOr<std::unique_ptr<exporter::Journal>> journal =
      exporter::Journal::Open(OptionsOfJournal(options, *config));
  if (!journal.ok()) return Fail(journal.status());
  const std::string file = (*journal)->file();
  Sidecar sidecar(options, *std::move(config), *std::move(journal));
  const std::size_t group_count = groups->size();
  const absl::Status started = sidecar.Start(*std::move(groups));
  if (!started.ok()) return Fail(started);
  // Others read the ports from these two lines.
  const std::string scheme(sidecar.Scheme());
  std::printf("scrapes: %s://%s\nevents: %s://%s\n", scheme.c_str(),
              sidecar.scrapes_server().address().c_str(), scheme.c_str(),
              sidecar.events_server().address().c_str());
  std::fflush(stdout);
  sidecar.log().Info("started",
                     {{"version", kVersion},
                      {"journal", file},
                      {"rule_groups", absl::StrFormat("%d", group_count)}});
  int signal = 0;
  while (sigwait(&signals, &signal) == 0 && signal == SIGHUP) {
    // Says itself how it went.
    sidecar.Reload().IgnoreError();
  }
  sidecar.log().Info("stopping",
                     {{"signal", signal == SIGINT ? "SIGINT" : "SIGTERM"}});
  sidecar.Stop();
  return kExitOk;
}

}  // namespace rollwatch
