// Loads a page of metrics once, then answers range queries and says how long
// each took: what vs_prometheus.sh holds against Prometheus.
//
//   range_bench PAGE REPETITIONS
//
// Reads lines "FILE START END STEP QUERY", in seconds, on standard input. For
// each it writes the answer's JSON to FILE and prints a line: seconds to the
// result in memory, to the last byte of its JSON, points. The times are the
// best of the repetitions.

#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>

#include "promql/check/parse.h"
#include "promql/engine/engine.h"
#include "promql/engine/result_json.h"
#include "promql/storage/exposition.h"

namespace {

class Clock {
 public:
  double Seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() -
                                         start_)
        .count();
  }

 private:
  std::chrono::steady_clock::time_point start_ =
      std::chrono::steady_clock::now();
};

double HeapBytes() {
  const auto heap = mallinfo2();
  return static_cast<double>(heap.uordblks + heap.hblkhd);
}

std::optional<promql::MemoryStorage> Load(const char* path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  const base::Source source(path, std::move(text).str());
  const double before = HeapBytes();
  const Clock clock;
  base::Diagnostics diagnostics;
  auto storage = promql::LoadExposition(source, {}, diagnostics);
  if (!storage.has_value()) {
    std::fprintf(stderr, "%s\n", diagnostics.first_error().message.c_str());
    return std::nullopt;
  }
  const double seconds = clock.Seconds();
  const auto samples = static_cast<double>(storage->sample_count());
  std::fprintf(stderr,
               "loaded %zu series, %.0f samples in %.2f s: %.0f MB/s of text, "
               "%.1f bytes a sample held\n",
               storage->series_count(), samples, seconds,
               static_cast<double>(source.text().size()) / 1e6 / seconds,
               (HeapBytes() - before) / samples);
  return storage;
}

struct Timing {
  double memory = 1e9;
  double last_byte = 1e9;
  std::size_t points = 0;
};

std::optional<Timing> Ask(const promql::MemoryStorage& storage,
                          const std::string& query, const base::TimeGrid& grid,
                          int repetitions, const std::string& path) {
  Timing best;
  std::string json;
  for (int i = 0; i < repetitions; ++i) {
    const Clock clock;
    base::Diagnostics diagnostics;
    const promql::ExprPtr expr = promql::Parse(query, diagnostics);
    if (expr == nullptr) return std::nullopt;
    const auto result =
        promql::EvaluateRange(storage, *expr, grid, {}, diagnostics);
    if (!result.has_value()) return std::nullopt;
    best.memory = std::min(best.memory, clock.Seconds());
    json = promql::ResultJson(*result, query, diagnostics);
    best.last_byte = std::min(best.last_byte, clock.Seconds());
    best.points = 0;
    for (const auto& series : result->series) {
      best.points += series.times.size();
    }
  }
  std::ofstream(path) << json;
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "range_bench PAGE REPETITIONS\n");
    return 2;
  }
  const auto storage = Load(argv[1]);
  if (!storage.has_value()) return 1;
  std::string path;
  std::string query;
  base::Timestamp start = 0;
  base::Timestamp end = 0;
  base::Duration step = 0;
  while (std::cin >> path >> start >> end >> step &&
         std::getline(std::cin >> std::ws, query)) {
    const auto grid =
        base::TimeGrid::Range(start * 1000, end * 1000, step * 1000);
    const auto timing = Ask(*storage, query, grid, std::atoi(argv[2]), path);
    if (!timing.has_value()) {
      std::fprintf(stderr, "the query fails: %s\n", query.c_str());
      return 1;
    }
    std::printf("%.6f %.6f %zu\n", timing->memory, timing->last_byte,
                timing->points);
    std::fflush(stdout);
  }
  return 0;
}
