#include "tests/promql/naive_functions.h"

#include <time.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <set>

namespace promql {
namespace {

using Samples = std::vector<NaiveSample>;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

double Seconds(base::Duration duration) {
  return static_cast<double>(duration) / 1000;
}

std::vector<double> Values(const Samples& samples) {
  std::vector<double> values;
  for (const NaiveSample& sample : samples) values.push_back(sample.value);
  return values;
}

using OfNumber = double (*)(double);

tm Calendar(double number) {
  const time_t seconds = static_cast<time_t>(number);
  tm parts = {};
  gmtime_r(&seconds, &parts);
  return parts;
}

double DaysInMonth(double number) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const tm parts = Calendar(number);
  const int year = parts.tm_year + 1900;
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return kDays[parts.tm_mon] + (leap && parts.tm_mon == 1 ? 1 : 0);
}

template <int tm::*part, int added>
double Date(double number) {
  return Calendar(number).*part + added;
}

const std::map<std::string_view, OfNumber>& NumberFunctions() {
  static const auto* const kFunctions =
      new std::map<std::string_view, OfNumber>{
          {"abs", [](double x) { return std::fabs(x); }},
          {"acos", [](double x) { return std::acos(x); }},
          {"acosh", [](double x) { return std::acosh(x); }},
          {"asin", [](double x) { return std::asin(x); }},
          {"asinh", [](double x) { return std::asinh(x); }},
          {"atan", [](double x) { return std::atan(x); }},
          {"atanh", [](double x) { return std::atanh(x); }},
          {"ceil", [](double x) { return std::ceil(x); }},
          {"cos", [](double x) { return std::cos(x); }},
          {"cosh", [](double x) { return std::cosh(x); }},
          {"deg", [](double x) { return x * 180 / std::numbers::pi; }},
          {"exp", [](double x) { return std::exp(x); }},
          {"floor", [](double x) { return std::floor(x); }},
          {"ln", [](double x) { return std::log(x); }},
          {"log10",
           [](double x) { return std::log(x) * std::numbers::log10e; }},
          {"log2", [](double x) { return std::log2(x); }},
          {"rad", [](double x) { return x * std::numbers::pi / 180; }},
          {"sgn", [](double x) { return x > 0   ? 1
                                        : x < 0 ? -1
                                                : x; }},
          {"sin", [](double x) { return std::sin(x); }},
          {"sinh", [](double x) { return std::sinh(x); }},
          {"sqrt", [](double x) { return std::sqrt(x); }},
          {"tan", [](double x) { return std::tan(x); }},
          {"tanh", [](double x) { return std::tanh(x); }},
          {"minute", Date<&tm::tm_min, 0>},
          {"hour", Date<&tm::tm_hour, 0>},
          {"day_of_week", Date<&tm::tm_wday, 0>},
          {"day_of_month", Date<&tm::tm_mday, 0>},
          {"day_of_year", Date<&tm::tm_yday, 1>},
          {"days_in_month", DaysInMonth},
          {"month", Date<&tm::tm_mon, 1>},
          {"year", Date<&tm::tm_year, 1900>},
      };
  return *kFunctions;
}

const std::set<std::string_view> kDates = {
    "minute",      "hour",          "day_of_week", "day_of_month",
    "day_of_year", "days_in_month", "month",       "year"};

double Least(double a, double b) {
  return std::isnan(a) || std::isnan(b) ? kNaN : std::min(a, b);
}
double Most(double a, double b) {
  return std::isnan(a) || std::isnan(b) ? kNaN : std::max(a, b);
}

bool IsReset(const Samples& samples, std::size_t i) {
  return samples[i].value < samples[i - 1].value;
}

// Upstream's extrapolation, straight from its description.
std::optional<double> Growth(std::string_view name, const NaiveWindow& window) {
  const Samples& samples = window.samples;
  if (samples.size() < 2) return std::nullopt;
  const bool counter = name != "delta";
  double growth = samples.back().value - samples.front().value;
  for (std::size_t i = 1; counter && i < samples.size(); ++i) {
    if (IsReset(samples, i)) growth += samples[i - 1].value;
  }
  double before = Seconds(samples.front().time - (window.end - window.range));
  double after = Seconds(window.end - samples.back().time);
  const double sampled = Seconds(samples.back().time - samples.front().time);
  const double average = sampled / static_cast<double>(samples.size() - 1);
  if (before >= average * 1.1) before = average / 2;
  if (counter && growth > 0 && samples.front().value >= 0) {
    before = std::min(before, sampled * (samples.front().value / growth));
  }
  if (after >= average * 1.1) after = average / 2;
  double factor = (sampled + before + after) / sampled;
  if (name == "rate") factor /= Seconds(window.range);
  return growth * factor;
}

std::optional<double> Instant(std::string_view name, const Samples& samples) {
  if (samples.size() < 2) return std::nullopt;
  const std::size_t last = samples.size() - 1;
  const bool counter = name == "irate";
  const double growth = counter && IsReset(samples, last)
                            ? samples[last].value
                            : samples[last].value - samples[last - 1].value;
  return counter ? growth / Seconds(samples[last].time - samples[last - 1].time)
                 : growth;
}

// Least squares over seconds since `origin`: {slope, value at the origin}.
std::optional<std::pair<double, double>> Line(const Samples& samples,
                                              base::Timestamp origin) {
  if (samples.size() < 2) return std::nullopt;
  const double first = samples.front().value;
  if (std::ranges::all_of(samples, [first](const NaiveSample& sample) {
        return sample.value == first;
      })) {
    return std::isinf(first) ? std::pair(kNaN, kNaN) : std::pair(0.0, first);
  }
  std::vector<double> x, y, xy, xx;
  for (const NaiveSample& sample : samples) {
    x.push_back(Seconds(sample.time - origin));
    y.push_back(sample.value);
    xy.push_back(x.back() * y.back());
    xx.push_back(x.back() * x.back());
  }
  const auto n = static_cast<double>(samples.size());
  const double covariance = NaiveSum(xy) - NaiveSum(x) * NaiveSum(y) / n;
  const double variance = NaiveSum(xx) - NaiveSum(x) * NaiveSum(x) / n;
  const double slope = covariance / variance;
  return std::pair(slope, NaiveSum(y) / n - slope * NaiveSum(x) / n);
}

double CountIf(const Samples& samples, bool (*event)(double, double)) {
  double count = 0;
  for (std::size_t i = 1; i < samples.size(); ++i) {
    if (event(samples[i - 1].value, samples[i].value)) ++count;
  }
  return count;
}

double Variance(const std::vector<double>& numbers) {
  const double mean = NaiveMean(numbers);
  std::vector<double> squares;
  for (const double number : numbers) {
    squares.push_back((number - mean) * (number - mean));
  }
  return NaiveMean(squares);
}

double Deviation(std::vector<double> numbers) {
  for (const double number : numbers) {
    if (std::isnan(number)) return kNaN;
  }
  const double median = NaiveQuantile(0.5, numbers);
  for (double& number : numbers) number = std::fabs(number - median);
  return NaiveQuantile(0.5, numbers);
}

// The last sample that no other beats; a number beats NaN.
template <typename Beats>
NaiveSample Best(const Samples& samples, Beats beats) {
  NaiveSample best = samples.front();
  for (const NaiveSample& sample : samples) {
    if (std::isnan(best.value) || sample.value == best.value ||
        beats(sample.value, best.value)) {
      best = sample;
    }
  }
  return best;
}

}  // namespace

