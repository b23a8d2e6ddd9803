// How long parsing and printing take: text in, tree out, linear in its length.

#include <benchmark/benchmark.h>

#include <string>

#include "base/diagnostic.h"
#include "promql/check/parse.h"
#include "promql/syntax/printer.h"

namespace promql {
namespace {

// A sum of `terms` calls, which is what large generated queries look like.
std::string SumOfCalls(std::int64_t terms) {
  std::string query;
  for (std::int64_t i = 0; i < terms; ++i) {
    if (i > 0) query += i % 8 == 0 ? "\n  + " : " + ";
    query +=
        "sum by (environment) (rate(deployment_total{status=\"failed\"}[5m]))";
  }
  return query;
}

// Long chains of operators are deep trees.
constexpr ParserOptions kDeep = {.max_depth = 100'000};

void BM_Parse(benchmark::State& state) {
  const std::string query = SumOfCalls(state.range(0));
  for (auto _ : state) {
    base::Diagnostics diagnostics;
    benchmark::DoNotOptimize(Parse(query, diagnostics, kDeep));
    if (!diagnostics.ok()) state.SkipWithError("the query must parse");
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(query.size()));
  state.SetComplexityN(state.range(0));
}
BENCHMARK(BM_Parse)->RangeMultiplier(8)->Range(1, 512)->Complexity(
    benchmark::oN);

void BM_Print(benchmark::State& state) {
  const std::string query = SumOfCalls(state.range(0));
  base::Diagnostics diagnostics;
  const ExprPtr expr = Parse(query, diagnostics, kDeep);
  if (expr == nullptr) {
    state.SkipWithError("the query must parse");
    return;
  }
  std::size_t bytes = 0;
  for (auto _ : state) {
    const std::string text = Print(*expr);
    bytes += text.size();
    benchmark::DoNotOptimize(text.data());
  }
  base::Diagnostics again;
  const ExprPtr reparsed = Parse(Print(*expr), again, kDeep);
  if (reparsed == nullptr || !Equal(*expr, *reparsed)) {
    state.SkipWithError("what was printed must parse to the same tree");
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
  state.SetComplexityN(state.range(0));
}
BENCHMARK(BM_Print)->RangeMultiplier(8)->Range(1, 512)->Complexity(
    benchmark::oN);

}  // namespace
}  // namespace promql

BENCHMARK_MAIN();
