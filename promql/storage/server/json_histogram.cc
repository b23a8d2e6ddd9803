#include "promql/storage/server/json_histogram.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/number.h"

namespace promql::server {
namespace {

using base::FloatHistogram;

struct Bucket {
  double lower = 0;
  double upper = 0;
  double count = 0;
};

absl::Status NoHistogram() {
  return absl::DataLossError(
      "the answer is not that of Prometheus' API: a histogram is wrong");
}

std::optional<std::vector<Bucket>> ReadBuckets(const base::Json* rows) {
  std::vector<Bucket> buckets;
  if (rows == nullptr) return buckets;
  for (const base::Json& row : rows->elements) {
    Bucket bucket;
    if (row.elements.size() != 4 ||
        !ReadNumber(row.elements[1].text, bucket.lower) ||
        !ReadNumber(row.elements[2].text, bucket.upper) ||
        !ReadNumber(row.elements[3].text, bucket.count) ||
        !(bucket.lower <= bucket.upper)) {
      return std::nullopt;
    }
    buckets.push_back(bucket);
  }
  return buckets;
}

bool IsZeroBucket(const Bucket& bucket) {
  return bucket.lower <= 0 && bucket.upper >= 0 &&
         -bucket.lower == bucket.upper;
}

// The index of the bucket (lower, upper] in a schema, when it is one of it.
// The bounds are as the server printed them, exact to the last bit or two.
std::optional<std::int32_t> IndexIn(int schema, double lower, double upper) {
  if (!(lower > 0) || !std::isfinite(upper)) return std::nullopt;
  const double scale = std::ldexp(1, schema);
  const double index = std::round(std::log2(upper) * scale);
  const auto near = [](double a, double b) {
    return std::fabs(a - b) <= 1e-9 * std::fabs(b);
  };
  if (!near(std::exp2(index / scale), upper) ||
      !near(std::exp2((index - 1) / scale), lower)) {
    return std::nullopt;
  }
  return static_cast<std::int32_t>(index);
}

using Filled = std::map<std::int32_t, double>;  // Count by index.

base::BucketRuns Runs(const Filled& filled) {
  base::BucketRuns runs;
  std::int32_t next = 0;
  for (const auto& [index, count] : filled) {
    if (runs.spans.empty() || index != next) {
      runs.spans.push_back({index - next, 0});
    }
    ++runs.spans.back().length;
    runs.counts.push_back(count);
    next = index + 1;
  }
  return runs;
}

bool FillExponential(const std::vector<Bucket>& buckets, int schema,
                     FloatHistogram& histogram) {
  Filled positive;
  Filled negative;
  for (const Bucket& bucket : buckets) {
    if (IsZeroBucket(bucket)) continue;
    const bool below = bucket.upper <= 0;
    const auto index = below ? IndexIn(schema, -bucket.upper, -bucket.lower)
                             : IndexIn(schema, bucket.lower, bucket.upper);
    if (!index.has_value()) return false;
    (below ? negative : positive)[*index] = bucket.count;
  }
  histogram.schema = schema;
  histogram.positive = Runs(positive);
  histogram.negative = Runs(negative);
  return true;
}

// Each bound that is seen is one; between buckets that do not touch lies an
// empty one.
void FillCustom(const std::vector<Bucket>& buckets, FloatHistogram& histogram) {
  Filled filled;
  histogram.schema = base::kCustomBucketsSchema;
  histogram.zero_threshold = 0;
  std::vector<double>& bounds = histogram.custom_bounds;
  for (const Bucket& bucket : buckets) {
    if (bucket.lower > -base::kInfinity &&
        (bounds.empty() || bucket.lower > bounds.back())) {
      bounds.push_back(bucket.lower);
    }
    filled[static_cast<std::int32_t>(bounds.size())] = bucket.count;
    if (bucket.upper < base::kInfinity) bounds.push_back(bucket.upper);
  }
  histogram.positive = Runs(filled);
}

}  // namespace

bool ReadNumber(std::string_view text, double& number) {
  if (text == "NaN") {
    number = std::nan("");
    return true;
  }
  if (text.starts_with("+")) text.remove_prefix(1);
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return stop == end && error == std::errc();
}

absl::StatusOr<base::HistogramPtr> HistogramFromJson(const base::Json& json) {
  auto histogram = std::make_shared<FloatHistogram>();
  const auto buckets = ReadBuckets(json.Find("buckets"));
  if (!buckets.has_value() ||
      !ReadNumber(json.TextOf("count"), histogram->count) ||
      !ReadNumber(json.TextOf("sum"), histogram->sum)) {
    return NoHistogram();
  }
  histogram->zero_threshold = 0x1p-128;
  // The bound 0 of a custom bucket is no zero bucket's.
  const auto zero = std::ranges::find_if(*buckets, IsZeroBucket);
  for (int schema = base::kMinExponentialSchema;
       schema <= base::kMaxExponentialSchema; ++schema) {
    if (!FillExponential(*buckets, schema, *histogram)) continue;
    if (zero != buckets->end()) {
      histogram->zero_threshold = zero->upper;
      histogram->zero_count = zero->count;
    }
    return histogram;
  }
  FillCustom(*buckets, *histogram);
  return histogram;
}

}  // namespace promql::server
