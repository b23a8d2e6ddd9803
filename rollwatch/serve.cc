// rollwatch serve: the sidecar. Puts its parts together.

#include <signal.h>
#include <sys/resource.h>

#include <cstdio>
#include <filesystem>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/time.h"
#include "exporter/journal.h"
#include "exporter/scrape_view.h"
#include "net/http_server.h"
#include "net/url.h"
#include "net/web_config.h"
#include "rollwatch/api/resources.h"
#include "rollwatch/api/router.h"
#include "rollwatch/command_line.h"
#include "rollwatch/commands.h"
#include "rollwatch/config.h"
#include "rollwatch/live_rules.h"
#include "rollwatch/log.h"
#include "rollwatch/rule_loading.h"
#include "rollwatch/version.h"

namespace rollwatch {
namespace {

struct ServeOptions {
  std::string listen_address = "127.0.0.1:10970";
  std::string events_address = "127.0.0.1:10971";
  std::string storage_path = "data";
  std::string config_file;
  std::string web_config_file;
  std::string log_level = "info";
  std::string log_format = "logfmt";
  std::vector<std::string> rules;
  base::Duration scrape_interval = 15'000;
  base::Duration evaluation_interval = 15'000;
  bool created_timestamps = false;
  bool version = false;
};

std::optional<int> ParseOptions(const Arguments& arguments,
                                ServeOptions& options) {
  CommandLine line("serve", "the sidecar: takes events and publishes metrics",
                   "rollwatch serve --rules alerts.yml\n"
                   "rollwatch serve --web.listen-address :10970 "
                   "--storage.path /var/lib/rollwatch");
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
  line.Option("--config.file", &options.config_file,
              "environments, workflows, external labels", "FILE");
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
  line.Flag("--version", &options.version, "prints the version");
  if (const auto exit = line.Parse(arguments)) return exit;
  if (options.version) {
    std::printf("rollwatch %s\n", kVersion);
    return kExitOk;
  }
  if (options.scrape_interval <= 0 || options.evaluation_interval <= 0) {
    return WrongUse("serve", "an interval is longer than 0");
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

// Blocks the signals that end us, in this thread and all that it starts.
sigset_t BlockEndSignals() {
  signal(SIGPIPE, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
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

// In the order in which they are made; the listeners end first.
class Sidecar {
 public:
  Sidecar(const ServeOptions& options, const Config& config,
          std::unique_ptr<exporter::Journal> journal)
      : options_(options),
        config_(config),
        schema_(schema::Schema::Ours(config.schema)),
        log_(ReadLogLevel(options.log_level),
             ReadLogFormat(options.log_format)),
        journal_(std::move(journal)),
        scrapes_(*journal_, {options.scrape_interval}) {}

  // Listens; the rules learn from the bound port what they are called.
  absl::Status Start(std::vector<alerts::GroupDefinition> groups) {
    absl::StatusOr<std::shared_ptr<net::WebFront>> front = net::WebFront::Load(
        options_.web_config_file, [this](const absl::Status& status) {
          log_.Error("web configuration kept as it was",
                     {{"problem", std::string(status.message())}});
        });
    if (!front.ok()) return front.status();
    front_ = *std::move(front);
    absl::StatusOr<std::unique_ptr<EventTokens>> tokens =
        EventTokens::Load(config_.tokens, [this](const absl::Status& status) {
          log_.Error("tokens kept as they were",
                     {{"problem", std::string(status.message())}});
        });
    if (!tokens.ok()) return tokens.status();
    tokens_ = *std::move(tokens);
    absl::StatusOr<std::unique_ptr<net::HttpServer>> events = Listen(
        options_.events_address, 16, /*by_token=*/true,
        MakeRouter({{"POST", "/api/v1/events",
                     RequireToken(
                         *tokens_, [this] { return front_->has_users(); },
                         EventsResource(*journal_, schema_, *tokens_))},
                    {"GET", "/-/healthy", HealthyResource()},
                    {"GET", "/-/ready", ReadyResource(*journal_)}},
                   "this address takes events; --web.listen-address has the "
                   "metrics and the page"));
    if (!events.ok()) return events.status();
    events_ = *std::move(events);
    LiveRulesOptions live;
    live.scrape_interval = options_.scrape_interval;
    live.evaluation_interval = options_.evaluation_interval;
    live.external_labels = config_.external_labels;
    live.alerts_file =
        (std::filesystem::path(journal_->file()).parent_path() / "alerts.json")
            .string();
    return StartScrapes(std::move(groups), std::move(live));
  }

  std::string_view Scheme() const {
    return front_->has_tls() ? "https" : "http";
  }
  const net::HttpServer& scrapes_server() const { return *scrapes_server_; }
  const net::HttpServer& events_server() const { return *events_; }
  Log& log() { return log_; }

  // Requests under way are answered; what was acknowledged is in the journal.
  void Stop() {
    events_->Stop();
    scrapes_server_->Stop();
    rules_.reset();
  }

 private:
  absl::StatusOr<std::unique_ptr<net::HttpServer>> Listen(
      const std::string& address, int threads, bool by_token,
      net::HttpHandler handler) {
    net::HttpServerOptions options;
    options.address = address;
    options.threads = threads;
    options.tls = net::WebFront::ContextSource(front_);
    absl::StatusOr<std::unique_ptr<net::HttpServer>> server =
        net::HttpServer::Start(
            options, net::WebFront::Protect(
                         front_, std::move(handler),
                         [this, by_token](const net::HttpRequest& request) {
                           return by_token && tokens_->Find(request) != nullptr;
                         }));
    const bool open = !front_->has_users() && !(by_token && !tokens_->empty());
    if (server.ok() && open && !net::IsLoopback((*server)->host())) {
      log_.Warn(
          "open to the network without authentication: whoever reaches "
          "this address may use it; see --web.config.file",
          {{"address", (*server)->address()}});
    }
    return server;
  }

  absl::Status StartScrapes(std::vector<alerts::GroupDefinition> groups,
                            LiveRulesOptions live) {
    // The handler waits for the rules, which wait for the bound port.
    auto rules = std::make_shared<std::promise<net::HttpHandler>>();
    std::shared_future<net::HttpHandler> router = rules->get_future().share();
    absl::StatusOr<std::unique_ptr<net::HttpServer>> server =
        Listen(options_.listen_address, 8, /*by_token=*/false,
               [router](const net::HttpRequest& request) {
                 return router.get()(request);
               });
    if (!server.ok()) return server.status();
    scrapes_server_ = *std::move(server);
    live.instance = scrapes_server_->address();
    live.external_url = absl::StrFormat("%s://%s", Scheme(), live.instance);
    rules_ = std::make_unique<LiveRules>(std::move(groups), *journal_,
                                         std::move(live), log_);
    rules->set_value(MakeRouter(
        {{"GET", "/metrics",
          MetricsResource(scrapes_, {options_.created_timestamps})},
         {"GET", "/-/healthy", HealthyResource()},
         {"GET", "/-/ready", ReadyResource(*journal_)},
         {"GET", "/api/v1/alerts", AlertsResource(*rules_)},
         {"GET", "/api/v1/rules", RulesResource(*rules_)},
         {"GET", "/", PageResource(*rules_, *journal_)}},
        "this address has /metrics and the page; --web.events-address takes "
        "events"));
    return absl::OkStatus();
  }

  const ServeOptions& options_;
  const Config& config_;
  const schema::Schema schema_;
  Log log_;
  std::unique_ptr<exporter::Journal> journal_;
  exporter::ScrapeView scrapes_;
  std::shared_ptr<net::WebFront> front_;
  std::unique_ptr<EventTokens> tokens_;
  std::unique_ptr<LiveRules> rules_;
  std::unique_ptr<net::HttpServer> events_;
  std::unique_ptr<net::HttpServer> scrapes_server_;
};

}  // namespace

int Serve(const Arguments& arguments) {
  ServeOptions options;
  if (const auto exit = ParseOptions(arguments, options)) return *exit;
  const absl::StatusOr<Config> config = ReadConfig(options.config_file);
  if (!config.ok()) return Fail(config.status());
  absl::StatusOr<std::vector<alerts::GroupDefinition>> groups =
      LoadRules(options.rules);
  if (!groups.ok()) return Fail(groups.status());
  const sigset_t signals = BlockEndSignals();
  AllowManyDescriptors();
  absl::StatusOr<std::unique_ptr<exporter::Journal>> journal =
      exporter::Journal::Open({options.storage_path, config->schema});
  if (!journal.ok()) return Fail(journal.status());
  const std::string file = (*journal)->file();
  Sidecar sidecar(options, *config, *std::move(journal));
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
  sigwait(&signals, &signal);
  sidecar.log().Info("stopping",
                     {{"signal", signal == SIGINT ? "SIGINT" : "SIGTERM"}});
  sidecar.Stop();
  return kExitOk;
}

}  // namespace rollwatch
