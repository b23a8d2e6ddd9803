// `rollwatch serve` over its two addresses.

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "net/gzip.h"
#include "tests/support/process.h"
#include "tests/support/sidecar.h"

namespace rollwatch {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using tests::milliseconds;

class ServeTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(sidecar_.ok()) << sidecar_.process().err();
  }

  tests::TemporaryFolder folder_;
  tests::Sidecar sidecar_{folder_.Path("data")};
};

constexpr char kRollback[] =
    R"({"id":"r1","kind":"rollback","environment":"staging","reason":"manual"})";
constexpr char kRollbackSeries[] =
    "deployment_rollback_total{environment=\"staging\",reason=\"manual\"}";

TEST_F(ServeTest, EverySeriesOfAClosedLabelStandsAtZeroFromTheStart) {
  EXPECT_EQ(sidecar_.Metric(kRollbackSeries), 0);
  EXPECT_EQ(sidecar_.Metric("smoke_test_total{environment=\"production\","
                            "result=\"failed\"}"),
            0);
}

TEST_F(ServeTest, FormatFollowsAccept) {
  const std::string url = sidecar_.scrapes() + "/metrics";
  EXPECT_EQ(tests::Fetch("GET", url).content_type,
            "text/plain; version=0.0.4; charset=utf-8");
  const net::HttpResponse open_metrics =
      tests::Fetch("GET", url, "",
                   {{"Accept", "application/openmetrics-text;version=1.0.0"}});
  EXPECT_EQ(open_metrics.content_type,
            "application/openmetrics-text; version=1.0.0; charset=utf-8");
  EXPECT_TRUE(open_metrics.body.ends_with("# EOF\n"));
}

TEST_F(ServeTest, PromtoolAcceptsThePage) {
  sidecar_.Post(kRollback);
  const std::string page = folder_.Write("page", sidecar_.Get("/metrics").body);
  const tests::Finished check =
      tests::Run({"sh", "-c", "promtool check metrics < " + page});
  EXPECT_EQ(check.status, 0) << check.out << check.err;
}

struct PostCase {
  const char* name;
  const char* body;
  int status;
  const char* says;
};

class EventsTest : public ServeTest,
                   public testing::WithParamInterface<PostCase> {};

TEST_P(EventsTest, Answers) {
  ASSERT_EQ(sidecar_.Post(kRollback).status, 200);
  const net::HttpResponse answer = sidecar_.Post(GetParam().body);
  EXPECT_EQ(answer.status, GetParam().status);
  EXPECT_EQ(answer.content_type, "application/json");
  EXPECT_THAT(answer.body, HasSubstr(GetParam().says));
}

const PostCase kPosts[] = {
    {"OneObject",
     R"({"id":"a","kind":"rollback","environment":"staging","reason":"manual"})",
     200, R"({"recorded":1,"duplicates":0})"},
    {"ArrayWithOneThatIsKnown",
     R"([{"id":"a","kind":"rollback","environment":"staging","reason":"manual"},
         {"id":"r1","kind":"rollback","environment":"staging","reason":"manual"}])",
     200, R"({"recorded":1,"duplicates":1})"},
    {"OneObjectALine",
     "{\"id\":\"a\",\"kind\":\"canary\",\"environment\":\"staging\","
     "\"deployment_id\":\"x\",\"percentage\":10}\n"
     "{\"id\":\"b\",\"kind\":\"canary\",\"environment\":\"staging\","
     "\"deployment_id\":\"x\",\"percentage\":50}\n",
     200, R"({"recorded":2,"duplicates":0})"},
    {"OtherContentUnderAKnownIdNamesTheField",
     R"({"id":"r1","kind":"rollback","environment":"staging","reason":"high_error_rate"})",
     409,
     R"("field":"reason","recorded":"manual","offered":"high_error_rate")"},
    {"WrongValueNamesTheAllowed",
     R"({"id":"a","kind":"rollback","environment":"staging","reason":"x"})",
     400, R"("allowed":"smoke_test_failed, high_error_rate, manual")"},
    {"UnknownFieldIsNamed",
     R"({"id":"a","kind":"rollback","environment":"staging","raeson":"x"})",
     400, R"("field":"raeson")"},
    {"NoJson", "deployed!", 400, "\"error\":"},
    {"Nothing", "", 400, "\"error\":"},
};

