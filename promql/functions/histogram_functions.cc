#include "promql/functions/histogram_functions.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "base/histogram_quantile.h"
#include "base/number.h"
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
                       .Remove("__type__")
                       .Remove("__unit__")
                       .Build();
    }
  }
}

// The quantile of each histogram at each step.
class Quantiles {
 public:
  Quantiles(const CallContext& call, const Block& block, base::Span span)
      : call_(call),
        block_(block),
        span_(span),
        groups_(GroupHistograms(call, block, span)) {}

  // Adds a row for each histogram.
  void Add(const std::vector<double>& quantiles, base::Span quantile_span,
           Block& out) {
    for (const double q : quantiles) {
      if (!CheckQuantile(q, quantile_span, *call_.diagnostics)) break;
    }
    for (const HistogramGroup& group : groups_) {
      out.rows.push_back(RowOf(group, block_.steps));
      AddGroup(group, quantiles, out.rows.back().column);
    }
  }

 private:
  void AddGroup(const HistogramGroup& group,
                const std::vector<double>& quantiles, Column& column) {
    bool forced = false;
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
        forced = forced || result.forced_monotonic;
        column.Set(i, result.value);
      }
    }
    if (forced) {
      InformOfMetric(
          call_, span_, "forced-monotonicity",
          "input to histogram_quantile needed to be fixed for monotonicity "
          "(see "
          "https://prometheus.io/docs/prometheus/latest/querying/functions/"
          "#histogram_quantile) for metric name",
          group.labels);
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
};

// OpenMetrics' form: 0.0, 0.25, 1.0.
std::string QuantileLabel(double q) {
  std::string text = base::FormatGeneral(q);
  if (std::isfinite(q) && text.find_first_of(".e") == std::string::npos) {
    text += ".0";
  }
  return text;
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
  Quantiles(call, arguments[0], call.argument_spans[1])
      .Add(call.scalars[0], call.argument_spans[0], out);
  DropNames(call, out);
  return out;
}

Block HistogramQuantiles(const CallContext& call,
                         std::vector<Block> arguments) {
  Block out{arguments[0].steps, {}};
  Quantiles quantiles(call, arguments[0], call.argument_spans[0]);
  for (std::size_t i = 0; i < call.scalars.size(); ++i) {
    Block part{out.steps, {}};
    quantiles.Add(call.scalars[i], call.argument_spans[i + 2], part);
    for (Series& row : part.rows) {
      row.labels = base::LabelsBuilder(row.labels)
                       .Set(call.strings[0], QuantileLabel(call.scalars[i][0]))
                       .Build();
      out.rows.push_back(std::move(row));
    }
  }
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
