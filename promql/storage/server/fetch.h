// The two ways to ask a server for the samples that it has.

#ifndef PROMQL_STORAGE_SERVER_FETCH_H_
#define PROMQL_STORAGE_SERVER_FETCH_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/json.h"
#include "base/labels.h"
#include "base/matcher.h"
#include "promql/storage/data_source.h"
#include "promql/storage/merged_storage.h"
#include "promql/storage/server/connection.h"

namespace promql::server {

using Fetched = std::map<base::Labels, SampleColumns>;

// A page of samples and how many bytes the server sent for it.
struct Page {
  Fetched series;
  std::size_t bytes = 0;
};

// All samples of the series in the span, by Prometheus' remote read protocol
// with streamed chunks: also the stale markers and native histograms, to the
// bit. NotFound when the server does not speak it.
absl::StatusOr<Page> RemoteRead(const Connection& connection,
                                const std::vector<base::Matcher>& matchers,
                                TimeSpan span);

// The same by a range selector in an instant query, which every compatible
// server answers. It leaves stale markers out, and says of a native histogram
// its filled buckets only.
absl::StatusOr<Page> QueryRange(const Connection& connection,
                                const std::vector<base::Matcher>& matchers,
                                TimeSpan span);

// {a="b",c!~"d"}, as the server reads it.
std::string SelectorText(const std::vector<base::Matcher>& matchers);

// A series as the API writes it: {"__name__": "up", "job": "x"}.
base::Labels LabelsOf(const base::Json& series);

// The labels that the server adds to what remote read answers; it has none
// when it does not say its configuration.
absl::StatusOr<base::Labels> ExternalLabels(const Connection& connection);

// The parts, for tests. The first decodes the frames of a streamed answer; what
// lies outside the span is left out.
absl::StatusOr<Fetched> DecodeStream(std::string_view body, TimeSpan span);
absl::StatusOr<Fetched> DecodeMatrix(const std::string& body, TimeSpan span);

}  // namespace promql::server

#endif  // PROMQL_STORAGE_SERVER_FETCH_H_
