// Generated queries: with --compat 2.42 the engine answers what Debian's
// Prometheus 2.42 does.

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/json.h"
#include "gtest/gtest.h"
#include "net/http_client.h"
#include "net/url.h"
#include "promql/check/parse.h"
#include "promql/engine/compatibility.h"
#include "promql/engine/engine.h"
#include "tests/promql/generated_series.h"
#include "tests/promql/query_generator.h"
#include "tests/support/process.h"

namespace promql {
namespace {

constexpr tests::milliseconds kDeadline(60'000);
constexpr base::Version kDebian = {2, 42};

int QueryCount() {
  const char* count = std::getenv("ROLLWATCH_GENERATED_QUERIES");
  return count != nullptr ? std::atoi(count) : 3'000;
}

// Other queries for another one.
std::uint64_t Seed() {
  const char* seed = std::getenv("ROLLWATCH_GENERATED_SEED");
  return seed != nullptr ? std::strtoull(seed, nullptr, 10) : 3;
}

using Samples = std::map<base::Timestamp, double>;
using Answer = std::map<base::Labels, Samples>;

struct Outcome {
  std::string error;  // "" when it has an answer.
  Answer answer;
};

Outcome ReadAnswer(const std::string& body) {
  const base::Source source("answer", body);
  base::Diagnostics diagnostics;
  const auto json = base::ReadJson(source, diagnostics);
  if (!json.has_value()) return {"no JSON: " + body, {}};
  if (json->TextOf("status") != "success") {
    return {"error: " + std::string(json->TextOf("error")), {}};
  }
  Outcome outcome;
  for (const base::Json& row : json->Find("data")->Find("result")->elements) {
    base::LabelsBuilder labels;
    for (const base::JsonMember& label : row.Find("metric")->members) {
      labels.Set(label.name, label.value.text);
    }
    Samples& samples = outcome.answer[labels.Build()];
    for (const base::Json& point : row.Find("values")->elements) {
      samples[std::llround(point.elements[0].number * 1000)] =
          std::strtod(point.elements[1].text.c_str(), nullptr);
    }
  }
  return outcome;
}

// A server on the generated series.
class Server {
 public:
  bool Start(const std::vector<GeneratedSeries>& series) {
    const std::string page = folder_.Write("page", OpenMetricsPage(series));
    const tests::Finished blocks =
        tests::Run({"promtool", "tsdb", "create-blocks-from", "openmetrics",
                    "--max-block-duration=336h", page, folder_.Path("data")});
    if (blocks.status != 0) std::fputs(blocks.err.c_str(), stderr);
    process_ = std::make_unique<tests::Process>(std::vector<std::string>{
        "prometheus", "--config.file", folder_.Write("config.yml", "{}"),
        "--storage.tsdb.path", folder_.Path("data"),
        "--storage.tsdb.retention.time=100y", "--web.listen-address",
        "127.0.0.1:0"});
    const std::string address =
        process_->WaitForText("msg=\"Listening on\" address=", kDeadline);
    url_ = "http://" + address;
    return blocks.status == 0 && !address.empty() &&
           tests::Eventually([this] { return Get("/-/ready").first == 200; },
                             kDeadline);
  }

  Outcome Ask(const std::string& query, const base::TimeGrid& grid) const {
    return ReadAnswer(
        Get(absl::StrFormat("/api/v1/query_range?start=%d&end=%d&"
                            "step=%d&query=%s",
                            grid.start / 1000, grid.end() / 1000,
                            grid.step / 1000, net::PercentEncode(query)))
            .second);
  }

 private:
  std::pair<int, std::string> Get(const std::string& path) const {
    const auto response = net::Send({.url = url_ + path});
    if (!response.ok()) return {0, std::string(response.status().message())};
    return {response->status, response->body};
  }

  tests::TemporaryFolder folder_;
  std::unique_ptr<tests::Process> process_;
  std::string url_;
};

Outcome AskEngine(const MemoryStorage& storage, const std::string& query,
                  const base::TimeGrid& grid) {
  base::Diagnostics diagnostics;
  const ExprPtr expr = Parse(query, diagnostics);
  if (expr == nullptr) return {PrometheusError(query, diagnostics), {}};
  EngineOptions options;
  options.compatibility = CompatibleWith(kDebian);
  const auto result = EvaluateRange(storage, *expr, grid, options, diagnostics);
  if (!result.has_value()) return {diagnostics.first_error().message, {}};
  Outcome outcome;
  for (const ResultSeries& series : result->series) {
    Samples& samples = outcome.answer[series.labels];
    for (std::size_t i = 0; i < series.times.size(); ++i) {
      samples[series.times[i]] = series.values[i];
    }
  }
  return outcome;
}

bool Same(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}

bool Near(double a, double b) {
  return Same(a, b) || std::fabs(a - b) <=
                           1e-9 * std::max(std::fabs(a), std::fabs(b)) + 1e-12;
}

// "" when they say the same.
std::string Difference(const Outcome& engine, const Outcome& server,
                       bool (*equal)(double, double)) {
  if (engine.error.empty() != server.error.empty()) {
    return absl::StrFormat("error \"%s\", of the server \"%s\"", engine.error,
                           server.error);
  }
  std::set<base::Labels> all;
  for (const Outcome* outcome : {&engine, &server}) {
    for (const auto& [labels, samples] : outcome->answer) all.insert(labels);
  }
  for (const base::Labels& labels : all) {
    const auto ours = engine.answer.find(labels);
    const auto theirs = server.answer.find(labels);
    const std::string name = base::ToString(labels);
    if (ours == engine.answer.end()) return "lacks " + name;
    if (theirs == server.answer.end()) return "makes up " + name;
    if (ours->second.size() != theirs->second.size()) {
      return absl::StrFormat("%s: %d samples, of the server %d", name,
                             ours->second.size(), theirs->second.size());
    }
    for (const auto& [time, value] : theirs->second) {
      const auto found = ours->second.find(time);
      if (found == ours->second.end()) return name + ": other times";
      if (equal(found->second, value)) continue;
      return absl::StrFormat("%s at %d: %.17g, of the server %.17g", name, time,
                             found->second, value);
    }
  }
  return "";
}

bool IsTelling(const Outcome& outcome) {
  std::set<double> values;
  for (const auto& [labels, samples] : outcome.answer) {
    for (const auto& [time, value] : samples) {
      if (!std::isnan(value)) values.insert(value);
    }
  }
  return values.size() > 1;
}

bool IsKnownTo242(std::string_view name) {
  if (const Function* function = FindFunction(name)) {
    return function->since <= kDebian;
  }
  return std::ranges::any_of(base::kAggregationOps,
                             [&](const base::AggregationOpRow& row) {
                               return row.name == name && row.since <= kDebian;
                             });
}

// Whether the server, asked again, gives another answer than `first`: 2.42 adds
// what functions gave it in the order of a Go map, which shows in the variance
// of great numbers.
bool Varies(const Server& server, const std::string& query,
            const base::TimeGrid& grid, const Outcome& first) {
  for (int i = 0; i < 30; ++i) {
    if (!Difference(server.Ask(query, grid), first, Near).empty()) return true;
  }
  return false;
}

// Steps that meet samples exactly, and others.
base::TimeGrid RandomGrid(Random& random) {
  constexpr base::Duration kSteps[] = {15'000, 30'000, 37'000, 60'000, 101'000};
  return {kGeneratedStart + 1'200'000 +
              static_cast<base::Duration>(random.Below(60)) * 5'000,
          random.Pick(kSteps), 1 + random.Below(12)};
}

struct Counts {
  int telling = 0;
  int failed = 0;
  int inexact = 0;  // The last bits of a value differ, or more.
  int differences = 0;
  int varying = 0;
};

void PrintSummary(int queries, const Counts& counts,
                  const std::map<std::string, int>& covered) {
  std::printf(
      "%d generated queries, seed %llu: %d (%.1f %%) have a result that is "
      "neither empty nor constant, %d fail on both sides, %d are equal to the "
      "last bit, %d differ by more than 1e-9, %d differ so between two runs of "
      "the server too\n"
      "%zu functions and operators covered:",
      queries, static_cast<unsigned long long>(Seed()), counts.telling,
      100.0 * counts.telling / queries, counts.failed, queries - counts.inexact,
      counts.differences, counts.varying, covered.size());
  for (const auto& [name, times] : covered) {
    std::printf(" %s %d", name.c_str(), times);
  }
  std::printf("\n");
}

TEST(GeneratedQueries, AnswerAsPrometheus242Does) {
  const tests::Finished version = tests::Run({"prometheus", "--version"});
  if (version.status != 0 ||
      (version.out + version.err).find("version 2.42.") == std::string::npos) {
    GTEST_SKIP() << "Prometheus 2.42 is not installed";
  }
  const std::vector<GeneratedSeries> series = GenerateSeries(false);
  const MemoryStorage storage = Store(series);
  Server server;
  ASSERT_TRUE(server.Start(series));
  QueryGenerator generator(Seed(), IsKnownTo242);
  Random random(Seed() + 1);
  const int count = QueryCount();
  Counts counts;
  for (int i = 0; i < count && counts.differences < 40; ++i) {
    const std::string query = generator.Next();
    const base::TimeGrid grid = RandomGrid(random);
    const Outcome theirs = server.Ask(query, grid);
    counts.telling += IsTelling(theirs) ? 1 : 0;
    counts.failed += theirs.error.empty() ? 0 : 1;
    const Outcome ours = AskEngine(storage, query, grid);
    if (Difference(ours, theirs, Same).empty()) continue;
    ++counts.inexact;
    const std::string difference = Difference(ours, theirs, Near);
    if (difference.empty()) continue;
    if (Varies(server, query, grid, theirs)) {
      ++counts.varying;
      continue;
    }
    ++counts.differences;
    ADD_FAILURE() << query << "\nfrom " << grid.start / 1000 << " step "
                  << grid.step / 1000 << " steps " << grid.steps << ": "
                  << difference;
  }
  PrintSummary(count, counts, generator.covered());
  EXPECT_GE(counts.telling * 10, count * 7);
  // Sums of what the server adds in the order of a Go map.
  EXPECT_LE(counts.inexact, 2 + count / 50);
  EXPECT_LE(counts.varying, 1 + count / 1000);
  for (const Function& function : Functions()) {
    EXPECT_EQ(generator.covered().contains(std::string(function.name)),
              IsKnownTo242(function.name))
        << function.name;
  }
  for (const base::AggregationOpRow& row : base::kAggregationOps) {
    EXPECT_EQ(generator.covered().contains(std::string(row.name)),
              IsKnownTo242(row.name))
        << row.name;
  }
  for (const base::BinaryOpRow& row : base::kBinaryOps) {
    EXPECT_EQ(generator.covered().contains(std::string(row.text)),
              row.since <= kDebian)
        << row.text;
  }
}

}  // namespace
}  // namespace promql
