// Requests to one Prometheus-compatible server.

#ifndef PROMQL_STORAGE_SERVER_CONNECTION_H_
#define PROMQL_STORAGE_SERVER_CONNECTION_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "net/http_message.h"
#include "promql/storage/data_source.h"

namespace promql::server {

// Longer answers are asked for in smaller parts.
inline constexpr std::size_t kLargestAnswer = std::size_t{32} << 20;

// Asks again, ever later, when the server does not answer or says that it is
// overloaded. Safe to use by many threads.
class Connection {
 public:
  // REQUIRES: `options` outlives the connection
  Connection(std::string url, const DataSourceOptions& options);

  const std::string& url() const { return url_; }

  // Any answer; a status, with the URL and the reason, when there is none, when
  // the server refuses who we are, or when it still has trouble of its own at
  // the last attempt. ResourceExhausted: the answer is too long.
  absl::StatusOr<net::HttpResponse> Get(std::string_view path) const;
  absl::StatusOr<net::HttpResponse> Post(
      std::string_view path, std::string body,
      std::vector<net::Header> headers) const;

  // What to say about an answer that is none.
  absl::Status Failure(std::string_view path,
                       const net::HttpResponse& response) const;

 private:
  absl::StatusOr<net::HttpResponse> Send(net::HttpCall call) const;

  std::string url_;  // Without a slash at the end.
  const DataSourceOptions& options_;
};

}  // namespace promql::server

#endif  // PROMQL_STORAGE_SERVER_CONNECTION_H_