INSTANTIATE_TEST_SUITE_P(Posts, EventsTest, testing::ValuesIn(kPosts),
                         [](const auto& test) { return test.param.name; });

TEST_F(ServeTest, BatchWithOneBadEventRecordsNone) {
  const net::HttpResponse answer = sidecar_.Post(
      std::string("[") + kRollback + R"(,{"id":"b","kind":"rollback"}])");
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, HasSubstr("\"event\":2"));
  EXPECT_EQ(sidecar_.Metric(kRollbackSeries), 0);
}

TEST_F(ServeTest, LongBodyIsRefused) {
  EXPECT_EQ(sidecar_.Post(std::string((1 << 20) + 1, ' ')).status, 413);
}

TEST_F(ServeTest, ScrapeAddressTakesNoEvents) {
  const net::HttpResponse answer =
      tests::Fetch("POST", sidecar_.scrapes() + "/api/v1/events", kRollback);
  EXPECT_EQ(answer.status, 404);
  EXPECT_THAT(answer.body, HasSubstr("--web.events-address"));
  EXPECT_EQ(tests::Fetch("POST", sidecar_.scrapes() + "/metrics").status, 405);
  EXPECT_EQ(sidecar_.Metric(kRollbackSeries), 0);
}

// A browser sends Origin with what a page makes it write.
TEST_F(ServeTest, WebPagesWriteNothing) {
  for (const char* origin : {"https://elsewhere.example", "null"}) {
    EXPECT_EQ(tests::Fetch("POST", sidecar_.events() + "/api/v1/events",
                           kRollback, {{"Origin", origin}})
                  .status,
              403);
  }
  EXPECT_EQ(sidecar_.Metric(kRollbackSeries), 0);
}

TEST_F(ServeTest, PackedBodyIsToldSo) {
  const net::HttpResponse answer =
      tests::Fetch("POST", sidecar_.events() + "/api/v1/events", "\x1f\x8b",
                   {{"Content-Encoding", "gzip"}});
  EXPECT_EQ(answer.status, 415);
  EXPECT_THAT(answer.body, HasSubstr("packed (gzip)"));
}

TEST_F(ServeTest, BodyThatSaysItIsNotPackedIsRead) {
  EXPECT_EQ(tests::Fetch("POST", sidecar_.events() + "/api/v1/events",
                         kRollback, {{"Content-Encoding", "identity"}})
                .status,
            200);
}

TEST_F(ServeTest, EventsAddressHasNoMetrics) {
  EXPECT_EQ(tests::Fetch("GET", sidecar_.events() + "/metrics").status, 404);
  EXPECT_EQ(tests::Fetch("GET", sidecar_.events() + "/api/v1/events").status,
            405);
}

TEST_F(ServeTest, BothAddressesTellTheirHealth) {
  for (const std::string& address : {sidecar_.scrapes(), sidecar_.events()}) {
    EXPECT_EQ(tests::Fetch("GET", address + "/-/healthy").status, 200);
    EXPECT_EQ(tests::Fetch("GET", address + "/-/ready").status, 200);
  }
}