double NaiveSum(const std::vector<double>& numbers) {
  double sum = 0;
  double lost = 0;
  for (const double number : numbers) {
    const double next = sum + number;
    lost += std::fabs(sum) >= std::fabs(number) ? (sum - next) + number
                                                : (number - next) + sum;
    sum = next;
  }
  return std::isinf(sum) ? sum : sum + lost;
}

double NaiveMean(const std::vector<double>& numbers) {
  return NaiveSum(numbers) / static_cast<double>(numbers.size());
}

double NaiveVariance(const std::vector<double>& numbers) {
  double mean = 0;
  double squares = 0;
  double count = 0;
  for (const double number : numbers) {
    const double before = number - mean;
    mean += before / ++count;
    squares += before * (number - mean);
  }
  return squares / count;
}

double NaiveQuantile(double q, std::vector<double> numbers) {
  if (numbers.empty() || std::isnan(q)) return kNaN;
  if (q < 0) return -kInfinity;
  if (q > 1) return kInfinity;
  std::ranges::sort(numbers, [](double a, double b) {
    return std::isnan(b) ? false : std::isnan(a) || a < b;
  });
  const double rank = q * static_cast<double>(numbers.size() - 1);
  const auto below = static_cast<std::size_t>(rank);
  const std::size_t above = std::min(below + 1, numbers.size() - 1);
  const double weight = rank - std::floor(rank);
  return numbers[below] * (1 - weight) + numbers[above] * weight;
}

double NaiveBucketQuantile(double q,
                           std::vector<std::pair<double, double>> buckets) {
  if (std::isnan(q)) return kNaN;
  if (q < 0) return -kInfinity;
  if (q > 1) return kInfinity;
  std::ranges::sort(buckets);
  if (buckets.size() < 2 || buckets.back().first != kInfinity) return kNaN;
  for (std::size_t i = 1; i < buckets.size(); ++i) {
    buckets[i].second = std::max(buckets[i].second, buckets[i - 1].second);
  }
  const double count = buckets.back().second;
  if (!(count > 0)) return kNaN;
  const double rank = q * count;
  std::size_t at = 0;
  while (at < buckets.size() - 1 && buckets[at].second < rank) ++at;
  if (at == buckets.size() - 1) return buckets[at - 1].first;
  const double above = buckets[at].first;
  if (at == 0 && above <= 0) return above;
  const double below = at == 0 ? 0 : buckets[at - 1].first;
  const double before = at == 0 ? 0 : buckets[at - 1].second;
  return below +
         (above - below) * ((rank - before) / (buckets[at].second - before));
}

