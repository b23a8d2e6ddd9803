// Blocks that Debian's Prometheus and promtool wrote: every sample that we read
// is what that server answers.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/json.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "promql/check/parse.h"
#include "promql/engine/compatibility.h"
#include "promql/engine/engine.h"
#include "promql/engine/result_json.h"
#include "promql/storage/data_source.h"
#include "promql/storage/memory.h"
#include "tests/support/prometheus.h"
#include "tests/support/sidecar.h"

namespace promql {
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr base::Timestamp kStart = 1'700'028'000'000;
constexpr base::Duration kMinute = 60'000;
constexpr char kAll[] = "{__name__=~\".+\"}";

// The samples of each series as the JSON has them, or one row with the error.
std::map<std::string, std::string> Rows(const std::string& answer) {
  const base::Source source("answer", answer);
  base::Diagnostics diagnostics;
  const auto json = base::ReadJson(source, diagnostics);
  if (!json.has_value() || json->TextOf("status") != "success") {
    return {{"error", answer}};
  }
  std::map<std::string, std::string> rows;
  for (const base::Json& row : json->Find("data")->Find("result")->elements) {
    base::LabelsBuilder labels;
    for (const base::JsonMember& label : row.Find("metric")->members) {
      labels.Set(label.name, label.value.text);
    }
    std::string& samples = rows[base::SeriesName(labels.Build())];
    for (const char* const kind : {"values", "histograms", "value"}) {
      const base::Json* const part = row.Find(kind);
      if (part == nullptr) continue;
      samples += source.text().substr(part->span.begin,
                                      part->span.end - part->span.begin);
    }
  }
  return rows;
}

// Where the two first differ; "" when they are the same.
std::string Difference(const std::map<std::string, std::string>& ours,
                       const std::map<std::string, std::string>& theirs) {
  for (const auto* const rows : {&ours, &theirs}) {
    for (const auto& [name, ignored] : *rows) {
      const auto one = ours.find(name);
      const auto other = theirs.find(name);
      if (one == ours.end()) return "lacks " + name;
      if (other == theirs.end()) return "makes up " + name;
      const auto [left, right] =
          std::ranges::mismatch(one->second, other->second);
      if (left == one->second.end() && right == other->second.end()) continue;
      const auto at = static_cast<std::size_t>(left - one->second.begin());
      const std::size_t begin = at < 60 ? 0 : at - 60;
      return absl::StrFormat("%s at %d: %s, of the server %s", name, at,
                             one->second.substr(begin, 120),
                             other->second.substr(begin, 120));
    }
  }
  return "";
}

std::string AskUs(const Storage& storage, std::string_view query,
                  base::Timestamp time) {
  base::Diagnostics diagnostics;
  const ExprPtr expr = Parse(query, diagnostics);
  EXPECT_NE(expr, nullptr) << query;
  EngineOptions engine;
  engine.compatibility = CompatibleWith({2, 42});
  const auto result =
      EvaluateInstant(storage, *expr, time, engine, diagnostics);
  if (!result.has_value()) return diagnostics.first_error().message;
  return ResultJson(*result, query, diagnostics);
}

// name{...} time value ..., a series a line; buckets without observations,
// which Prometheus adds when a layout grows, are not shown.
std::string Dump(const Storage& storage, const base::Matcher& matcher) {
  const auto set = storage.Select({matcher}, 0, kStart * 2);
  EXPECT_TRUE(set.ok()) << set.status();
  std::map<base::Labels, std::string> rows;
  for (const SeriesView& series : set->series) {
    std::string& row = rows[series.labels];
    for (std::size_t i = 0; i < series.times.size(); ++i) {
      absl::StrAppendFormat(&row, "%d ", series.times[i]);
      if (!series.histograms.empty() && series.histograms[i] != nullptr) {
        const base::FloatHistogram& histogram = *series.histograms[i];
        absl::StrAppendFormat(&row, "%d %g %s\n", histogram.schema,
                              histogram.zero_threshold,
                              base::ToString(histogram));
      } else if (IsStaleMarker(series.values[i])) {
        row += "stale\n";
      } else {
        absl::StrAppendFormat(&row, "%.17g\n", series.values[i]);
      }
    }
  }
  std::string text;
  for (const auto& [labels, row] : rows) {
    text += base::SeriesName(labels) + "\n" + row;
  }
  return text;
}

std::vector<std::string> Lines(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

class PrometheusBlocksTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!tests::HasPrometheus()) {
      GTEST_SKIP() << "Debian's prometheus is not installed";
    }
  }

  void Serve(const std::string& config = "{}") {
    server_ = std::make_unique<tests::Prometheus>(
        data(), config,
        std::vector<std::string>{"--web.enable-admin-api",
                                 "--web.enable-remote-write-receiver",
                                 "--enable-feature=native-histograms",
                                 "--storage.tsdb.retention.time=100y"});
    ASSERT_TRUE(server_->ok()) << server_->process().err();
  }

  void AddBlocks(const std::string& page, const std::string& longest) {
    const tests::Finished made =
        tests::Run({"promtool", "tsdb", "create-blocks-from", "openmetrics",
                    "--max-block-duration=" + longest,
                    folder_.Write("page", page), data()});
    ASSERT_EQ(made.status, 0) << made.err;
  }

  // Every sample until `end`, and what instant queries see on the way.
  void ExpectTheSame(const std::string& source, const std::string& selector,
                     base::Timestamp end) {
    const auto opened = OpenData({source}, {});
    ASSERT_TRUE(opened.ok()) << opened.status();
    const Storage& storage = *opened->storage;
    for (base::Timestamp time = kStart; time < end; time += 17 * kMinute) {
      ASSERT_EQ(Difference(Rows(AskUs(storage, selector, time)),
                           Rows(server_->Ask(selector, time))),
                "")
          << time;
    }
    const std::string all = selector + "[90d]";
    const auto rows = Rows(server_->Ask(all, end));
    EXPECT_GT(rows.size(), 1U) << rows.begin()->second;
    EXPECT_EQ(Difference(Rows(AskUs(storage, all, end)), rows), "");
  }

  // 2.42 takes in some float histograms only, its range selectors repeat them,
  // and its snapshots fail on gauges; so each that we read is compared with
  // what was written, and their number with the server's.
  void ExpectTheServersFloats(const Storage& storage, const Storage& written) {
    const auto floats = base::Matcher::Equal("__name__", "floats");
    const std::vector<std::string> all = Lines(Dump(written, floats));
    const std::vector<std::string> lines = Lines(Dump(storage, floats));
    for (const std::string& line : lines) EXPECT_THAT(all, Contains(line));
    EXPECT_THAT(
        server_->Ask("count_over_time(floats[9h])", kStart + 200 * kMinute),
        HasSubstr(absl::StrFormat("\"%d\"]", lines.size() - 1)));
    EXPECT_GT(lines.size(), 500U);
  }

  std::string data() const { return folder_.Path("data"); }

  tests::TemporaryFolder folder_;
  std::unique_ptr<tests::Prometheus> server_;
};