TEST_F(ServeTest, SilentConnectionsDoNotKeepPrometheusOut) {
  const std::string address = sidecar_.scrapes().substr(std::strlen("http://"));
  const std::size_t colon = address.find(':');
  sockaddr_in name = {};
  name.sin_family = AF_INET;
  name.sin_port =
      htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
  inet_pton(AF_INET, address.substr(0, colon).c_str(), &name.sin_addr);
  std::vector<int> silent;
  for (int i = 0; i < 8; ++i) {
    silent.push_back(socket(AF_INET, SOCK_STREAM, 0));
    ASSERT_EQ(connect(silent.back(), reinterpret_cast<const sockaddr*>(&name),
                      sizeof(name)),
              0);
    ASSERT_EQ(send(silent.back(), "GET /m", 6, MSG_NOSIGNAL), 6);
  }
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(sidecar_.Get("/metrics").status, 200);
  // Prometheus' scrape timeout is 10 s.
  EXPECT_LT(std::chrono::steady_clock::now() - before, milliseconds(9'000));
  for (const int descriptor : silent) close(descriptor);
}

TEST_F(ServeTest, CountersSurviveARestart) {
  ASSERT_EQ(sidecar_.Post(kRollback).status, 200);
  sidecar_.process().Signal(SIGTERM);
  EXPECT_EQ(sidecar_.process().Wait(tests::kLongest), 0)
      << sidecar_.process().err();
  tests::Sidecar again(folder_.Path("data"));
  ASSERT_TRUE(again.ok()) << again.process().err();
  EXPECT_EQ(again.Metric(kRollbackSeries), 1);
  EXPECT_THAT(again.Post(kRollback).body, HasSubstr("\"duplicates\":1"));
}

TEST_F(ServeTest, SecondSidecarOnTheJournalIsRefused) {
  tests::Sidecar second(folder_.Path("data"));
  EXPECT_FALSE(second.ok());
  EXPECT_EQ(second.process().Wait(tests::kLongest), 1);
  EXPECT_THAT(second.process().err(), StartsWith("rollwatch serve: error: "));
}

TEST_F(ServeTest, InterruptEndsItWithZero) {
  sidecar_.process().Signal(SIGINT);
  EXPECT_EQ(sidecar_.process().Wait(tests::kLongest), 0);
}

TEST_F(ServeTest, PageShowsWhatClientsSentAsText) {
  const char* event =
      R"({"id":"x","kind":"canary","environment":"staging","percentage":10,)"
      R"("deployment_id":"<script>alert(1)</script>","run_url":"https://ci.example/?a=\"><b>"})";
  const net::HttpResponse posted = sidecar_.Post(event);
  const std::string page = sidecar_.Get("/").body;
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("?a=\"")));
  if (posted.status == 200) {
    EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)"));
  }
}

TEST_F(ServeTest, PageForbidsScripts) {
  const net::HttpResponse page = sidecar_.Get("/");
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_THAT(
      std::string(net::FindHeader(page.headers, "Content-Security-Policy")),
      HasSubstr("default-src 'none'"));
}

TEST_F(ServeTest, WithoutRulesItSaysSo) {
  EXPECT_THAT(sidecar_.Get("/").body, HasSubstr("No rules loaded"));
  EXPECT_EQ(sidecar_.Get("/api/v1/rules").body,
            "{\"status\":\"success\",\"data\":{\"groups\":[]}}\n");
  EXPECT_EQ(sidecar_.Get("/api/v1/alerts").body,
            "{\"status\":\"success\",\"data\":{\"alerts\":[]}}\n");
}

TEST(ServeConfigTest, EnvironmentsAndWorkflowsAreThoseOfTheFile) {
  const tests::TemporaryFolder folder;
  const std::string config = folder.Write(
      "config.yml", "environments: [eu, us]\nworkflows: [nightly]\n");
  tests::Sidecar sidecar(folder.Path("data"), {"--config.file", config});
  ASSERT_TRUE(sidecar.ok()) << sidecar.process().err();
  EXPECT_EQ(sidecar.Metric("deployment_frequency{environment=\"eu\"}"), 0);
  EXPECT_EQ(sidecar.Metric("deployment_frequency{environment=\"staging\"}"),
            std::nullopt);
  EXPECT_EQ(sidecar.Metric("prometheus_query_total{result=\"failed\",workflow="
                           "\"nightly\"}"),
            0);
  EXPECT_EQ(sidecar.Post(kRollback).status, 400);
}

