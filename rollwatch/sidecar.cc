#include "rollwatch/sidecar.h"

#include <chrono>
#include <filesystem>
#include <future>
#include <utility>

#include "absl/strings/str_format.h"
#include "net/url.h"
#include "rollwatch/api/resources.h"
#include "rollwatch/api/router.h"
#include "rollwatch/github_workflows.h"
#include "rollwatch/rule_loading.h"

namespace rollwatch {
namespace {

// A page of so many is written within half a millisecond.
constexpr std::size_t kQuickSeries = 300;

constexpr std::string_view kGithubPath = "/api/v1/webhooks/github";

}  // namespace

Sidecar::Sidecar(const ServeOptions& options, Config config,
                 std::unique_ptr<exporter::Journal> journal)
    : options_(options),
      config_(std::move(config)),
      schema_(schema::Schema::Ours(config_.schema)),
      log_(ReadLogLevel(options.log_level), ReadLogFormat(options.log_format)),
      journal_(std::move(journal)),
      scrapes_(*journal_, {options.scrape_interval}) {}

absl::Status Sidecar::Start(std::vector<alerts::GroupDefinition> groups) {
  absl::StatusOr<std::shared_ptr<net::WebFront>> front = net::WebFront::Load(
      options_.web_config_file, [this](const absl::Status& status) {
        log_.Error("web configuration kept as it was",
                   {{"problem", std::string(status.message())}});
      });
  if (!front.ok()) return front.status();
  front_ = *std::move(front);
  absl::StatusOr<std::unique_ptr<EventTokens>> tokens = LoadTokens(config_);
  if (!tokens.ok()) return tokens.status();
  tokens_ = *std::move(tokens);
  const absl::Status events = StartEvents();
  if (!events.ok()) return events;
  const absl::Status scrapes = StartScrapes(std::move(groups));
  if (!scrapes.ok()) return scrapes;
  housekeeping_ = std::make_unique<Housekeeping>(
      *journal_,
      HousekeepingOptions{options_.retention, options_.rollout_timeout}, log_);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<EventTokens>> Sidecar::LoadTokens(
    const Config& config) {
  return EventTokens::Load(config.tokens, [this](const absl::Status& status) {
    log_.Error("tokens kept as they were",
               {{"problem", std::string(status.message())}});
  });
}

absl::Status Sidecar::StartEvents() {
  const auto has_users = [this] { return front_->has_users(); };
  const auto workflows =
      ReadGithubWorkflows(options_.github_workflows, schema_);
  if (!workflows.ok()) return workflows.status();
  absl::StatusOr<std::unique_ptr<net::HttpServer>> events = Listen(
      options_.events_address, 16, /*by_token=*/true,
      MakeRouter({{"POST", "/api/v1/events",
                   RequireToken(*tokens_, has_users,
                                EventsResource(*journal_, schema_, *tokens_,
                                               *workflows))},
                  {"POST", std::string(kGithubPath),
                   GithubResource(*journal_, schema_, *tokens_, *workflows,
                                  webhooks_)},
                  {"GET", "/-/healthy", HealthyResource()},
                  {"GET", "/-/ready", ReadyResource(*journal_)}},
                 "this address takes events; --web.listen-address has the "
                 "metrics and the page"));
  if (!events.ok()) return events.status();
  events_ = *std::move(events);
  return absl::OkStatus();
}

LiveRulesOptions Sidecar::RulesOptions() const {
  LiveRulesOptions live;
  live.scrape_interval = options_.scrape_interval;
  live.evaluation_interval = options_.evaluation_interval;
  live.external_labels = config_.external_labels;
  live.alerts_file =
      (std::filesystem::path(journal_->file()).parent_path() / "alerts.json")
          .string();
  live.journal = exporter::JournalOptions{.path = journal_->file(),
                                          .schema = config_.schema};
  live.instance = scrapes_server_->address();
  live.external_url = absl::StrFormat("%s://%s", Scheme(), live.instance);
  return live;
}

absl::Status Sidecar::StartScrapes(
    std::vector<alerts::GroupDefinition> groups) {
  // The handler waits for the rules, which wait for the bound port.
  auto rules = std::make_shared<std::promise<net::HttpHandler>>();
  std::shared_future<net::HttpHandler> router = rules->get_future().share();
  absl::StatusOr<std::unique_ptr<net::HttpServer>> server = Listen(
      options_.listen_address, 8, /*by_token=*/false,
      [router](const net::HttpRequest& request) {
        return router.get()(request);
      },
      [this, router](const net::HttpRequest& request) {
        return router.wait_for(std::chrono::seconds(0)) ==
                   std::future_status::ready &&
               IsQuickScrape(request);
      });
  if (!server.ok()) return server.status();
  scrapes_server_ = *std::move(server);
  rules_ = std::make_unique<LiveRules>(std::move(groups), *journal_,
                                       RulesOptions(), log_);
  std::function<absl::Status()> reload;
  if (options_.enable_lifecycle) reload = [this] { return Reload(); };
  rules->set_value(MakeRouter(
      {{"GET", "/metrics",
        NoteScrapes(last_scrape_,
                    MetricsResource(scrapes_, *journal_, webhooks_,
                                    {options_.created_timestamps}))},
       {"GET", "/-/healthy", HealthyResource()},
       {"GET", "/-/ready", ReadyResource(*journal_)},
       {"POST", "/-/reload", ReloadResource(reload)},
       {"PUT", "/-/reload", ReloadResource(reload)},
       {"GET", "/api/v1/alerts", AlertsResource(*rules_)},
       {"GET", "/api/v1/rules", RulesResource(*rules_)},
       {"GET", "/", PageResource(*rules_, *journal_, last_scrape_)}},
      "this address has /metrics and the page; --web.events-address takes "
      "events"));
  return absl::OkStatus();
}

// Whether it need not be a user's.
bool Sidecar::ShowsToken(const net::HttpRequest& request) {
  if (tokens_->Find(request) != nullptr) return true;
  return request.path == kGithubPath && tokens_->FindSigner(request) != nullptr;
}

// Not with users: to check a password may take 53 ms.
bool Sidecar::IsQuickScrape(const net::HttpRequest& request) const {
  if (request.path != "/metrics" || front_->has_users()) return false;
  std::size_t series = 0;
  journal_->Read([&series](const exporter::Totals& totals) {
    series = totals.series().size() + totals.canaries().size();
  });
  return series <= kQuickSeries;
}

absl::StatusOr<std::unique_ptr<net::HttpServer>> Sidecar::Listen(
    const std::string& address, int threads, bool by_token,
    net::HttpHandler handler,
    std::function<bool(const net::HttpRequest&)> is_quick) {
  net::HttpServerOptions options;
  options.address = address;
  options.threads = threads;
  options.tls = net::WebFront::ContextSource(front_);
  options.is_quick = std::move(is_quick);
  absl::StatusOr<std::unique_ptr<net::HttpServer>> server =
      net::HttpServer::Start(
          options, net::WebFront::Protect(
                       front_, std::move(handler),
                       [this, by_token](const net::HttpRequest& request) {
                         return by_token && ShowsToken(request);
                       }));
  const bool open = !front_->has_users() && !(by_token && !tokens_->empty());
  if (server.ok() && open && !net::IsLoopback((*server)->host())) {
    log_.Warn(
        "open to the network without authentication: whoever reaches this "
        "address may use it; see --web.config.file",
        {{"address", (*server)->address()}});
  }
  return server;
}

absl::Status Sidecar::Reload() {
  const std::lock_guard lock(reloading_);
  const absl::Status status = ReloadAll();
  if (status.ok()) {
    log_.Info("rules and configuration reloaded");
  } else {
    log_.Error("nothing reloaded: rules and configuration stay as they were",
               {{"problem", std::string(status.message())}});
  }
  return status;
}

absl::Status Sidecar::ReloadAll() {
  absl::StatusOr<Config> config = ReadConfig(options_.config_file);
  if (!config.ok()) return config.status();
  if (config->schema != config_.schema) {
    return absl::FailedPreconditionError(
        "environments and workflows are changed by a restart only");
  }
  absl::StatusOr<std::vector<alerts::GroupDefinition>> groups =
      LoadRules(options_.rules);
  if (!groups.ok()) return groups.status();
  absl::StatusOr<std::unique_ptr<EventTokens>> tokens = LoadTokens(*config);
  if (!tokens.ok()) return tokens.status();
  const absl::Status front = front_->Reload();
  if (!front.ok()) return front;
  // From here on nothing fails.
  tokens_->Replace(**tokens);
  rules_->Replace(*std::move(groups), std::move(config->external_labels));
  return absl::OkStatus();
}

std::string_view Sidecar::Scheme() const {
  return front_->has_tls() ? "https" : "http";
}

void Sidecar::Stop() {
  events_->Stop();
  scrapes_server_->Stop();
  housekeeping_.reset();
  rules_.reset();
}

}  // namespace rollwatch
