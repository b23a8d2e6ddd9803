// What a step of a series costs: each shape of query over series x steps, in ns
// a series-step of what is read, MB of samples read a second, and the
// complexity in series x steps. Before a shape is timed, its answer on a small
// grid is compared with that of the naive twin.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include "promql/check/parse.h"
#include "promql/engine/engine.h"
#include "promql/storage/memory.h"
#include "tests/promql/naive_evaluator.h"

namespace promql {
namespace {

constexpr base::Duration kScrape = 15'000;
constexpr base::Duration kStep = 60'000;
// Queries begin where the longest window is full.
constexpr base::Timestamp kStart = 3'600'000;

// What series there are: the metrics have all the series that a row of the
// benchmark names. `c_total` is a counter, `g` a gauge, `ratio` one of full
// mantissas, `h_bucket` has ten buckets a histogram, `native` are exponential
// histograms, of which `count_total` is the count.
enum Metrics : unsigned {
  kCounter = 1,
  kGauge = 2,
  kRatio = 4,
  kBuckets = 8,
  kNative = 16,
};

struct Shape {
  const char* name;
  const char* query;
  unsigned metrics;
  // What the naive twin is asked: it knows floats only.
  const char* twin = nullptr;
};

constexpr Shape kShapes[] = {
    {"Selection", "g", kGauge},
    {"Rate", "rate(c_total[5m])", kCounter},
    {"RateOfAnHour", "rate(c_total[1h])", kCounter},
    {"AvgOverAnHour", "avg_over_time(g[1h])", kGauge},
    {"AvgOfRatios", "avg_over_time(ratio[1h])", kRatio},
    {"MaxOverAnHour", "max_over_time(g[1h])", kGauge},
    {"SumBy", "sum by (group) (g)", kGauge},
    {"SumByRate", "sum by (group) (rate(c_total[5m]))", kCounter},
    {"JoinOneToOne", "c_total / on (group, n) g", kCounter | kGauge},
    {"JoinGroupLeft",
     "c_total / on (group) group_left () sum by (group) (c_total)", kCounter},
    {"HistogramQuantile", "histogram_quantile(0.9, rate(h_bucket[5m]))",
     kBuckets},
    {"Subquery", "max_over_time(rate(c_total[5m])[30m:1m])", kCounter},
    {"NativeRate", "histogram_count(rate(native[5m]))", kNative,
     "rate(count_total[5m])"},
    {"NativeSumBy", "histogram_count(sum by (group) (native))", kNative,
     "sum by (group) (count_total)"},
};

using StoragePtr = std::shared_ptr<const MemoryStorage>;

class Data {
 public:
  Data(std::int64_t series, std::int64_t steps, unsigned metrics)
      : series_(series), samples_((kStart + steps * kStep) / kScrape + 1) {
    for (std::int64_t i = 0; i < series; ++i) {
      if ((metrics & kCounter) != 0) FillCounter("c_total", i);
      if ((metrics & kGauge) != 0) FillGauge("g", i, 1);
      if ((metrics & kRatio) != 0) FillGauge("ratio", i, 3e6);
      if ((metrics & kBuckets) != 0) FillCounter("h_bucket", i);
      if ((metrics & kNative) != 0) FillNative(i);
    }
  }

  StoragePtr storage() const { return storage_; }

 private:
  MemoryStorage::Entry& Entry(const char* name, std::int64_t i) {
    const bool bucket = std::string_view(name) == "h_bucket";
    const std::int64_t number = bucket ? i / 10 : i;
    base::LabelsBuilder labels;
    labels.Set("__name__", name)
        .Set("group", std::to_string(number % 10))
        .Set("n", std::to_string(number / 10));
    // The last bucket of a histogram has no bound, also of an incomplete one.
    const bool last = i % 10 == 9 || i + 1 == series_;
    if (bucket) labels.Set("le", last ? "+Inf" : std::to_string(i % 10 + 1));
    return storage_->Find(labels.Build());
  }

  void FillCounter(const char* name, std::int64_t i) {
    auto& entry = Entry(name, i);
    const auto base = static_cast<double>(i % 10);
    double value = base * 1000;
    for (std::int64_t s = 0; s < samples_; ++s) {
      value += static_cast<double>(Random(97)) + base * 97;
      storage_->Append(entry, s * kScrape, value);
    }
  }

