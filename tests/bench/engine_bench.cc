// What a sample of the answer costs: each shape of query over series x steps,
// in ns a series-step of what is read. Before a shape is timed, its answer on a
// small grid is compared with that of the naive twin.

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
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

struct Shape {
  const char* name;
  const char* query;
};

// `c_total` is a counter, `g` a gauge, `h_bucket` has ten buckets a histogram;
// each has all the series that a row of the benchmark names.
constexpr Shape kShapes[] = {
    {"Selection", "g"},
    {"Rate", "rate(c_total[5m])"},
    {"RateOfAnHour", "rate(c_total[1h])"},
    {"AvgOverAnHour", "avg_over_time(g[1h])"},
    {"MaxOverAnHour", "max_over_time(g[1h])"},
    {"SumBy", "sum by (group) (g)"},
    {"SumByRate", "sum by (group) (rate(c_total[5m]))"},
    {"JoinOneToOne", "c_total / on (group, n) g"},
    {"JoinGroupLeft",
     "c_total / on (group) group_left () sum by (group) (c_total)"},
    {"HistogramQuantile", "histogram_quantile(0.9, rate(h_bucket[5m]))"},
    {"Subquery", "max_over_time(rate(c_total[5m])[30m:1m])"},
};

using StoragePtr = std::shared_ptr<const MemoryStorage>;

class Data {
 public:
  Data(std::int64_t series, std::int64_t steps) : series_(series) {
    const std::int64_t samples = (kStart + steps * kStep) / kScrape + 1;
    for (std::int64_t i = 0; i < series; ++i) {
      Fill("c_total", i, samples, false);
      Fill("g", i, samples, true);
      Fill("h_bucket", i, samples, false);
    }
  }

  StoragePtr storage() const { return storage_; }

 private:
  void Fill(const char* name, std::int64_t i, std::int64_t samples,
            bool gauge) {
    const bool bucket = std::string_view(name) == "h_bucket";
    const std::int64_t number = bucket ? i / 10 : i;
    base::LabelsBuilder labels;
    labels.Set("__name__", name)
        .Set("group", std::to_string(number % 10))
        .Set("n", std::to_string(number / 10));
    // The last bucket of a histogram has no bound, also of an incomplete one.
    const bool last = i % 10 == 9 || i + 1 == series_;
    if (bucket) labels.Set("le", last ? "+Inf" : std::to_string(i % 10 + 1));
    auto& entry = storage_->Find(labels.Build());
    double value = static_cast<double>(i % 10) * 1000;
    for (std::int64_t s = 0; s < samples; ++s) {
      const auto step = static_cast<double>(Random(97));
      value = gauge ? step : value + step + static_cast<double>(i % 10) * 97;
      storage_->Append(entry, s * kScrape, value);
    }
  }

  std::uint64_t Random(std::uint64_t below) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return (state_ >> 33) % below;
  }

  std::int64_t series_;
  std::uint64_t state_ = 42;
  std::shared_ptr<MemoryStorage> storage_ = std::make_shared<MemoryStorage>();
};

// The shapes come one after the other over the same data; one set is kept.
StoragePtr DataOf(std::int64_t series, std::int64_t steps) {
  static auto* const last =
      new std::pair<std::pair<std::int64_t, std::int64_t>, StoragePtr>();
  if (last->second == nullptr || last->first != std::pair(series, steps)) {
    last->second.reset();
    *last = {{series, steps}, Data(series, steps).storage()};
  }
  return last->second;
}

bool Near(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return a == b || std::fabs(a - b) <= 1e-9 * std::fabs(a);
}

bool AgreesWithTwin(const Expr& expr) {
  constexpr std::int64_t kSeries = 40;
  const base::TimeGrid grid{kStart + 7, kStep, 10};
  static const auto* const storage =
      new StoragePtr(Data(kSeries, 12).storage());
  base::Diagnostics diagnostics;
  const auto result = EvaluateRange(**storage, expr, grid, {}, diagnostics);
  if (!result.has_value() || result->series.empty()) return false;
  std::map<base::Timestamp, std::map<base::Labels, double>> answer;
  for (const ResultSeries& series : result->series) {
    for (std::size_t i = 0; i < series.times.size(); ++i) {
      answer[series.times[i]][series.labels] = series.values[i];
    }
  }
  for (std::size_t i = 0; i < grid.steps; ++i) {
    const auto naive = EvaluateNaively(**storage, expr, grid.at(i));
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

void Run(benchmark::State& state, const Shape& shape) {
  base::Diagnostics diagnostics;
  const ExprPtr expr = Parse(shape.query, diagnostics);
  if (expr == nullptr || !AgreesWithTwin(*expr)) {
    state.SkipWithError("the answer is not the naive twin's");
    return;
  }
  const std::int64_t series = state.range(0);
  const std::int64_t steps = state.range(1);
  const StoragePtr storage = DataOf(series, steps);
  const base::TimeGrid grid{kStart + 7, kStep, static_cast<std::size_t>(steps)};
  for (auto _ : state) {
    auto result = EvaluateRange(*storage, *expr, grid, {}, diagnostics);
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
}

void Register() {
  // Three metrics of four samples a step: what is left out needs over 1 GB.
  constexpr std::int64_t kMostCells = 2'000'000;
  for (const std::int64_t series : {1, 1'000, 20'000}) {
    for (const std::int64_t steps : {1, 100, 10'000}) {
      if (series * steps > kMostCells) continue;
      for (const Shape& shape : kShapes) {
        benchmark::RegisterBenchmark(
            shape.name,
            [&shape](benchmark::State& state) { Run(state, shape); })
            ->Args({series, steps})
            ->ArgNames({"series", "steps"})
            ->Unit(benchmark::kMicrosecond);
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
