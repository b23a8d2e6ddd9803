// The queries of a gate on a Prometheus-compatible server.

#ifndef ROLLWATCH_GATE_SERVER_H_
#define ROLLWATCH_GATE_SERVER_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "alerts/gate/gate_host.h"
#include "base/time.h"
#include "net/http_client.h"
#include "promql/engine/engine.h"
#include "rollwatch/delivery.h"

namespace rollwatch {

struct GateServerOptions {
  std::string url;  // REQUIRES: net::ParseUrl accepts it.
  net::ClientOptions client;
  base::Duration timeout = 10'000;  // Of one query.
  base::Duration wait = 30'000;     // While the server is away.
  // Of a sidecar that counts the queries; an empty URL for none.
  EventsAddress sidecar;
  std::string workflow;  // What the sidecar counts them as.
};

// How the queries went, each try on its own.
struct QueryCounts {
  std::size_t success = 0;
  std::size_t failed = 0;
  std::size_t timeout = 0;
};

// Tries again, with pauses, while the server does not answer or answers with
// 429 or 5xx, until it has been away for `wait`; after that each query has one
// try until one is answered.
class GateServer : public alerts::GateQueries {
 public:
  explicit GateServer(GateServerOptions options);

  // Unavailable or DeadlineExceeded when the server is away; other failures are
  // its answer.
  absl::StatusOr<promql::QueryResult> Ask(const promql::Expr& expr,
                                          base::Timestamp time) override;

  // Sends what happened since the last time to the sidecar; does not wait.
  void Report();
  // Waits until all is reported; why it is not, or empty.
  std::string FinishReports();

  const QueryCounts& counts() const { return counts_; }

 private:
  absl::StatusOr<promql::QueryResult> Try(const std::string& body,
                                          base::Timestamp time);
  void Note(const absl::Status& status, double seconds);

  const GateServerOptions options_;
  bool given_up_ = false;
  QueryCounts counts_;
  std::string events_;  // Of the sidecar, one line each.
  std::vector<std::unique_ptr<Delivery>> deliveries_;
};

}  // namespace rollwatch

#endif  // ROLLWATCH_GATE_SERVER_H_