struct StartCase {
  const char* name;
  std::vector<std::string> flags;
  int status;
  const char* says;
};

class ServeStartTest : public testing::TestWithParam<StartCase> {};

TEST_P(ServeStartTest, Refuses) {
  const tests::TemporaryFolder folder;
  folder.Write("config.yml", "enviroments: [eu]\n");
  folder.Write("empty.yml", "environments: []\n");
  folder.Write("rules.yml",
               "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: sum(\n");
  std::vector<std::string> arguments = {
      tests::Rollwatch(), "serve",          "--web.events-address",
      "127.0.0.1:0",      "--storage.path", folder.Path("data")};
  for (const std::string& flag : GetParam().flags) {
    arguments.push_back(flag.ends_with(".yml") ? folder.Path(flag) : flag);
  }
  const tests::Finished serve = tests::Run(arguments);
  EXPECT_EQ(serve.status, GetParam().status) << serve.err;
  EXPECT_THAT(serve.err, HasSubstr(GetParam().says));
}

const StartCase kStarts[] = {
    {"MisspeltSetting",
     {"--config.file", "config.yml"},
     1,
     "config.yml:1:1: error: field enviroments not found"},
    {"NoEnvironment",
     {"--config.file", "empty.yml"},
     1,
     "at least one environment"},
    {"BrokenRule", {"--rules", "rules.yml"}, 1, "rules.yml:5:"},
    {"MissingRules", {"--rules", "none.yml"}, 1, "none.yml"},
    {"WrongAddress", {"--web.listen-address", "10970"}, 2, "HOST:PORT"},
    {"NoSuchAddress",
     {"--web.listen-address", "192.0.2.1:0"},
     1,
     "cannot listen on 192.0.2.1:0"},
    {"IntervalOfZero", {"--scrape-interval", "0s"}, 2, "longer than 0"},
    {"UnknownLevel", {"--log.level", "loud"}, 2, "loud"},
};

INSTANTIATE_TEST_SUITE_P(Flags, ServeStartTest, testing::ValuesIn(kStarts),
                         [](const auto& test) { return test.param.name; });

// Rules that are evaluated often, so that a test need not wait.
constexpr char kRules[] = R"(groups:
- name: live
  interval: 100ms
  rules:
  - alert: RolledBack
    expr: sum by (environment) (increase(deployment_rollback_total[1m])) > 0
    labels: {severity: critical}
    annotations: {summary: 'rollback in {{ $labels.environment }}'}
  - alert: Down
    expr: up{job="rollwatch"} == 0
    for: 1m
  - alert: AppDown
    expr: instances < 1 or absent(app_up == 1) > 1
  - record: instances
    expr: count(up)
)";

TEST(LiveRulesTest, RollbackFiresAndIsShown) {
  const tests::TemporaryFolder folder;
  tests::Sidecar sidecar(
      folder.Path("data"),
      {"--rules", folder.Write("rules.yml", kRules), "--scrape-interval",
       "100ms", "--log.format", "json"});
  ASSERT_TRUE(sidecar.ok()) << sidecar.process().err();
  // Quiet is not said while nothing is known.
  EXPECT_THAT(sidecar.Get("/").body, Not(HasSubstr("All quiet")));
  EXPECT_TRUE(tests::Eventually(
      [&] {
        return sidecar.Get("/api/v1/rules").body.find("\"health\":\"ok\"") !=
               std::string::npos;
      },
      tests::kLongest));
  EXPECT_THAT(sidecar.Get("/").body, HasSubstr("no event was ever reported"));
  ASSERT_EQ(sidecar.Post(kRollback).status, 200);
  std::string alerts;
  EXPECT_TRUE(tests::Eventually(
      [&] {
        alerts = sidecar.Get("/api/v1/alerts").body;
        return alerts.find("\"state\":\"firing\"") != std::string::npos;
      },
      tests::kLongest))
      << alerts;
  EXPECT_THAT(alerts, HasSubstr(R"("alertname":"RolledBack")"));
  EXPECT_THAT(alerts, HasSubstr(R"("summary":"rollback in staging")"));
  EXPECT_THAT(alerts, HasSubstr(R"("environment":"staging")"));
  EXPECT_THAT(alerts, Not(HasSubstr("production")));
  const std::string page = sidecar.Get("/").body;
  EXPECT_THAT(page, HasSubstr("1 alert firing"));
  EXPECT_THAT(page, HasSubstr("rollback in staging"));
  // Not "instances", which a rule records.
  EXPECT_THAT(page, HasSubstr("AppDown: app_up<"));
  EXPECT_THAT(page, Not(HasSubstr("RolledBack: ")));
  EXPECT_THAT(sidecar.process().err(), HasSubstr("\"to\":\"firing\""));
}

