#include "promql/functions/regression.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_format.h"
#include "base/number.h"
#include "promql/functions/annotations.h"
#include "promql/functions/kahan.h"

namespace promql {
namespace {

struct Line {
  double slope = 0;
  double intercept = 0;
};

double Compensated(const KahanSum& sum) { return sum.value + sum.compensation; }

// Least squares; the intercept is the value at `origin`. (functions.go:1949)
Line Fit(const Samples<double>& samples, base::Timestamp origin) {
  const double first = samples.values[0];
  if (std::ranges::all_of(samples.values,
                          [first](double value) { return value == first; })) {
    if (std::isinf(first)) return {std::nan(""), std::nan("")};
    return {0, first};
  }
  KahanSum x_sum;
  KahanSum y_sum;
  KahanSum xy_sum;
  KahanSum xx_sum;
  double count = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double x = static_cast<double>(samples.times[i] - origin) / 1e3;
    const double y = samples.values[i];
    count += 1;
    x_sum.Add(x);
    y_sum.Add(y);
    xy_sum.Add(x * y);
    xx_sum.Add(x * x);
  }
  const double x = Compensated(x_sum);
  const double y = Compensated(y_sum);
  const double covariance = Compensated(xy_sum) - x * y / count;
  const double variance = Compensated(xx_sum) - x * x / count;
  const double slope = covariance / variance;
  return {slope, y / count - slope * x / count};
}

// A number from each window of two floats or more.
template <typename Function>
void EachPair(const CallContext& call, const Windows& windows, Column& out,
              Function function) {
  bool ignored = false;
  for (std::size_t i = 0; i < windows.steps(); ++i) {
    const Window window = windows.At(i);
    ignored = ignored || (!window.floats.empty() && !window.histograms.empty());
    if (window.floats.size() < 2) continue;
    out.Set(i, function(window, i));
  }
  if (ignored) InformOfIgnoredHistograms(call, *windows.labels);
}

// NaN passes, and makes the result NaN.
bool CheckFactor(const CallContext& call, const char* what, double factor,
                 const char* symbol) {
  if (!(factor <= 0 || factor >= 1)) return true;
  call.diagnostics->Error(
      "smoothing-factor", call.span,
      absl::StrFormat("invalid %s factor. Expected: 0 < %s < 1, got: %s", what,
                      symbol,
                      std::isinf(factor) ? base::FormatGeneral(factor)
                                         : absl::StrFormat("%f", factor)));
  return false;
}

double Smooth(std::span<const double> values, double smoothing, double trend) {
  double before = 0;
  double level = values[0];
  double slope = values[1] - values[0];
  for (std::size_t i = 1; i < values.size(); ++i) {
    const double scaled = smoothing * values[i];
    if (i > 1) slope = trend * (level - before) + (1 - trend) * slope;
    const double rest = (1 - smoothing) * (level + slope);
    before = level;
    level = scaled + rest;
  }
  return level;
}

}  // namespace

void Derivative(const CallContext& call, const Windows& windows, Column& out) {
  EachPair(call, windows, out, [](const Window& window, std::size_t) {
    return Fit(window.floats, window.floats.times[0]).slope;
  });
}

void PredictLinear(const CallContext& call, const Windows& windows,
                   Column& out) {
  EachPair(call, windows, out, [&](const Window& window, std::size_t step) {
    const Line line = Fit(window.floats, window.evaluation_time);
    return line.slope * call.scalars[0][step] + line.intercept;
  });
}

void DoubleExponentialSmoothing(const CallContext& call, const Windows& windows,
                                Column& out) {
  for (std::size_t i = 0; i < windows.steps(); ++i) {
    const Window window = windows.At(i);
    if (window.floats.empty() && window.histograms.empty()) continue;
    if (!CheckFactor(call, "smoothing", call.scalars[0][i], "sf") ||
        !CheckFactor(call, "trend", call.scalars[1][i], "tf")) {
      return;
    }
  }
  EachPair(call, windows, out, [&](const Window& window, std::size_t step) {
    return Smooth(window.floats.values, call.scalars[0][step],
                  call.scalars[1][step]);
  });
}

}  // namespace promql