// Numbers whose bits change little, much and not at all.
double Wander(std::mt19937& random, double before) {
  switch (random() % 12) {
    case 0:
      return before + 1;
    case 1:
      return before * 1.0000001;
    case 2:
      return std::ldexp(static_cast<double>(random()),
                        static_cast<int>(random() % 600) - 300);
    case 3:
      return -before;
    case 4:
      return std::numeric_limits<double>::infinity();
    case 5:
      return std::nan("");
    case 6:
      return random() % 2 == 0 ? 0 : 9.9e-7;
    default:
      return std::isfinite(before) ? before : 1;
  }
}

std::string Number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return absl::StrFormat("%.17g", value);
}

// Samples at steady, shaky and far apart times.
std::string Page(std::uint32_t seed, int samples) {
  std::mt19937 random(seed);
  std::string page;
  for (int metric = 0; metric < 3; ++metric) {
    page += absl::StrFormat("# TYPE m%d gauge\n", metric);
    for (int series = 0; series < 4; ++series) {
      double value = 1;
      base::Timestamp time = kStart;
      for (int i = 0; i < samples; ++i) {
        value = Wander(random, value);
        page += absl::StrFormat(
            "m%d{series=\"%d\",name=\"\u00e9 \\\"%d\\\"\"} "
            "%s %d.%03d\n",
            metric, series, series % 2, Number(value), time / 1000,
            time % 1000);
        time += 15'000;
        if (series > 0) time += static_cast<int>(random() % 100);
        if (series > 2 && random() % 50 == 0) time += 30 * kMinute;
      }
    }
  }
  return page + "# EOF\n";
}

