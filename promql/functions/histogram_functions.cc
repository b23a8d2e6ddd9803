#include "promql/functions/histogram_functions.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_format.h"
#include "base/histogram_quantile.h"
#include "base/number.h"
#include "base/quote.h"
#include "base/time.h"
#include "promql/functions/annotations.h"
#include "promql/functions/histogram_groups.h"
#include "promql/functions/quantile.h"

namespace promql {
namespace {

base::Interpolation InBuckets(const CallContext& call) {
  return call.compatibility.linear_histograms ? base::Interpolation::kLinear
                                              : base::Interpolation::kNatural;
}

using base::FloatHistogram;

Series RowOf(const HistogramGroup& group, std::size_t steps) {
  return {group.labels, group.drop_name, Column(steps)};
}

void DropNames(const CallContext& call, Block& block) {
  for (Series& row : block.rows) {
    if (call.delayed_name_removal) {
      row.drop_name = true;
    } else {
      row.labels = base::LabelsBuilder(row.labels)
                       .Remove(base::kMetricName)
                       .Remove(base::kMetricType)
                       .Remove(base::kMetricUnit)
                       .Build();
    }
  }
}

// Seconds in RFC 3339.
std::string TimeText(base::Timestamp time) {
  std::string text = base::FormatTimestamp(time);
  constexpr std::size_t kMilliseconds = 5;  // ".000Z"
  return text.replace(text.size() - kMilliseconds, kMilliseconds, "Z");
}

// Go's %.2g.
std::string TwoDigits(double number) {
  return std::isinf(number) ? base::FormatGeneral(number)
                            : absl::StrFormat("%.2g", number);
}

// What had to be raised in all histograms of one metric.
class ForcedSamples {
 public:
  void Add(const ForcedBuckets& forced, base::Timestamp time) {
    if (++samples_ == 1) {
      all_ = forced;
      first_ = last_ = time;
      return;
    }
    all_.first_bound = std::min(all_.first_bound, forced.first_bound);
    all_.last_bound = std::max(all_.last_bound, forced.last_bound);
    all_.greatest_fall = std::max(all_.greatest_fall, forced.greatest_fall);
    first_ = std::min(first_, time);
    last_ = std::max(last_, time);
  }

  std::string Text(std::string_view metric) const {
    std::string text =
        "PromQL info: input to histogram_quantile needed to be fixed for "
        "monotonicity (see https://prometheus.io/docs/prometheus/latest/"
        "querying/functions/#histogram_quantile)";
    if (!metric.empty()) text += " for metric name " + base::Quote(metric);
    return text + absl::StrFormat(
                      ", from buckets %s to %s, with a max diff of %s, over %d "
                      "samples from %s to %s",
                      base::FormatGeneral(all_.first_bound),
                      base::FormatGeneral(all_.last_bound),
                      TwoDigits(all_.greatest_fall), samples_, TimeText(first_),
                      TimeText(last_));
  }

 private:
  ForcedBuckets all_;
  std::size_t samples_ = 0;
  base::Timestamp first_ = 0;
  base::Timestamp last_ = 0;
};

// The quantile of each histogram at each step.
class QuantileRows {
 public:
  QuantileRows(const CallContext& call, const Block& block, base::Span span)
      : call_(call),
        block_(block),
        span_(span),
        groups_(GroupHistograms(call, block, span)) {}

  // Adds a row for each histogram.
  void Add(const std::vector<double>& quantiles, base::Span quantile_span,
           Block& out) {
    CheckQuantiles(quantiles, quantile_span, *call_.diagnostics);
    for (const HistogramGroup& group : groups_) {
      out.rows.push_back(RowOf(group, block_.steps));
      AddGroup(group, quantiles, out.rows.back().column);
    }
  }

  void ReportForced() const {
    for (const auto& [metric, samples] : forced_) {
      call_.diagnostics->Info("forced-monotonicity", span_,
                              samples.Text(metric));
    }
  }

 private:
  void AddGroup(const HistogramGroup& group,
                const std::vector<double>& quantiles, Column& column) {
    for (std::size_t i = 0; i < block_.steps; ++i) {
      GatherBuckets(group, block_, i, buckets_);
      const FloatHistogram* native =
          NativeAt(call_, group, block_, i, span_, buckets_);
      if (native != nullptr) {
        const base::HistogramQuantile result =
            base::Quantile(quantiles[i], *native, InBuckets(call_));
        InformOfNan(result.nan, group.labels);
        column.Set(i, result.value);
      } else if (!buckets_.empty()) {
        const ClassicQuantile result = QuantileOfBuckets(
            quantiles[i], buckets_, call_.compatibility.exact_buckets);
        if (result.forced.any()) {
          forced_[std::string(group.labels.metric_name())].Add(
              result.forced, call_.grid.at(i));
        }
        column.Set(i, result.value);
      }
    }
  }

