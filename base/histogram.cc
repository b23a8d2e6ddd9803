#include "base/histogram.h"

#include <algorithm>
#include <bit>
#include <string_view>

#include "absl/strings/str_format.h"
#include "base/histogram_buckets.h"
#include "base/number.h"

namespace base {
namespace {

bool SameBits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

bool SameBits(const std::vector<double>& a, const std::vector<double>& b) {
  return std::ranges::equal(a, b,
                            [](double x, double y) { return SameBits(x, y); });
}

// Without spans of no length, and with those that touch joined.
std::vector<BucketSpan> Joined(const std::vector<BucketSpan>& spans) {
  std::vector<BucketSpan> joined;
  std::int32_t skipped = 0;
  for (const BucketSpan& span : spans) {
    skipped += span.offset;
    if (span.length == 0) continue;
    if (skipped == 0 && !joined.empty()) {
      joined.back().length += span.length;
    } else {
      joined.push_back({skipped, span.length});
    }
    skipped = 0;
  }
  return joined;
}

bool SameRuns(const BucketRuns& a, const BucketRuns& b) {
  return SameBits(a.counts, b.counts) &&
         (a.spans == b.spans || Joined(a.spans) == Joined(b.spans));
}

std::string_view HintKey(CounterReset hint) {
  switch (hint) {
    case CounterReset::kUnknown:
      return "";
    case CounterReset::kReset:
      return "counter_reset_hint:reset";
    case CounterReset::kNotReset:
      return "counter_reset_hint:not_reset";
    case CounterReset::kGauge:
      return "counter_reset_hint:gauge";
  }
  return "";
}

// Writes "key:value" pairs with a space between.
class ExpressionWriter {
 public:
  void Pair(std::string_view text) {
    if (text.empty()) return;
    if (!out_.empty()) out_ += ' ';
    out_ += text;
  }
  void Number(std::string_view key, double value) {
    // NaN is written, both zeros are not.
    if (value != 0) Pair(absl::StrFormat("%s:%s", key, FormatGeneral(value)));
  }
  void List(std::string_view key, const std::vector<double>& values) {
    std::string list;
    for (const double value : values) {
      if (!list.empty()) list += ' ';
      list += FormatGeneral(value);
    }
    Pair(absl::StrFormat("%s:[%s]", key, list));
  }
  // All buckets from the first filled to the last filled one as one run.
  void Runs(std::string_view offset_key, std::string_view key,
            const BucketRuns& runs) {
    std::vector<double> dense;
    std::int32_t first = 0;
    std::size_t filled = 0;
    for (RunCursor cursor(runs, Walk::kUp); cursor.Next();) {
      if (cursor.count() == 0) continue;
      if (dense.empty()) first = cursor.index();
      filled = static_cast<std::size_t>(cursor.index() - first);
      dense.resize(filled + 1);
      dense[filled] = cursor.count();
    }
    if (dense.empty()) return;
    if (first != 0) Pair(absl::StrFormat("%s:%d", offset_key, first));
    List(key, dense);
  }
  std::string Finish() { return "{{" + out_ + "}}"; }

 private:
  std::string out_;
};

void AppendBucket(std::string& out, const HistogramBucket& bucket) {
  if (bucket.count == 0) return;
  absl::StrAppendFormat(
      &out, ", %c%s,%s%c:%s", bucket.lower_inclusive ? '[' : '(',
      FormatGeneral(bucket.lower), FormatGeneral(bucket.upper),
      bucket.upper_inclusive ? ']' : ')', FormatGeneral(bucket.count));
}

}  // namespace

bool Equal(const FloatHistogram& a, const FloatHistogram& b) {
  return a.schema == b.schema && SameBits(a.count, b.count) &&
         SameBits(a.sum, b.sum) && a.zero_threshold == b.zero_threshold &&
         SameBits(a.zero_count, b.zero_count) &&
         (!a.uses_custom_buckets() ||
          SameBits(a.custom_bounds, b.custom_bounds)) &&
         SameRuns(a.negative, b.negative) && SameRuns(a.positive, b.positive);
}

std::string TestExpression(const FloatHistogram& histogram) {
  ExpressionWriter writer;
  if (histogram.schema != 0) {
    writer.Pair(absl::StrFormat("schema:%d", histogram.schema));
  }
  writer.Number("count", histogram.count);
  writer.Number("sum", histogram.sum);
  writer.Number("z_bucket", histogram.zero_count);
  writer.Number("z_bucket_w", histogram.zero_threshold);
  if (histogram.uses_custom_buckets()) {
    writer.List("custom_values", histogram.custom_bounds);
  }
  writer.Pair(HintKey(histogram.counter_reset));
  writer.Runs("offset", "buckets", histogram.positive);
  writer.Runs("n_offset", "n_buckets", histogram.negative);
  return writer.Finish();
}

std::string ToString(const FloatHistogram& histogram) {
  std::string out =
      absl::StrFormat("{count:%s, sum:%s", FormatGeneral(histogram.count),
                      FormatGeneral(histogram.sum));
  for (RunCursor c(histogram.negative, Walk::kDown); c.Next();) {
    AppendBucket(out, BucketAt(histogram, false, c.index(), c.count()));
  }
  const double zero = histogram.zero_threshold;
  AppendBucket(out, {-zero, zero, true, true, histogram.zero_count});
  for (RunCursor c(histogram.positive, Walk::kUp); c.Next();) {
    AppendBucket(out, BucketAt(histogram, true, c.index(), c.count()));
  }
  return out += '}';
}

}  // namespace base