  void FillGauge(const char* name, std::int64_t i, double divisor) {
    auto& entry = Entry(name, i);
    for (std::int64_t s = 0; s < samples_; ++s) {
      storage_->Append(entry, s * kScrape,
                       static_cast<double>(Random(97)) / divisor);
    }
  }

  void FillNative(std::int64_t i) {
    const auto number = std::to_string(i / 10);
    const auto group = std::to_string(i % 10);
    const base::Labels native = {
        {"__name__", "native"}, {"group", group}, {"n", number}};
    const base::Labels count = {
        {"__name__", "count_total"}, {"group", group}, {"n", number}};
    base::FloatHistogram histogram;
    histogram.positive.spans = {{0, 20}};
    histogram.positive.counts.assign(20, 0);
    for (std::int64_t s = 0; s < samples_; ++s) {
      const auto added = static_cast<double>(Random(97));
      histogram.positive.counts[Random(20)] += added;
      histogram.count += added;
      histogram.sum += added;
      storage_->Append(native, s * kScrape,
                       std::make_shared<base::FloatHistogram>(histogram));
      storage_->Append(count, s * kScrape, histogram.count);
    }
  }

  std::uint64_t Random(std::uint64_t below) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return (state_ >> 33) % below;
  }

  std::int64_t series_;
  std::int64_t samples_;
  std::uint64_t state_ = 42;
  std::shared_ptr<MemoryStorage> storage_ = std::make_shared<MemoryStorage>();
};

// The one set that was asked for last is kept.
StoragePtr DataOf(std::int64_t series, std::int64_t steps, unsigned metrics) {
  using Key = std::tuple<std::int64_t, std::int64_t, unsigned>;
  static auto* const last = new std::pair<Key, StoragePtr>();
  const Key key(series, steps, metrics);
  if (last->second == nullptr || last->first != key) {
    last->second.reset();
    *last = {key, Data(series, steps, metrics).storage()};
  }
  return last->second;
}

bool Near(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return a == b || std::fabs(a - b) <= 1e-9 * std::fabs(a);
}

bool AgreesWithTwin(const Expr& expr, const Expr& twin, unsigned metrics) {
  constexpr std::int64_t kSeries = 40;
  const base::TimeGrid grid{kStart + 7, kStep, 10};
  const StoragePtr storage = Data(kSeries, 12, metrics).storage();
  base::Diagnostics diagnostics;
  const auto result = EvaluateRange(*storage, expr, grid, {}, diagnostics);
  if (!result.has_value() || result->series.empty()) return false;
  std::map<base::Timestamp, std::map<base::Labels, double>> answer;
  for (const ResultSeries& series : result->series) {
    for (std::size_t i = 0; i < series.times.size(); ++i) {
      answer[series.times[i]][series.labels] = series.values[i];
    }
  }
  for (std::size_t i = 0; i < grid.steps; ++i) {
    const auto naive = EvaluateNaively(*storage, twin, grid.at(i));
    if (!naive.has_value()) return false;
    const auto& ours = answer[grid.at(i)];
    if (ours.size() != naive->samples.size()) return false;
    for (const auto& [labels, value] : naive->samples) {
      const auto found = ours.find(labels);
      if (found == ours.end() || !Near(found->second, value)) return false;
    }
  }
  return true;
}

// 8 bytes of value and 8 of time for each sample that the steps reach.
std::int64_t BytesRead(std::int64_t series, std::int64_t steps) {
  return series * std::max<std::int64_t>(1, steps * (kStep / kScrape)) * 16;
}

// What a row holds at its peak: the samples of each of its metrics, whose times
// are shared, and some three columns of results. A native histogram and the
// float beside it are some 600 bytes.
std::int64_t BytesHeld(const Shape& shape, std::int64_t series,
                       std::int64_t steps) {
  const std::int64_t samples = (kStart + steps * kStep) / kScrape + 1;
  const auto metrics = static_cast<std::int64_t>(std::popcount(shape.metrics));
  const std::int64_t sample = shape.metrics == kNative ? 600 : 9 * metrics;
  return series * (samples * sample + steps * 50);
}

// Of the machine, now; without Linux there is no bound.
std::int64_t BytesAvailable() {
  std::ifstream file("/proc/meminfo");
  std::string name;
  std::int64_t kilobytes = 0;
  for (std::string rest; file >> name >> kilobytes; std::getline(file, rest)) {
    if (name == "MemAvailable:") return kilobytes * 1024;
  }
  return std::numeric_limits<std::int64_t>::max();
}

// Says so where memory does not allow a row.
bool IsTooLarge(const Shape& shape, std::int64_t series, std::int64_t steps) {
  const std::int64_t held = BytesHeld(shape, series, steps);
  const std::int64_t available = BytesAvailable();
  // Others work on the machine too.
  if (held <= available / 10 * 6) return false;
  std::fprintf(stderr,
               "left out: %s with %lld series and %lld steps would hold about "
               "%.1f GB, and of the %.1f GB available six tenths are used\n",
               shape.name, static_cast<long long>(series),
               static_cast<long long>(steps), static_cast<double>(held) / 1e9,
               static_cast<double>(available) / 1e9);
  return true;
}

void Run(benchmark::State& state, const Shape& shape) {
  base::Diagnostics diagnostics;
  const ExprPtr expr = Parse(shape.query, diagnostics);
  const ExprPtr twin =
      Parse(shape.twin == nullptr ? shape.query : shape.twin, diagnostics);
  if (expr == nullptr || twin == nullptr ||
      !AgreesWithTwin(*expr, *twin, shape.metrics)) {
    state.SkipWithError("the answer is not the naive twin's");
    return;
  }
  const std::int64_t series = state.range(0);
  const std::int64_t steps = state.range(1);
  const StoragePtr storage = DataOf(series, steps, shape.metrics);
  const base::TimeGrid grid{kStart + 7, kStep, static_cast<std::size_t>(steps)};
  // The largest rows are beyond the default budgets.
  EngineOptions options;
  options.max_samples = std::numeric_limits<std::size_t>::max();
  options.timeout = 3'600'000;
  for (auto _ : state) {
    auto result = EvaluateRange(*storage, *expr, grid, options, diagnostics);
    if (!result.has_value()) {
      state.SkipWithError("the query fails");
      return;
    }
    benchmark::DoNotOptimize(result);
  }
  const auto cells = static_cast<double>(series * steps);
  state.counters["per_series_step"] =
      benchmark::Counter(cells, benchmark::Counter::kIsIterationInvariantRate |
                                    benchmark::Counter::kInvert);
  state.SetBytesProcessed(state.iterations() * BytesRead(series, steps));
  state.SetComplexityN(series * steps);
}

// The text of all shapes, again and again.
void RunParse(benchmark::State& state) {
  std::string query;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    if (i > 0) query += " or ";
    query += kShapes[static_cast<std::size_t>(i) % std::size(kShapes)].query;
  }
  constexpr ParserOptions kDeep = {.max_depth = 100'000};
  for (auto _ : state) {
    base::Diagnostics diagnostics;
    benchmark::DoNotOptimize(Parse(query, diagnostics, kDeep));
    if (!diagnostics.ok()) state.SkipWithError("the query must parse");
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(query.size()));
  state.SetComplexityN(state.range(0));
}

void Register() {
  benchmark::RegisterBenchmark("Parse", RunParse)
      ->RangeMultiplier(8)
      ->Range(1, 512)
      ->Complexity(benchmark::oN);
  for (const Shape& shape : kShapes) {
    auto* const family = benchmark::RegisterBenchmark(
        shape.name, [&shape](benchmark::State& state) { Run(state, shape); });
    family->ArgNames({"series", "steps"})
        ->Unit(benchmark::kMicrosecond)
        ->Complexity(benchmark::oN);
    for (const std::int64_t series : {1, 100, 10'000}) {
      for (const std::int64_t steps : {1, 1'000, 20'000}) {
        if (!IsTooLarge(shape, series, steps)) family->Args({series, steps});
      }
    }
  }
}

}  // namespace
}  // namespace promql

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  promql::Register();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