  void InformOfNan(base::NanEffect effect, const base::Labels& labels) {
    if (effect == base::NanEffect::kNone) return;
    InformOfMetric(call_, span_, "nan-observations",
                   effect == base::NanEffect::kNan
                       ? "input to histogram_quantile has NaN observations, "
                         "result is NaN for metric name"
                       : "input to histogram_quantile has NaN observations, "
                         "result is skewed higher for metric name",
                   labels);
  }

  const CallContext& call_;
  const Block& block_;
  base::Span span_;
  std::vector<HistogramGroup> groups_;
  std::vector<ClassicBucket> buckets_;
  std::map<std::string, ForcedSamples> forced_;  // By metric name.
};

// Adds the samples of `row`, each with the label that its step has: to the rows
// of these labels, which are new.
void AddLabelled(const Series& row, const std::string& name,
                 const std::vector<std::string>& values, Block& out) {
  absl::flat_hash_map<std::string_view, std::size_t> row_of;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (row.column.present[i] == kAbsent) continue;
    const auto [place, is_new] = row_of.try_emplace(values[i], out.rows.size());
    if (is_new) {
      out.rows.push_back(
          {base::LabelsBuilder(row.labels).Set(name, values[i]).Build(),
           row.drop_name, Column(values.size())});
    }
    out.rows[place->second].column.Set(i, row.column.values[i]);
  }
}

// A number from each native histogram of a column.
template <typename Function>
void EachHistogram(Column& column, Function function) {
  for (std::size_t i = 0; i < column.steps(); ++i) {
    if (column.present[i] != kHistogram) {
      column.Clear(i);
      continue;
    }
    column.Set(i, function(*column.histograms[i]));
  }
  column.histograms.clear();
}

}  // namespace

Block HistogramQuantile(const CallContext& call, std::vector<Block> arguments) {
  Block out{arguments[0].steps, {}};
  QuantileRows quantiles(call, arguments[0], call.argument_spans[1]);
  quantiles.Add(call.scalars[0], call.argument_spans[0], out);
  quantiles.ReportForced();
  DropNames(call, out);
  return out;
}

Block HistogramQuantiles(const CallContext& call,
                         std::vector<Block> arguments) {
  Block out{arguments[0].steps, {}};
  QuantileRows quantiles(call, arguments[0], call.argument_spans[0]);
  for (std::size_t i = 0; i < call.scalars.size(); ++i) {
    Block part{out.steps, {}};
    quantiles.Add(call.scalars[i], call.argument_spans[i + 2], part);
    std::vector<std::string> labels;
    std::ranges::transform(call.scalars[i], std::back_inserter(labels),
                           base::FormatBound);
    for (const Series& row : part.rows) {
      AddLabelled(row, call.strings[0], labels, out);
    }
  }
  quantiles.ReportForced();
  DropNames(call, out);
  return out;
}

Block HistogramFraction(const CallContext& call, std::vector<Block> arguments) {
  const Block& block = arguments[0];
  const base::Span span = call.argument_spans[2];
  Block out{block.steps, {}};
  std::vector<ClassicBucket> buckets;
  for (const HistogramGroup& group : GroupHistograms(call, block, span)) {
    Series row = RowOf(group, block.steps);
    bool excludes_nan = false;
    for (std::size_t i = 0; i < block.steps; ++i) {
      const double lower = call.scalars[0][i];
      const double upper = call.scalars[1][i];
      GatherBuckets(group, block, i, buckets);
      const FloatHistogram* native =
          NativeAt(call, group, block, i, span, buckets);
      if (native != nullptr) {
        const base::HistogramFraction fraction =
            base::Fraction(lower, upper, *native, InBuckets(call));
        excludes_nan = excludes_nan || fraction.excludes_nan;
        row.column.Set(i, fraction.value);
      } else if (!buckets.empty() &&
                 !call.compatibility.native_fractions_only) {
        row.column.Set(i, FractionOfBuckets(lower, upper, buckets));
      }
    }
    if (excludes_nan) {
      InformOfMetric(call, span, "nan-observations",
                     "input to histogram_fraction has NaN observations, which "
                     "are excluded from all fractions for metric name",
                     group.labels);
    }
    if (!row.column.Empty()) out.rows.push_back(std::move(row));
  }
  DropNames(call, out);
  return out;
}

void HistogramCount(const CallContext&, const base::Labels&, Column& column) {
  EachHistogram(column, [](const FloatHistogram& h) { return h.count; });
}

void HistogramSum(const CallContext&, const base::Labels&, Column& column) {
  EachHistogram(column, [](const FloatHistogram& h) { return h.sum; });
}

void HistogramAvg(const CallContext&, const base::Labels&, Column& column) {
  EachHistogram(column,
                [](const FloatHistogram& h) { return h.sum / h.count; });
}

void HistogramStddev(const CallContext&, const base::Labels&, Column& column) {
  EachHistogram(column, [](const FloatHistogram& h) {
    return std::sqrt(base::Variance(h));
  });
}

void HistogramStdvar(const CallContext&, const base::Labels&, Column& column) {
  EachHistogram(column, base::Variance);
}

}  // namespace promql