TEST_F(PrometheusBlocksTest, ManyBlocksAreRead) {
  AddBlocks(Page(1, 3'000), "2h");
  Serve();
  ExpectTheSame(data(), kAll, kStart + 40 * 60 * kMinute);
}

TEST_F(PrometheusBlocksTest, OverlappingBlocksAreMerged) {
  // The same series with some samples in both, and others between them.
  const auto page = [](base::Duration step) {
    std::string text = "# TYPE m gauge\n";
    for (base::Duration time = 0; time < 300 * kMinute; time += step) {
      text += absl::StrFormat("m %d %d\n", time / 1000, (kStart + time) / 1000);
    }
    return text + "# TYPE n gauge\nn 1 1700028000\n# EOF\n";
  };
  AddBlocks(page(15'000), "336h");
  AddBlocks(page(10'000), "2h");
  Serve();
  ExpectTheSame(data(), kAll, kStart + 310 * kMinute);
}

TEST_F(PrometheusBlocksTest, DeletedSamplesAreGone) {
  AddBlocks(Page(2, 1'000), "336h");
  Serve();
  const auto drop = [&](const std::string& match, int from, int to) {
    const net::HttpResponse answer = tests::Fetch(
        "POST",
        absl::StrFormat("%s/api/v1/admin/tsdb/delete_series?match[]=%s&start="
                        "%d&end=%d",
                        server_->url(), match, kStart / 1000 + from,
                        kStart / 1000 + to));
    ASSERT_EQ(answer.status, 204) << answer.body;
  };
  drop("m0", 600, 1200);
  drop("m0", 1500, 3000);
  drop("m1", 0, 1'000'000);
  ExpectTheSame(data(), kAll, kStart + 20 * 60 * kMinute);
}

TEST_F(PrometheusBlocksTest, OneBlockIsReadByItself) {
  AddBlocks(Page(3, 500), "336h");
  Serve();
  int blocks = 0;
  for (const auto& entry : std::filesystem::directory_iterator(data())) {
    if (!std::filesystem::exists(entry.path() / "meta.json")) continue;
    ++blocks;
    ExpectTheSame(entry.path().string(), kAll, kStart + 10 * 60 * kMinute);
  }
  EXPECT_EQ(blocks, 1);
}

// A histogram that observes, resets and changes its layout.
class Observed {
 public:
  explicit Observed(std::uint32_t seed) : random_(seed) { Lay(); }

  const base::FloatHistogram& Next() {
    if (random_() % 40 == 0) Lay();
    if (random_() % 60 == 0) {
      for (auto* runs : {&histogram_.positive, &histogram_.negative}) {
        for (double& count : runs->counts) count = 0;
      }
      histogram_.zero_count = 0;
    }
    for (auto* runs : {&histogram_.positive, &histogram_.negative}) {
      for (double& count : runs->counts) {
        if (random_() % 3 == 0) count += static_cast<double>(random_() % 1000);
      }
    }
    histogram_.zero_count += static_cast<double>(random_() % 3);
    histogram_.sum += static_cast<double>(random_()) / 7;
    histogram_.count = histogram_.zero_count;
    for (auto* runs : {&histogram_.positive, &histogram_.negative}) {
      for (const double count : runs->counts) histogram_.count += count;
    }
    return histogram_;
  }

 private:
  void Lay() {
    histogram_.schema = static_cast<int>(random_() % 13) - 4;
    histogram_.zero_threshold = random_() % 2 == 0 ? 0.001 : 0x1p-128;
    for (auto* runs : {&histogram_.positive, &histogram_.negative}) {
      runs->spans.clear();
      std::size_t buckets = 0;
      for (auto i = random_() % 4; i > 0; --i) {
        const auto length = static_cast<std::uint32_t>(random_() % 5 + 1);
        const int offset =
            static_cast<int>(random_() % 9) - (runs->spans.empty() ? 4 : -1);
        runs->spans.push_back({offset, length});
        buckets += length;
      }
      runs->counts.assign(buckets, 0);
    }
  }

  std::mt19937 random_;
  base::FloatHistogram histogram_;
};

TEST_F(PrometheusBlocksTest, ASnapshotWithNativeHistogramsIsRead) {
  Serve();
  MemoryStorage written;
  std::vector<Observed> observed;
  for (std::uint32_t i = 0; i < 4; ++i) observed.emplace_back(i);
  for (int part = 0; part < 10; ++part) {
    tests::RemoteWrite write;
    const auto add = [&](const base::Labels& labels, base::Timestamp time,
                         const base::FloatHistogram& histogram, bool floats) {
      write.Add(labels, time, histogram, floats);
      written.Append(labels, time,
                     std::make_shared<base::FloatHistogram>(histogram));
    };
    for (int i = 0; i < 60; ++i) {
      const base::Timestamp time = kStart + (part * 60 + i) * 15'000;
      add({{"__name__", "integers"}, {"i", "0"}}, time, observed[0].Next(),
          false);
      add({{"__name__", "floats"}, {"i", "0"}}, time, observed[1].Next(), true);
      // Series that end and come again.
      const base::Labels ends = {{"__name__", "ends"}};
      const base::Labels histogram_ends = {{"__name__", "histogram_ends"}};
      const double value = i % 20 == 7 ? StaleMarker() : i;
      write.Add(ends, time, value);
      written.Append(ends, time, value);
      if (i % 20 == 9) {
        base::FloatHistogram stale;
        stale.sum = StaleMarker();
        write.Add(histogram_ends, time, stale, false);
        written.Append(histogram_ends, time, StaleMarker());
      } else {
        add(histogram_ends, time, observed[2].Next(), false);
      }
    }
    ASSERT_EQ(write.SendTo(*server_), "");
  }
  const std::string snapshot = server_->Snapshot();
  ASSERT_NE(snapshot, "");
  const auto opened = OpenData({snapshot}, {});
  ASSERT_TRUE(opened.ok()) << opened.status();
  for (const char* const name : {"integers", "ends", "histogram_ends"}) {
    const auto series = base::Matcher::Equal("__name__", name);
    EXPECT_EQ(Difference({{name, Dump(*opened->storage, series)}},
                         {{name, Dump(written, series)}}),
              "");
  }
  ExpectTheServersFloats(*opened->storage, written);
  ExpectTheSame(snapshot, "{__name__=~\"integers|ends\"}",
                kStart + 170 * kMinute);
}

TEST_F(PrometheusBlocksTest, ALogBeyondTheBlocksIsNamed) {
  AddBlocks(Page(4, 100), "2h");
  Serve(
      "global: {scrape_interval: 1s}\n"
      "scrape_configs:\n"
      "- job_name: nothing\n"
      "  static_configs: [{targets: ['127.0.0.1:1']}]\n");
  ASSERT_TRUE(tests::Eventually(
      [&] {
        return server_->Ask("up", base::Now()).find("nothing") !=
               std::string::npos;
      },
      tests::milliseconds(30'000)));
  const auto opened = OpenData({data()}, {});
  ASSERT_TRUE(opened.ok()) << opened.status();
  ASSERT_EQ(opened->warnings.size(), 1U);
  EXPECT_THAT(opened->warnings[0],
              testing::AllOf(
                  HasSubstr("samples from 2023-11-15T0"),
                  HasSubstr(base::FormatTimestamp(base::Now()).substr(0, 11)),
                  HasSubstr("POST /api/v1/admin/tsdb/snapshot")));
  // What the warning says to read has them.
  const auto snapshot = OpenData({server_->Snapshot()}, {});
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  EXPECT_TRUE(snapshot->warnings.empty());
  EXPECT_GT(snapshot->span->end, base::Now() - 10 * kMinute);
}

}  // namespace
}  // namespace promql
