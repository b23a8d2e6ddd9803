// Numbers and native histograms as the API's JSON shows them.

#ifndef PROMQL_STORAGE_SERVER_JSON_HISTOGRAM_H_
#define PROMQL_STORAGE_SERVER_JSON_HISTOGRAM_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "base/histogram.h"
#include "base/json.h"

namespace promql::server {

// A number as the API writes it, in a text: "5", "2.5e-7", "+Inf", "NaN".
bool ReadNumber(std::string_view text, double& number);

// {"count":"5","sum":"3","buckets":[[0,"1","2","5"]]}: the schema is found from
// the bounds of the filled buckets, exponential ones if they can be; else the
// buckets are custom. The zero threshold is 2^-128 when nothing lies in the
// zero bucket. DataLoss when it is no histogram.
absl::StatusOr<base::HistogramPtr> HistogramFromJson(const base::Json& json);

}  // namespace promql::server

#endif  // PROMQL_STORAGE_SERVER_JSON_HISTOGRAM_H_
