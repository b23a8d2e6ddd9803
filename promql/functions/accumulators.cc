#include "promql/functions/accumulators.h"

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "promql/functions/histogram_sum.h"
#include "promql/functions/kahan.h"
#include "promql/functions/quantile.h"

namespace promql {
namespace {

class Sum : public Accumulator {
 public:
  explicit Sum(const AggregationContext& context)
      : values_(context.steps),
        compensations_(context.steps),
        present_(context.steps, kAbsent),
        histograms_(context) {}

  // Written so that the compiler handles several steps at once.
  void Add(const Series& row) override {
    const Column& column = row.column;
    for (std::size_t i = 0; i < values_.size(); ++i) {
      const bool adds = column.present[i] == kFloat;
      const bool first = present_[i] == kAbsent;
      KahanSum sum{values_[i], compensations_[i]};
      sum.Add(column.values[i]);
      // The first value is taken as it is, which keeps -0.
      values_[i] = !adds ? values_[i] : first ? column.values[i] : sum.value;
      compensations_[i] = !adds || first ? compensations_[i] : sum.compensation;
      present_[i] |= static_cast<std::uint8_t>(adds);
    }
    histograms_.Add(row);
  }

  void Finish(Column& out) override {
    for (std::size_t i = 0; i < values_.size(); ++i) {
      out.values[i] = values_[i] + compensations_[i];
    }
    out.present = std::move(present_);
    histograms_.FinishSum(out);
  }

 private:
  std::vector<double> values_;
  std::vector<double> compensations_;
  std::vector<std::uint8_t> present_;
  HistogramSums histograms_;
};

// As servers that do not compensate.
class PlainSum : public Accumulator {
 public:
  explicit PlainSum(const AggregationContext& context)
      : held_(context.steps), histograms_(context) {}

  void Add(const Series& row) override {
    const Column& column = row.column;
    for (std::size_t i = 0; i < held_.steps(); ++i) {
      if (column.present[i] != kFloat) continue;
      const bool first = held_.present[i] == kAbsent;
      held_.Set(i,
                first ? column.values[i] : held_.values[i] + column.values[i]);
    }
    histograms_.Add(row);
  }

  void Finish(Column& out) override {
    out = std::move(held_);
    histograms_.FinishSum(out);
  }

 private:
  Column held_;
  HistogramSums histograms_;
};

template <typename Averager>
class Avg : public Accumulator {
 public:
  explicit Avg(const AggregationContext& context)
      : means_(context.steps),
        present_(context.steps, kAbsent),
        histograms_(context) {}

  void Add(const Series& row) override {
    const Column& column = row.column;
    for (std::size_t i = 0; i < means_.size(); ++i) {
      if (column.present[i] != kFloat) continue;
      means_[i].Add(column.values[i]);
      present_[i] = kFloat;
    }
    histograms_.Add(row);
  }

  void Finish(Column& out) override {
    for (std::size_t i = 0; i < means_.size(); ++i) {
      if (present_[i] == kFloat) out.Set(i, means_[i].Mean());
    }
    histograms_.FinishMean(out);
  }

 private:
  std::vector<Averager> means_;
  std::vector<std::uint8_t> present_;
  HistogramSums histograms_;
};

// `kReplaces(held, value)` says whether the value takes the place of the held
// one; any number takes that of NaN.
template <bool (*kReplaces)(double, double)>
class Extreme : public Accumulator {
 public:
  explicit Extreme(const AggregationContext& context) : held_(context.steps) {}

  void Add(const Series& row) override {
    const Column& column = row.column;
    for (std::size_t i = 0; i < held_.steps(); ++i) {
      const double value = column.values[i];
      const bool takes =
          column.present[i] == kFloat &&
          (held_.present[i] == kAbsent || kReplaces(held_.values[i], value) ||
           std::isnan(held_.values[i]));
      held_.values[i] = takes ? value : held_.values[i];
      held_.present[i] |= static_cast<std::uint8_t>(takes);
    }
  }

  void Finish(Column& out) override { out = std::move(held_); }

