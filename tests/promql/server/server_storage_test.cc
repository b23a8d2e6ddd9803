// A server that tests play: paging, attempts, credentials, errors.

#include "promql/storage/server/server_storage.h"

#include <cmath>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "net/http_server.h"
#include "net/url.h"
#include "promql/storage/server/own_labels.h"

namespace promql::server {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr base::Timestamp kStart = 1'700'028'000'000;
constexpr base::Duration kHour = 3'600'000;

struct Query {
  std::string selector;
  base::Timestamp end = 0;
  base::Duration length = 0;
};

Query ReadQuery(const net::HttpRequest& request) {
  Query query;
  for (const net::Parameter& parameter : net::ParseQuery(request.body)) {
    if (parameter.name == "time") {
      query.end = std::llround(std::stod(parameter.value) * 1000);
    }
    if (parameter.name != "query") continue;
    const std::size_t bracket = parameter.value.rfind('[');
    query.selector = parameter.value.substr(0, bracket);
    query.length = std::stoll(parameter.value.substr(bracket + 1));
  }
  return query;
}

// Has "up" once a minute, its value the minute; knows range selectors only,
// which include their begin as Prometheus 2's do.
class FakeServer {
 public:
  FakeServer() {
    auto started = net::HttpServer::Start(
        {},
        [this](const net::HttpRequest& request) { return Answer(request); });
    EXPECT_TRUE(started.ok());
    server_ = *std::move(started);
  }

  std::string url() const { return "http://" + server_->address(); }
  std::vector<Query> queries() const {
    const std::lock_guard lock(mutex_);
    return queries_;
  }

  // Set before the first request.
  std::vector<int> failures;  // The statuses of the first answers.
  std::size_t most_samples = 1'000'000;
  std::string wanted_authorization;

