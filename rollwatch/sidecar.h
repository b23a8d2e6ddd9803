// The running sidecar: journal, listeners, rules, put together.

#ifndef ROLLWATCH_SIDECAR_H_
#define ROLLWATCH_SIDECAR_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "alerts/evaluation.h"
#include "base/time.h"
#include "exporter/journal.h"
#include "exporter/scrape_view.h"
#include "net/http_server.h"
#include "net/web_config.h"
#include "rollwatch/api/event_tokens.h"
#include "rollwatch/api/webhook_counts.h"
#include "rollwatch/config.h"
#include "rollwatch/housekeeping.h"
#include "rollwatch/last_visit.h"
#include "rollwatch/live_rules.h"
#include "rollwatch/log.h"
#include "schema/schema.h"

namespace rollwatch {

// What `rollwatch serve` is told.
struct ServeOptions {
  std::string listen_address = "127.0.0.1:10970";
  std::string events_address = "127.0.0.1:10971";
  std::string storage_path = "data";
  std::string config_file;
  std::string web_config_file;
  std::string log_level = "info";
  std::string log_format = "logfmt";
  std::vector<std::string> rules;
  std::vector<std::string>
      github_workflows;  // As ReadGithubWorkflows has them.
  base::Duration scrape_interval = 15'000;
  base::Duration evaluation_interval = 15'000;
  base::Duration retention = 0;
  base::Duration rollout_timeout = 0;
  std::int64_t series_limit = 1000;
  bool created_timestamps = false;
  bool enable_lifecycle = false;
};

// Start() and Stop() by one thread; Reload() by any.
class Sidecar {
 public:
  Sidecar(const ServeOptions& options, Config config,
          std::unique_ptr<exporter::Journal> journal);

  // Listens; the rules learn from the bound port what they are called.
  absl::Status Start(std::vector<alerts::GroupDefinition> groups);

  // Reads rules, configuration and web configuration again, and uses all of
  // them or, when one is wrong, none; logs how it went. Environments and
  // workflows are the journal's series: they are changed by a restart.
  absl::Status Reload();

  // "http" or "https".
  std::string_view Scheme() const;
  const net::HttpServer& scrapes_server() const { return *scrapes_server_; }
  const net::HttpServer& events_server() const { return *events_; }
  Log& log() { return log_; }

  // Requests under way are answered; what was acknowledged is in the journal.
  void Stop();

 private:
  absl::Status StartEvents();
  absl::Status StartScrapes(std::vector<alerts::GroupDefinition> groups);
  LiveRulesOptions RulesOptions() const;
  absl::StatusOr<std::unique_ptr<net::HttpServer>> Listen(
      const std::string& address, int threads, bool by_token,
      net::HttpHandler handler,
      std::function<bool(const net::HttpRequest&)> is_quick = {});
  bool IsQuickScrape(const net::HttpRequest& request) const;
  bool ShowsToken(const net::HttpRequest& request);
  absl::StatusOr<std::unique_ptr<EventTokens>> LoadTokens(const Config& config);
  absl::Status ReloadAll();

  const ServeOptions options_;
  const Config config_;  // As started with.
  const schema::Schema schema_;
  Log log_;
  // In the order in which they are made; the listeners end first.
  std::unique_ptr<exporter::Journal> journal_;
  exporter::ScrapeView scrapes_;
  LastVisit last_scrape_;
  std::shared_ptr<net::WebFront> front_;
  std::unique_ptr<EventTokens> tokens_;
  WebhookCounts webhooks_;
  std::unique_ptr<LiveRules> rules_;
  std::unique_ptr<Housekeeping> housekeeping_;
  std::unique_ptr<net::HttpServer> events_;
  std::unique_ptr<net::HttpServer> scrapes_server_;
  std::mutex reloading_;
};

}  // namespace rollwatch

#endif  // ROLLWATCH_SIDECAR_H_
