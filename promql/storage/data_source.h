// Opens recorded samples wherever they lie: what --data and --server name.

#ifndef PROMQL_STORAGE_DATA_SOURCE_H_
#define PROMQL_STORAGE_DATA_SOURCE_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/time.h"
#include "net/http_client.h"
#include "promql/engine/storage.h"

namespace promql {

struct DataSourceOptions {
  // The times that queries will ask about; samples a look-back before them are
  // found all the same. Given both, a server's answers are kept, so that each
  // sample travels once, and a server that was away is not waited for again;
  // else every selection asks again.
  std::optional<base::Timestamp> start = {};
  std::optional<base::Timestamp> end = {};
  // When samples of a page without a timestamp were taken; else they are an
  // error.
  std::optional<base::Timestamp> default_time = {};
  // A page's le and quantile stay as they are, as in Prometheus before 3.0;
  // else they are those that are stored today: "1.0" for "1".
  bool bounds_as_written = false;
  // Credentials, headers and TLS of a server.
  net::ClientOptions client = {};
  base::Duration timeout = 60'000;  // Of each request to a server.
  int attempts = 3;                 // When it is away or overloaded.
  // Told a line about what is going on, each replacing the one before; ""
  // when it is over. Called by the thread that opens or selects.
  std::function<void(const std::string& line)> progress = {};
  // Whether the errors of a page are drawn in colour.
  bool colour = false;
};

// Both included.
struct TimeSpan {
  base::Timestamp start = 0;
  base::Timestamp end = 0;

  friend bool operator==(const TimeSpan&, const TimeSpan&) = default;
};

struct RecordedData {
  // Safe to select from by many threads.
  std::unique_ptr<const Storage> storage;
  // From the oldest to the newest sample. Nothing when there is no sample, and
  // for a server, which is not asked for all it has.
  std::optional<TimeSpan> span;
  // Whole sentences, such as one on a WAL that is newer than the last block.
  std::vector<std::string> warnings;
};

// Opens and merges sources, each of which is
// - a file of exposition text or OpenMetrics with timestamps, also gzipped; "-"
//   is standard input;
// - a TSDB block, or Prometheus' data directory or snapshot with many;
// - another directory: every file in it, as pages;
// - a Prometheus-compatible server: http://HOST[:PORT][/PREFIX] or https://.
// Nothing is written. Of a series that several have, each time counts once.
//
// A status' message is ready to be shown; it names the path or URL and the
// reason. InvalidArgument is a page whose text is wrong (the message is then
// several lines, each finding rendered), DataLoss a damaged block; others are
// failures of the world. A server is not asked anything before the first
// selection; a selection that it fails gives its status.
absl::StatusOr<RecordedData> OpenData(const std::vector<std::string>& sources,
                                      const DataSourceOptions& options);

}  // namespace promql

#endif  // PROMQL_STORAGE_DATA_SOURCE_H_