 private:
  net::HttpResponse Answer(const net::HttpRequest& request) {
    const std::lock_guard lock(mutex_);
    if (net::FindHeader(request.headers, "Authorization") !=
        wanted_authorization) {
      return {.status = 401, .body = "who are you?\n"};
    }
    if (request.path != "/prefix/api/v1/query" || request.method != "POST") {
      return {.status = 404, .body = "page not found\n"};
    }
    if (answered_ < failures.size()) {
      return {.status = failures[answered_++], .body = "later\n"};
    }
    const Query query = ReadQuery(request);
    queries_.push_back(query);
    std::string values;
    std::size_t samples = 0;
    for (base::Timestamp time = kStart; time <= query.end; time += 60'000) {
      if (time < query.end - query.length) continue;
      if (!values.empty()) values += ",";
      absl::StrAppendFormat(&values, "[%d,\"%d\"]", time / 1000,
                            (time - kStart) / 60'000);
      ++samples;
    }
    if (samples > most_samples) {
      return {.status = 422,
              .body = R"({"status":"error","error":"too many samples"})"};
    }
    const std::string row =
        values.empty() ? ""
                       : R"({"metric":{"__name__":"up","job":"a"},"values":[)" +
                             values + "]}";
    return {.content_type = "application/json",
            .body = R"({"status":"success","data":{"resultType":"matrix",)"
                    R"("result":[)" +
                    row + "]}}"};
  }

  mutable std::mutex mutex_;
  std::size_t answered_ = 0;
  std::vector<Query> queries_;
  std::unique_ptr<net::HttpServer> server_;
};

const std::vector<base::Matcher> kUp = {base::Matcher::Equal("__name__", "up")};

// "COUNT from FIRST to LAST", in minutes; or the error.
std::string Show(const Storage& storage, base::Timestamp min,
                 base::Timestamp max) {
  const auto set = storage.Select(kUp, min, max);
  if (!set.ok()) return std::string(set.status().message());
  std::string text;
  for (const SeriesView& series : set->series) {
    for (std::size_t i = 0; i < series.times.size(); ++i) {
      EXPECT_EQ(series.values[i],
                static_cast<double>((series.times[i] - kStart) / 60'000));
    }
    absl::StrAppendFormat(&text, "%s: %d from %g to %g",
                          base::SeriesName(series.labels), series.times.size(),
                          series.values.front(), series.values.back());
  }
  return text;
}

std::unique_ptr<const Storage> Open(const FakeServer& server,
                                    DataSourceOptions options = {}) {
  auto data = OpenData({server.url() + "/prefix/"}, options);
  EXPECT_TRUE(data.ok()) << data.status();
  EXPECT_EQ(data->span, std::nullopt);
  return std::move(data->storage);
}

TEST(OwnLabelsTest, AServerThatDoesNotSayItsSeriesIsAskedAgain) {
  const FakeServer server;
  const DataSourceOptions options;
  const Connection connection(server.url(), options);
  const base::Labels external = {{"region", "eu"}};
  const Fetched fetched = {
      {{{"__name__", "up"}, {"region", "eu"}}, SampleColumns{}}};
  EXPECT_EQ(WithOwnLabels(fetched, external, connection, kUp, {kStart, kStart}),
            std::nullopt);
}

TEST(ServerStorageTest, AsksByRangeSelectorsForWholeSpans) {
  const FakeServer server;
  const auto storage = Open(server);
  EXPECT_EQ(Show(*storage, kStart + 60'000, kStart + 600'000),
            "up{job=\"a\"}: 10 from 1 to 10");
  const auto queries = server.queries();
  ASSERT_EQ(queries.size(), 1U);
  EXPECT_EQ(queries[0].selector, "{__name__=\"up\"}");
  EXPECT_EQ(queries[0].end, kStart + 600'000);
  EXPECT_EQ(queries[0].length, 540'001);
  EXPECT_EQ(Show(*storage, kStart - kHour, kStart - 1), "");
}

TEST(ServerStorageTest, LongSpansComeInPages) {
  const FakeServer server;
  std::vector<std::string> lines;
  DataSourceOptions options;
  options.progress = [&](const std::string& line) { lines.push_back(line); };
  const auto storage = Open(server, options);
  EXPECT_EQ(Show(*storage, kStart, kStart + 48 * kHour),
            "up{job=\"a\"}: 2881 from 0 to 2880");
  EXPECT_EQ(server.queries().size(), 4U);  // Of 6, 12, 24 hours, and the rest.
  EXPECT_THAT(lines, testing::Contains(server.url() +
                                       "/prefix: {__name__=\"up\"} 12 %"));
  EXPECT_EQ(lines.back(), "");
}

TEST(ServerStorageTest, PagesAreAsLongAsTheServerAllows) {
  FakeServer server;
  server.most_samples = 100;
  const auto storage = Open(server);
  EXPECT_EQ(Show(*storage, kStart, kStart + 10 * kHour),
            "up{job=\"a\"}: 601 from 0 to 600");
}

TEST(ServerStorageTest, WithinTheTimesThatAreWantedSamplesTravelOnce) {
  const FakeServer server;
  const auto storage =
      Open(server, {.start = kStart + kHour, .end = kStart + 3 * kHour});
  for (base::Timestamp end = kStart + kHour; end <= kStart + 3 * kHour;
       end += 60'000) {
    const auto minute = static_cast<int>((end - kStart) / 60'000);
    EXPECT_EQ(
        Show(*storage, end - 300'000, end),
        absl::StrFormat("up{job=\"a\"}: 6 from %d to %d", minute - 5, minute));
  }
  EXPECT_EQ(server.queries().size(), 1U);
  // A longer look-back asks for what is missing only.
  EXPECT_EQ(Show(*storage, kStart, kStart + kHour),
            "up{job=\"a\"}: 61 from 0 to 60");
  ASSERT_EQ(server.queries().size(), 2U);
  EXPECT_EQ(server.queries()[1].end, kStart + kHour - 300'001);
}

TEST(ServerStorageTest, AnOverloadedServerIsAskedAgain) {
  FakeServer server;
  server.failures = {503, 429};
  const auto storage = Open(server);
  EXPECT_EQ(Show(*storage, kStart, kStart), "up{job=\"a\"}: 1 from 0 to 0");
}

TEST(ServerStorageTest, TheLastFailureIsToldWithItsUrl) {
  FakeServer server;
  server.failures = {503, 503};
  const auto storage = Open(server, {.attempts = 2});
  EXPECT_EQ(Show(*storage, kStart, kStart),
            server.url() +
                "/prefix/api/v1/query: 503 Service Unavailable: "
                "later");
}

// Else a replay waits for it at every evaluation.
TEST(ServerStorageTest, AServerThatIsAwayIsNotWaitedForAgain) {
  FakeServer server;
  server.failures = {503, 503};
  const auto storage =
      Open(server, {.start = kStart, .end = kStart + kHour, .attempts = 2});
  const std::string failure = server.url() +
                              "/prefix/api/v1/query: 503 Service Unavailable: "
                              "later";
  EXPECT_EQ(Show(*storage, kStart, kStart), failure);
  EXPECT_EQ(Show(*storage, kStart, kStart + kHour), failure);
  EXPECT_THAT(server.queries(), testing::IsEmpty());
}

TEST(ServerStorageTest, CredentialsAreSentAndTheirLackIsTold) {
  FakeServer server;
  server.wanted_authorization = "Bearer abc";
  DataSourceOptions options;
  const std::string refusal =
      server.url() + "/prefix/api/v1/read: 401 Unauthorized: who are you?";
  EXPECT_EQ(Show(*Open(server), kStart, kStart), refusal);
  options.client.headers = {{"Authorization", "Bearer abc"}};
  EXPECT_EQ(Show(*Open(server, options), kStart, kStart),
            "up{job=\"a\"}: 1 from 0 to 0");
}

TEST(ServerStorageTest, NoServerIsTold) {
  std::string url;
  {
    const FakeServer gone;
    url = gone.url();
  }
  const auto data = OpenData({url}, {.attempts = 1});
  ASSERT_TRUE(data.ok());
  EXPECT_THAT(Show(*data->storage, kStart, kStart),
              StartsWith(url + "/api/v1/status/config: "));
  EXPECT_THAT(std::string(OpenData({"http://"}, {}).status().message()),
              StartsWith("http://: "));
}

// Points as JSON, and what is read out of them.
struct Case {
  const char* name;
  const char* row;
  const char* want;
};

class MatrixTest : public testing::TestWithParam<Case> {};

TEST_P(MatrixTest, IsRead) {
  const auto fetched = DecodeMatrix(
      absl::StrFormat(R"({"status":"success","data":{"resultType":"matrix",)"
                      R"("result":[{"metric":{"__name__":"m"},%s}]}})",
                      GetParam().row),
      {1'000, 9'000});
  std::string text;
  if (!fetched.ok()) text = std::string(fetched.status().message());
  for (const auto& [labels, samples] : fetched.ok() ? *fetched : Fetched()) {
    for (std::size_t i = 0; i < samples.times.size(); ++i) {
      absl::StrAppendFormat(&text, "%d ", samples.times[i]);
      const bool histogram =
          !samples.histograms.empty() && samples.histograms[i] != nullptr;
      text += histogram ? base::TestExpression(*samples.histograms[i])
                        : absl::StrFormat("%g", samples.values[i]);
      text += "\n";
    }
  }
  EXPECT_THAT(text, HasSubstr(GetParam().want));
}

constexpr Case kCases[] = {
    {"Floats", R"("values":[[1,"1.5"],[2.001,"NaN"],[3,"+Inf"],[4,"-Inf"]])",
     "1000 1.5\n2001 nan\n3000 inf\n4000 -inf\n"},
    {"OutsideTheSpan", R"("values":[[0.999,"1"],[1,"2"],[9,"3"],[9.001,"4"]])",
     "1000 2\n9000 3\n"},
    {"Exponential",
     R"("histograms":[[1,{"count":"9","sum":"7","buckets":[)"
     R"([1,"-2","-1.414213562373095","2"],[3,"-0.001","0.001","1"],)"
     R"([0,"1","1.414213562373095","4"],[0,"2","2.82842712474619","2"]]}]])",
     "1000 {{schema:1 count:9 sum:7 z_bucket:1 z_bucket_w:0.001 offset:1 "
     "buckets:[4 0 2] n_offset:2 n_buckets:[2]}}\n"},
    {"NoBucket", R"("histograms":[[1,{"count":"0","sum":"0"}]])",
     "1000 {{schema:-4"},
    {"Custom",
     R"("histograms":[[1,{"count":"6","sum":"7","buckets":[)"
     R"([0,"-Inf","5","1"],[0,"5","10","2"],[0,"25","+Inf","3"]]}]])",
     "1000 {{schema:-53 count:6 sum:7 custom_values:[5 10 25] "
     "buckets:[1 2 0 3]}}\n"},
    {"Mixed",
     R"("values":[[2,"1"]],"histograms":[[1,{"count":"0","sum":"0"}]])",
     "2000 1\n"},
    {"NoTime", R"("values":[["x","1"]])", "a point is wrong"},
    {"Backwards", R"("values":[[2,"1"],[1,"1"]])", "a point is wrong"},
    {"NoNumber", R"("values":[[1,"one"]])", "a point is wrong"},
    {"NoHistogram", R"("histograms":[[1,{"count":"x","sum":"0"}]])",
     "a histogram is wrong"},
};

INSTANTIATE_TEST_SUITE_P(Table, MatrixTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

TEST(DecodeMatrixTest, WhatIsNoMatrixIsRefused) {
  for (const char* const text :
       {"", "<html>", "[]", R"({"status":"success"})",
        R"({"status":"success","data":{"resultType":"vector","result":[]}})"}) {
    EXPECT_FALSE(DecodeMatrix(text, {0, 1}).ok()) << text;
  }
}

TEST(DecodeStreamTest, DamageIsRefused) {
  EXPECT_TRUE(DecodeStream("", {0, 1}).ok());
  for (const std::string& text :
       {std::string("\x05"), std::string("\x01\0\0\0\0x", 6)}) {
    const auto fetched = DecodeStream(text, {0, 1});
    ASSERT_FALSE(fetched.ok());
    EXPECT_EQ(fetched.status().code(), absl::StatusCode::kDataLoss);
  }
}

}  // namespace
}  // namespace promql::server