 private:
  Column held_;
};

bool IsLess(double held, double value) { return held < value; }
bool IsGreater(double held, double value) { return held > value; }

// Histograms count as well.
template <bool kCounts>
class Count : public Accumulator {
 public:
  explicit Count(const AggregationContext& context) : held_(context.steps) {}

  void Add(const Series& row) override {
    const Column& column = row.column;
    for (std::size_t i = 0; i < held_.steps(); ++i) {
      if (column.present[i] == kAbsent) continue;
      held_.Set(i, kCounts ? held_.values[i] + 1 : 1.0);
    }
  }

  void Finish(Column& out) override { out = std::move(held_); }

 private:
  Column held_;
};

// Welford's method without compensation, as upstream has it.
template <bool kRoot>
class Variance : public Accumulator {
 public:
  explicit Variance(const AggregationContext& context)
      : one_is_zero_(context.compatibility.variance_of_one_is_zero),
        counts_(context.steps),
        means_(context.steps),
        sums_(context.steps) {}

  void Add(const Series& row) override {
    const Column& column = row.column;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      if (column.present[i] != kFloat) continue;
      const double value = column.values[i];
      counts_[i] += 1;
      if (counts_[i] == 1) {
        means_[i] = value;
        sums_[i] = one_is_zero_ || std::isfinite(value) ? 0 : std::nan("");
        continue;
      }
      const double delta = value - means_[i];
      means_[i] += delta / counts_[i];
      sums_[i] += delta * (value - means_[i]);
    }
  }

  void Finish(Column& out) override {
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      if (counts_[i] == 0) continue;
      const double variance = sums_[i] / counts_[i];
      out.Set(i, kRoot ? std::sqrt(variance) : variance);
    }
  }

 private:
  bool one_is_zero_;
  std::vector<double> counts_;
  std::vector<double> means_;
  std::vector<double> sums_;
};

class Quantiles : public Accumulator {
 public:
  explicit Quantiles(const AggregationContext& context) : context_(context) {}

  void Add(const Series& row) override { columns_.push_back(&row.column); }

  void Finish(Column& out) override {
    std::vector<double> numbers;
    for (std::size_t i = 0; i < context_.steps; ++i) {
      numbers.clear();
      for (const Column* column : columns_) {
        if (column->present[i] == kFloat) numbers.push_back(column->values[i]);
      }
      if (numbers.empty()) continue;
      out.Set(i, Quantile(context_.parameter[i], numbers));
    }
  }

 private:
  const AggregationContext& context_;
  std::vector<const Column*> columns_;
};

}  // namespace

std::unique_ptr<Accumulator> MakeAvg(const AggregationContext& context) {
  if (context.compatibility.incremental_means) {
    return std::make_unique<Avg<IncrementalMean>>(context);
  }
  return std::make_unique<Avg<KahanMean>>(context);
}

std::unique_ptr<Accumulator> MakeCount(const AggregationContext& context) {
  return std::make_unique<Count<true>>(context);
}

std::unique_ptr<Accumulator> MakeGroup(const AggregationContext& context) {
  return std::make_unique<Count<false>>(context);
}

std::unique_ptr<Accumulator> MakeMax(const AggregationContext& context) {
  return std::make_unique<Extreme<IsLess>>(context);
}

std::unique_ptr<Accumulator> MakeMin(const AggregationContext& context) {
  return std::make_unique<Extreme<IsGreater>>(context);
}

std::unique_ptr<Accumulator> MakeQuantile(const AggregationContext& context) {
  return std::make_unique<Quantiles>(context);
}

std::unique_ptr<Accumulator> MakeStddev(const AggregationContext& context) {
  return std::make_unique<Variance<true>>(context);
}

std::unique_ptr<Accumulator> MakeStdvar(const AggregationContext& context) {
  return std::make_unique<Variance<false>>(context);
}

std::unique_ptr<Accumulator> MakeSum(const AggregationContext& context) {
  if (context.compatibility.plain_sums) {
    return std::make_unique<PlainSum>(context);
  }
  return std::make_unique<Sum>(context);
}

}  // namespace promql