NaiveAnswer NaivelyOfNumber(std::string_view name, double number,
                            const std::vector<double>& scalars) {
  const auto row = NumberFunctions().find(name);
  if (row != NumberFunctions().end()) {
    // What a conversion to an integer gives is the machine's affair.
    if (kDates.contains(name) && !(std::fabs(number) < 1e11))
      return {false, {}};
    return {true, row->second(number)};
  }
  if (name == "clamp_min") return {true, Most(number, scalars[0])};
  if (name == "clamp_max") return {true, Least(number, scalars[0])};
  if (name == "clamp") {
    if (scalars[0] > scalars[1]) return {};
    return {true, Most(scalars[0], Least(scalars[1], number))};
  }
  if (name == "round") {
    const double inverse = 1 / (scalars.empty() ? 1 : scalars[0]);
    return {true, std::floor(number * inverse + 0.5) / inverse};
  }
  return {false, std::nullopt};
}

NaiveAnswer NaivelyOfWindow(std::string_view name, const NaiveWindow& window,
                            const std::vector<double>& scalars) {
  const Samples& samples = window.samples;
  const std::vector<double> values = Values(samples);
  const auto less = [](double a, double b) { return a < b; };
  const auto greater = [](double a, double b) { return a > b; };
  if (name == "rate" || name == "increase" || name == "delta") {
    return {true, Growth(name, window)};
  }
  if (name == "irate" || name == "idelta")
    return {true, Instant(name, samples)};
  if (name == "sum_over_time") return {true, NaiveSum(values)};
  if (name == "avg_over_time") return {true, NaiveMean(values)};
  if (name == "min_over_time") return {true, Best(samples, less).value};
  if (name == "max_over_time") return {true, Best(samples, greater).value};
  if (name == "ts_of_min_over_time") {
    return {true, Seconds(Best(samples, less).time)};
  }
  if (name == "ts_of_max_over_time") {
    return {true, Seconds(Best(samples, greater).time)};
  }
  if (name == "count_over_time") {
    return {true, static_cast<double>(samples.size())};
  }
  if (name == "present_over_time") return {true, 1};
  if (name == "first_over_time") return {true, samples.front().value};
  if (name == "last_over_time") return {true, samples.back().value};
  if (name == "ts_of_first_over_time") {
    return {true, Seconds(samples.front().time)};
  }
  if (name == "ts_of_last_over_time") {
    return {true, Seconds(samples.back().time)};
  }
  if (name == "stdvar_over_time") return {true, Variance(values)};
  if (name == "stddev_over_time") {
    return {true, std::sqrt(Variance(values))};
  }
  if (name == "quantile_over_time") {
    return {true, NaiveQuantile(scalars[0], values)};
  }
  if (name == "mad_over_time") return {true, Deviation(values)};
  if (name == "changes") {
    return {true, CountIf(samples, [](double before, double now) {
              return before != now && !(std::isnan(before) && std::isnan(now));
            })};
  }
  if (name == "resets") {
    return {true, CountIf(samples, [](double before, double now) {
              return now < before;
            })};
  }
  if (name == "deriv" || name == "predict_linear") {
    const bool predicts = name == "predict_linear";
    const auto line =
        Line(samples, predicts ? window.evaluation_time : samples.front().time);
    if (!line.has_value()) return {};
    return {true,
            predicts ? line->second + line->first * scalars[0] : line->first};
  }
  return {false, std::nullopt};
}

NaiveAnswer NaivelyOfGroup(base::AggregationOp op, double parameter,
                           const std::vector<double>& numbers) {
  using Op = base::AggregationOp;
  // Any number beats NaN.
  const auto extreme = [&numbers](auto beats) {
    double best = numbers[0];
    for (const double number : numbers) {
      if (std::isnan(best) || beats(number, best)) best = number;
    }
    return best;
  };
  switch (op) {
    case Op::kSum:
      return {true, NaiveSum(numbers)};
    case Op::kAvg:
      return {true, NaiveMean(numbers)};
    case Op::kMin:
      return {true, extreme([](double a, double b) { return a < b; })};
    case Op::kMax:
      return {true, extreme([](double a, double b) { return a > b; })};
    case Op::kCount:
      return {true, static_cast<double>(numbers.size())};
    case Op::kGroup:
      return {true, 1};
    case Op::kStdvar:
      return {true, NaiveVariance(numbers)};
    case Op::kStddev:
      return {true, std::sqrt(NaiveVariance(numbers))};
    case Op::kQuantile:
      return {true, NaiveQuantile(parameter, numbers)};
    default:
      return {false, std::nullopt};
  }
}

}  // namespace promql
