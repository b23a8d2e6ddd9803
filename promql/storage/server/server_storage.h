// The samples of a Prometheus-compatible server.

#ifndef PROMQL_STORAGE_SERVER_SERVER_STORAGE_H_
#define PROMQL_STORAGE_SERVER_SERVER_STORAGE_H_

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "promql/storage/server/fetch.h"

namespace promql::server {

// Asks by remote read; of a server that does not speak it, by range selectors.
// Long spans are asked for in pages, which are as long as answers of a few
// megabytes allow. Labels that only remote read adds (external_labels) are
// taken off again. Safe to select from by many threads; they wait for each
// other.
class ServerStorage : public Storage {
 public:
  ServerStorage(std::string url, DataSourceOptions options);
  ~ServerStorage() override;

  absl::StatusOr<SeriesSet> Select(const std::vector<base::Matcher>& matchers,
                                   base::Timestamp min,
                                   base::Timestamp max) const override;

 private:
  // What one list of matchers has selected so far.
  struct Kept {
    std::optional<TimeSpan> covered;
    std::shared_ptr<const Fetched> series = std::make_shared<Fetched>();
  };

  absl::StatusOr<Fetched> Fetch(const std::vector<base::Matcher>& matchers,
                                TimeSpan span) const;
  absl::StatusOr<Page> FetchPage(const std::vector<base::Matcher>& matchers,
                                 TimeSpan span) const;
  // Fetches what `kept` lacks of the span.
  absl::Status Extend(const std::vector<base::Matcher>& matchers, TimeSpan span,
                      Kept& kept) const;
  absl::Status LearnExternalLabels() const;
  void Report(const std::string& line) const;

  const DataSourceOptions options_;
  const Connection connection_;
  // Guards what follows.
  mutable std::mutex mutex_;
  mutable bool remote_read_ = true;
  mutable std::optional<base::Labels> external_labels_;
  mutable base::Duration page_;
  mutable absl::flat_hash_map<std::string, Kept> kept_;
  mutable absl::Status gone_;  // Why nothing more can be had of the server.
};

}  // namespace promql::server

#endif  // PROMQL_STORAGE_SERVER_SERVER_STORAGE_H_