TEST(LiveRulesTest, RulesAnswerInPrometheusShape) {
  const tests::TemporaryFolder folder;
  tests::Sidecar sidecar(folder.Path("data"),
                         {"--rules", folder.Write("rules.yml", kRules)});
  ASSERT_TRUE(sidecar.ok()) << sidecar.process().err();
  const std::string rules = sidecar.Get("/api/v1/rules").body;
  EXPECT_THAT(rules, HasSubstr(R"("name":"live")"));
  EXPECT_THAT(rules, HasSubstr(R"("interval":0.1,"limit":0)"));
  EXPECT_THAT(
      rules,
      HasSubstr(
          R"("name":"Down","query":"up{job=\"rollwatch\"} == 0","duration":60)"));
  EXPECT_THAT(rules, HasSubstr(R"("type":"recording")"));
  EXPECT_THAT(sidecar.Get("/api/v1/rules?type=alert").body,
              Not(HasSubstr("recording")));
  EXPECT_THAT(sidecar.Get("/api/v1/rules?type=record").body,
              Not(HasSubstr("alerting")));
  EXPECT_THAT(sidecar.Get("/api/v1/rules?type=ALERT").body,
              Not(HasSubstr("recording")));
  const net::HttpResponse unknown = sidecar.Get("/api/v1/rules?type=x");
  EXPECT_EQ(unknown.status, 400);
  EXPECT_THAT(
      unknown.body,
      HasSubstr(
          R"("error":"invalid parameter \"type\": not supported value \"x\"")"));
}

TEST(MetricsPageTest, IsPackedForWhoTakesGzip) {
  const tests::TemporaryFolder folder;
  const tests::Sidecar sidecar(folder.Path("data"));
  ASSERT_TRUE(sidecar.ok());
  const net::HttpResponse packed = tests::Fetch(
      "GET", sidecar.scrapes() + "/metrics", {}, {{"Accept-Encoding", "gzip"}});
  EXPECT_EQ(net::FindHeader(packed.headers, "Content-Encoding"), "gzip");
  const auto page = net::Gunzip(packed.body, 1'000'000);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_NE(page->find("\nrollwatch_build_info{version="), std::string::npos);
  EXPECT_NE(page->find("\nprocess_open_fds "), std::string::npos);
}

TEST(MetricsPageTest, ShowsOnlyTheNamesAskedFor) {
  const tests::TemporaryFolder folder;
  const tests::Sidecar sidecar(folder.Path("data"));
  ASSERT_TRUE(sidecar.ok());
  const std::string page = sidecar
                               .Get(
                                   "/metrics?name[]=deployment_total&name[]="
                                   "smoke_test_duration_seconds_sum")
                               .body;
  EXPECT_NE(page.find("\ndeployment_total{"), std::string::npos) << page;
  EXPECT_NE(page.find("\nsmoke_test_duration_seconds_sum{"), std::string::npos);
  EXPECT_EQ(page.find("deployment_rollback_total"), std::string::npos);
  EXPECT_EQ(page.find("process_"), std::string::npos);
}

}  // namespace
}  // namespace rollwatch
