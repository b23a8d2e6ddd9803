#include "promql/functions/over_time.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>
#include <vector>

#include "promql/functions/annotations.h"
#include "promql/functions/histogram_over_time.h"
#include "promql/functions/kahan.h"
#include "promql/functions/quantile.h"
#include "promql/functions/window_extremes.h"
#include "promql/functions/window_sums.h"

namespace promql {
namespace {

// A number from the floats of each window that has one.
template <typename Function>
void EachFloats(const CallContext& call, const Windows& windows, Column& out,
                Function function) {
  bool ignored = false;
  for (std::size_t i = 0; i < windows.steps(); ++i) {
    const Window window = windows.At(i);
    if (window.floats.empty()) continue;
    ignored = ignored || !window.histograms.empty();
    out.Set(i, function(window.floats, i));
  }
  if (ignored) InformOfIgnoredHistograms(call, *windows.labels);
}

// The same for functions that refuse windows with samples of both kinds.
template <typename Function>
void EachPure(const CallContext& call, const Windows& windows, Column& out,
              Function function) {
  bool mixed = false;
  for (std::size_t i = 0; i < windows.steps(); ++i) {
    const Window window = windows.At(i);
    if (window.floats.empty()) continue;
    if (!window.histograms.empty()) {
      mixed = true;
      continue;
    }
    out.Set(i, function(window.floats.values));
  }
  if (mixed) WarnOfMix(call, *windows.labels);
}

double Mean(std::span<const double> values) {
  KahanMean mean;
  for (const double value : values) mean.Add(value);
  return mean.Mean();
}

double OlderMean(std::span<const double> values) {
  IncrementalMean mean;
  for (const double value : values) mean.AddCompensated(value);
  return mean.Mean();
}

double Total(std::span<const double> values) {
  KahanSum sum;
  for (const double value : values) sum.Add(value);
  return std::isinf(sum.value) ? sum.value : sum.value + sum.compensation;
}

// sum_over_time or avg_over_time: `finite` makes the result of a window's sum
// and count, `whole` that of its values where the sum is not finite.
template <typename Finite>
void EachSum(const CallContext& call, const Windows& windows, Column& out,
             Finite finite, double (*whole)(std::span<const double>)) {
  if (!windows.histograms.empty()) {
    EachPure(call, windows, out, whole);
    return;
  }
  const auto& [begins, ends] = windows.float_bounds;
  const std::span<const double> values = windows.floats.values;
  const std::vector<KahanSum> sums = SumWindows(values, windows.float_bounds);
  for (std::size_t i = 0; i < windows.steps(); ++i) {
    const std::size_t count = ends[i] - begins[i];
    if (count == 0) continue;
    out.Set(i, std::isnan(sums[i].value)
                   ? whole(values.subspan(begins[i], count))
                   : finite(sums[i], static_cast<double>(count)));
  }
}

// Welford's method, with compensation of both sums. (functions.go:1676)
double VarianceOf(std::span<const double> values) {
  KahanSum mean;
  KahanSum squares;
  double count = 0;
  for (const double value : values) {
    count += 1;
    const double delta = value - (mean.value + mean.compensation);
    mean.Add(delta / count);
    squares.Add(delta * (value - (mean.value + mean.compensation)));
  }
  return (squares.value + squares.compensation) / count;
}

template <typename IsBetter>
void EachExtreme(const CallContext& call, const Windows& windows, Column& out) {
  const WindowExtremes<IsBetter> extremes(windows.floats.values);
  bool ignored = false;
  for (std::size_t i = 0; i < windows.steps(); ++i) {
    const std::size_t begin = windows.float_bounds.begin[i];
    const std::size_t end = windows.float_bounds.end[i];
    if (begin == end) continue;
    ignored = ignored || (!windows.histograms.empty() &&
                          !windows.At(i).histograms.empty());
    out.Set(i, extremes.Of(begin, end));
  }
  if (ignored) InformOfIgnoredHistograms(call, *windows.labels);
}

// The time of the last sample that no other one beats.
template <typename AtLeast>
double TimeOfBest(const Samples<double>& samples, AtLeast at_least) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < samples.size(); ++i) {
    if (at_least(samples.values[i], samples.values[best]) ||
        std::isnan(samples.values[best])) {
      best = i;
    }
  }
  return base::Seconds(samples.times[best]);
}

// Whether the oldest or newest sample of a window is a float.
bool FloatIsFirst(const Window& window) {
  return window.histograms.empty() ||
         (!window.floats.empty() &&
          window.floats.times.front() < window.histograms.times.front());
}
bool FloatIsLast(const Window& window) {
  return window.histograms.empty() ||
         (!window.floats.empty() &&
          window.floats.times.back() > window.histograms.times.back());
}

bool Empty(const Window& window) {
  return window.floats.empty() && window.histograms.empty();
}

}  // namespace

void AvgOverTime(const CallContext& call, const Windows& windows, Column& out) {
  if (call.compatibility.incremental_means) {
    EachPure(call, windows, out, OlderMean);
    MeanHistograms(call, windows, out);
    return;
  }
  EachSum(
      call, windows, out,
      [](const KahanSum& sum, double count) {
        return sum.value / count + sum.compensation / count;
      },
      Mean);
  MeanHistograms(call, windows, out);
}

