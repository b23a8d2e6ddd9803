// Debian's Prometheus as a source: by remote read and by range selectors it
// gives the samples that its own snapshot holds.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "net/http_client.h"
#include "net/http_server.h"
#include "promql/storage/data_source.h"
#include "tests/support/prometheus.h"

namespace promql {
namespace {

constexpr base::Timestamp kStart = 1'700'028'000'000;
constexpr base::Duration kHour = 3'600'000;

base::FloatHistogram Histogram(int i) {
  base::FloatHistogram histogram;
  histogram.schema = 2;
  histogram.zero_threshold = 0.001;
  histogram.zero_count = i;
  histogram.positive.spans = {{-3, 2}, {4, 1}};
  histogram.positive.counts = {1.0 + i, 2.0 + 2 * i, 3.0};
  histogram.negative.spans = {{1, 1}};
  histogram.negative.counts = {4.0 + i};
  histogram.count = 10 + 5 * i;
  histogram.sum = 0.1 * i;
  return histogram;
}

class PrometheusServerTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!tests::HasPrometheus()) {
      GTEST_SKIP() << "Debian's prometheus is not installed";
    }
    server_ = std::make_unique<tests::Prometheus>(
        folder_.Path("data"),
        "global: {external_labels: {cluster: eu, own: same}}",
        std::vector<std::string>{"--web.enable-admin-api",
                                 "--web.enable-remote-write-receiver",
                                 "--enable-feature=native-histograms",
                                 "--storage.tsdb.retention.time=100y"});
    ASSERT_TRUE(server_->ok()) << server_->process().err();
    Fill();
  }

  void Fill() {
    for (int part = 0; part < 10; ++part) {
      tests::RemoteWrite write;
      for (int i = part * 200; i < part * 200 + 200; ++i) {
        const base::Timestamp time = kStart + i * 15'000 + i % 7;
        // Its own label has the external one's value.
        write.Add({{"__name__", "n"}, {"own", "same"}, {"series", "0"}}, time,
                  i);
        write.Add({{"__name__", "n"}, {"series", "1"}}, time, i);
        // Two that remote read makes one of.
        write.Add({{"__name__", "twins"}, {"own", "same"}}, time, i);
        write.Add({{"__name__", "twins"}}, time, -i);
        for (int series = 0; series < 5; ++series) {
          write.Add({{"__name__", "m"},
                     {"own", series == 0 ? "other" : ""},
                     {"series", std::to_string(series)}},
                    time, i % 100 == 99 ? StaleMarker() : i * 0.1 + series);
        }
        write.Add({{"__name__", "h"}}, time, Histogram(i), false);
      }
      ASSERT_EQ(write.SendTo(*server_), "");
    }
  }

  // Range selectors do not say the hint, nor where an empty bucket ends.
  static std::string Text(const base::FloatHistogram& histogram, bool exact) {
    return exact ? base::TestExpression(histogram)
                 : absl::StrFormat("%d %s", histogram.schema,
                                   base::ToString(histogram));
  }

  // Every sample of a source, a line each.
  static std::string Dump(const std::string& source, const char* metric,
                          bool exact) {
    const auto data = OpenData({source}, {});
    if (!data.ok()) return std::string(data.status().message());
    const auto set =
        data->storage->Select({base::Matcher::Equal("__name__", metric)},
                              kStart, kStart + 10 * kHour);
    if (!set.ok()) return std::string(set.status().message());
    std::map<base::Labels, std::string> rows;
    for (const SeriesView& series : set->series) {
      std::string& row = rows[series.labels];
      for (std::size_t i = 0; i < series.times.size(); ++i) {
        const bool histogram =
            !series.histograms.empty() && series.histograms[i] != nullptr;
        const bool stale = !histogram && IsStaleMarker(series.values[i]);
        if (stale && !exact) continue;
        row +=
            absl::StrFormat("%d %s\n", series.times[i],
                            histogram ? Text(*series.histograms[i], exact)
                            : stale   ? "stale"
                                    : absl::StrFormat("%a", series.values[i]));
      }
    }
    std::string text;
    for (const auto& [labels, row] : rows) {
      text += base::SeriesName(labels) + "\n" + row;
    }
    return text;
  }

  tests::TemporaryFolder folder_;
  std::unique_ptr<tests::Prometheus> server_;
};

TEST_F(PrometheusServerTest, RemoteReadGivesWhatTheSnapshotHolds) {
  const std::string snapshot = server_->Snapshot();
  for (const char* const metric : {"m", "h", "n", "twins"}) {
    const std::string held = Dump(snapshot, metric, true);
    EXPECT_THAT(held, testing::HasSubstr("\n170"));
    EXPECT_TRUE(Dump(server_->url(), metric, true) == held) << metric;
  }
}

// Before a server that has no remote read.
TEST_F(PrometheusServerTest, RangeSelectorsGiveAllButStaleMarkers) {
  const std::string snapshot = server_->Snapshot();
  int remote_reads = 0;
  const auto proxy = net::HttpServer::Start(
      {}, [&](const net::HttpRequest& request) -> net::HttpResponse {
        if (request.path == "/api/v1/read") {
          ++remote_reads;
          return {.status = 404};
        }
        auto response = net::Send(
            {.method = "POST",
             .url = server_->url() + request.path,
             .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
             .body = request.body});
        if (!response.ok()) return {.status = 502};
        return {.status = response->status, .body = response->body};
      });
  ASSERT_TRUE(proxy.ok());
  const std::string url = "http://" + (*proxy)->address();
  for (const char* const metric : {"m", "h"}) {
    const std::string held = Dump(snapshot, metric, false);
    EXPECT_THAT(held, testing::HasSubstr("\n170"));
    EXPECT_TRUE(Dump(url, metric, false) == held) << metric;
  }
  EXPECT_EQ(remote_reads, 2);
}

TEST_F(PrometheusServerTest, ExternalLabelsSelectNothing) {
  const auto data = OpenData({server_->url()}, {});
  ASSERT_TRUE(data.ok());
  const auto count = [&](const char* name, const char* value,
                         const char* metric = "m") {
    const auto set =
        data->storage->Select({base::Matcher::Equal("__name__", metric),
                               base::Matcher::Equal(name, value)},
                              kStart, kStart + kHour);
    EXPECT_TRUE(set.ok()) << set.status();
    return set->series.size();
  };
  EXPECT_EQ(count("cluster", "eu"), 0U);
  EXPECT_EQ(count("own", "other"), 1U);
  EXPECT_EQ(count("series", "3"), 1U);
  EXPECT_EQ(count("own", "same"), 0U);
  EXPECT_EQ(count("own", "same", "n"), 1U);
  EXPECT_EQ(count("own", "", "n"), 1U);
  EXPECT_EQ(count("own", "same", "twins"), 1U);
  EXPECT_EQ(count("own", "", "twins"), 1U);
}

}  // namespace
}  // namespace promql