void SumOverTime(const CallContext& call, const Windows& windows, Column& out) {
  EachSum(
      call, windows, out,
      [](const KahanSum& sum, double) { return sum.value + sum.compensation; },
      Total);
  SumHistograms(call, windows, out);
}

void MinOverTime(const CallContext& call, const Windows& windows, Column& out) {
  EachExtreme<std::less<>>(call, windows, out);
}

void MaxOverTime(const CallContext& call, const Windows& windows, Column& out) {
  EachExtreme<std::greater<>>(call, windows, out);
}

void CountOverTime(const CallContext&, const Windows& windows, Column& out) {
  for (std::size_t i = 0; i < windows.steps(); ++i) {
    const Window window = windows.At(i);
    const std::size_t count = window.floats.size() + window.histograms.size();
    if (count > 0) out.Set(i, static_cast<double>(count));
  }
}

void PresentOverTime(const CallContext&, const Windows& windows, Column& out) {
  for (std::size_t i = 0; i < windows.steps(); ++i) {
    if (!Empty(windows.At(i))) out.Set(i, 1.0);
  }
}

void FirstOverTime(const CallContext&, const Windows& windows, Column& out) {
  for (std::size_t i = 0; i < windows.steps(); ++i) {
    const Window window = windows.At(i);
    if (Empty(window)) continue;
    if (FloatIsFirst(window)) {
      out.Set(i, window.floats.values.front());
    } else {
      out.Set(i, window.histograms.values.front());
    }
  }
}

void LastOverTime(const CallContext&, const Windows& windows, Column& out) {
  for (std::size_t i = 0; i < windows.steps(); ++i) {
    const Window window = windows.At(i);
    if (Empty(window)) continue;
    if (FloatIsLast(window)) {
      out.Set(i, window.floats.values.back());
    } else {
      out.Set(i, window.histograms.values.back());
    }
  }
}

void StddevOverTime(const CallContext& call, const Windows& windows,
                    Column& out) {
  EachFloats(call, windows, out,
             [](const Samples<double>& samples, std::size_t) {
               return std::sqrt(VarianceOf(samples.values));
             });
}

void StdvarOverTime(const CallContext& call, const Windows& windows,
                    Column& out) {
  EachFloats(call, windows, out,
             [](const Samples<double>& samples, std::size_t) {
               return VarianceOf(samples.values);
             });
}

void QuantileOverTime(const CallContext& call, const Windows& windows,
                      Column& out) {
  const std::vector<double>& quantiles = call.scalars[0];
  call.told_steps.resize(quantiles.size());
  std::vector<double> bad;  // Only where there is a result.
  SlidingQuantile sliding(windows.floats.values);
  const auto& bounds = windows.float_bounds;
  EachFloats(call, windows, out, [&](const Samples<double>&, std::size_t step) {
    const double q = quantiles[step];
    if (!(q >= 0 && q <= 1) && call.told_steps[step] == 0) {
      call.told_steps[step] = 1;
      bad.push_back(q);
    }
    return sliding.Of(q, bounds.begin[step], bounds.end[step]);
  });
  CheckQuantiles(bad, call.argument_spans[0], *call.diagnostics);
}

void MadOverTime(const CallContext& call, const Windows& windows, Column& out) {
  std::vector<double> numbers;
  EachFloats(
      call, windows, out, [&](const Samples<double>& samples, std::size_t) {
        numbers.assign(samples.values.begin(), samples.values.end());
        if (std::ranges::any_of(
                numbers, [](double number) { return std::isnan(number); })) {
          return std::nan("");
        }
        const double median = Quantile(0.5, numbers);
        for (double& number : numbers) {
          number = std::fabs(number - median);
        }
        return Quantile(0.5, numbers);
      });
}

void TimeOfFirst(const CallContext&, const Windows& windows, Column& out) {
  for (std::size_t i = 0; i < windows.steps(); ++i) {
    const Window window = windows.At(i);
    if (Empty(window)) continue;
    out.Set(i, base::Seconds(FloatIsFirst(window)
                                 ? window.floats.times.front()
                                 : window.histograms.times.front()));
  }
}

void TimeOfLast(const CallContext&, const Windows& windows, Column& out) {
  for (std::size_t i = 0; i < windows.steps(); ++i) {
    const Window window = windows.At(i);
    if (Empty(window)) continue;
    out.Set(
        i, base::Seconds(FloatIsLast(window) ? window.floats.times.back()
                                             : window.histograms.times.back()));
  }
}

void TimeOfMin(const CallContext& call, const Windows& windows, Column& out) {
  EachFloats(
      call, windows, out, [](const Samples<double>& samples, std::size_t) {
        return TimeOfBest(samples, [](double a, double b) { return a <= b; });
      });
}

void TimeOfMax(const CallContext& call, const Windows& windows, Column& out) {
  EachFloats(
      call, windows, out, [](const Samples<double>& samples, std::size_t) {
        return TimeOfBest(samples, [](double a, double b) { return a >= b; });
      });
}

}  // namespace promql
