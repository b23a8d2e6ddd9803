// Debian's VictoriaMetrics as a source: it answers Prometheus' API, in another
// dialect and without remote read.

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/time.h"
#include "tests/support/process.h"
#include "tests/support/sidecar.h"

namespace rollwatch {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr tests::milliseconds kDeadline(60'000);
constexpr base::Timestamp kStart = 1'700'000'000'000;

// One that was free a moment ago: the server cannot say which it took.
int FreePort() {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  bind(listener, generic, size);
  getsockname(listener, generic, &size);
  close(listener);
  return ntohs(address.sin_port);
}

// Nine hours: a gauge that goes up and down, a counter, a series that ends.
std::string Page(base::Timestamp start) {
  std::string page;
  for (int second = 0; second < 9 * 3600; second += 15) {
    const base::Timestamp time = start + second * base::Timestamp{1000};
    absl::StrAppendFormat(&page, "load{job=\"a\"} %d %d\n",
                          second / 600 % 4 * 2 + 1, time);
    absl::StrAppendFormat(&page, "requests_total{job=\"a\"} %d %d\n",
                          second * 3, time);
    if (second < 7200) {
      absl::StrAppendFormat(&page, "gone{job=\"b\"} 1 %d\n", time);
    }
  }
  return page;
}

constexpr char kRules[] = R"(
groups:
- name: g
  rules:
  - {record: "job:load:max", expr: max by (job) (load)}
  - {alert: High, expr: 'job:load:max > 4', for: 2m}
  - {alert: Busy, expr: 'rate(requests_total[5m]) > 2.9'}
  - {alert: Gone, expr: 'absent(gone{job=~"b|c"})', for: 5m}
)";

class VictoriaMetricsTest : public testing::Test {
 protected:
  void SetUp() override {
    if (tests::Run({"victoria-metrics", "-version"}).status != 0) {
      GTEST_SKIP() << "Debian's victoria-metrics is not installed";
    }
    for (int attempt = 0; attempt < 3 && url_.empty(); ++attempt) Start();
    ASSERT_NE(url_, "") << process_->err();
  }

  void Start() {
    const std::string address = absl::StrFormat("127.0.0.1:%d", FreePort());
    process_ = std::make_unique<tests::Process>(std::vector<std::string>{
        "victoria-metrics", "-storageDataPath=" + folder_.Path("data"),
        "-retentionPeriod=100y", "-httpListenAddr=" + address});
    const bool healthy = tests::Eventually(
        [&] {
          return process_->Wait(tests::milliseconds(0)) != -1 ||
                 tests::Fetch("GET", "http://" + address + "/health").body ==
                     "OK";
        },
        kDeadline);
    if (healthy && process_->Wait(tests::milliseconds(0)) == -1) {
      url_ = "http://" + address;
    }
  }

  void Import(const std::string& page) const {
    EXPECT_EQ(
        tests::Fetch("POST", url_ + "/api/v1/import/prometheus", page).status,
        204);
    tests::Fetch("GET", url_ + "/internal/force_flush");
  }

  tests::Finished Rollwatch(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), tests::Rollwatch());
    return tests::Run(arguments, {}, kDeadline);
  }

  tests::TemporaryFolder folder_;
  std::unique_ptr<tests::Process> process_;
  std::string url_;
};

TEST_F(VictoriaMetricsTest, GivesWhatThePageHas) {
  const std::string page = folder_.Write("page.txt", Page(kStart));
  Import(tests::ReadFile(page));
  const std::string rules = folder_.Write("rules.yml", kRules);
  const auto replay = [&](const std::string& source) {
    const tests::Finished finished =
        Rollwatch({"replay", rules, "--data", source, "--start",
                   "2023-11-14T22:13:20Z", "--end", "2023-11-15T07:00:00Z"});
    EXPECT_EQ(finished.status, 0) << finished.err;
    return finished.out;
  };
  const std::string expected = replay(page);
  EXPECT_THAT(expected, AllOf(HasSubstr("High: fired 13 times"),
                              HasSubstr("Busy: fired once"),
                              HasSubstr("Gone: fired once")));
  EXPECT_EQ(replay(url_), expected);
  // As a proxy has it.
  EXPECT_EQ(replay(url_ + "/prometheus/"), expected);

  const auto query = [&](const std::string& source) {
    return Rollwatch({"query", "increase(requests_total[1h]) + on (job) load",
                      "--data", source, "--time", "2023-11-15T01:02:03Z"})
        .out;
  };
  EXPECT_THAT(query(page), HasSubstr("{job=\"a\"}"));
  EXPECT_EQ(query(url_), query(page));
}

TEST_F(VictoriaMetricsTest, SchemaPullWritesItsMetrics) {
  Import(Page(base::Now() - base::Timestamp{9} * 3'600'000));
  const tests::Finished pull = Rollwatch({"schema", "pull", "--server", url_});
  EXPECT_EQ(pull.status, 0) << pull.err;
  EXPECT_THAT(pull.out, HasSubstr("  - name: load\n    type: unknown\n"
                                  "    as_stored: true\n    seen: true\n"
                                  "    labels:\n      - name: job\n"
                                  "        values: [a]\n"));
}

TEST_F(VictoriaMetricsTest, TheGateAsksIt) {
  Import(Page(base::Now() - base::Timestamp{8} * 3'600'000));
  const auto gate = [&](const char* condition, const std::string& url) {
    return Rollwatch(
        {"gate",
         folder_.Write("gate.yml",
                       absl::StrFormat("groups:\n- name: g\n  rules:\n"
                                       "  - alert: A\n    expr: %s\n",
                                       condition)),
         "--server", url, "--wait", "1s"});
  };
  const tests::Finished go = gate("sum by (job) (load) > 100", url_);
  EXPECT_EQ(go.status, 0) << go.out << go.err;
  EXPECT_THAT(go.out, HasSubstr("GO\n  no alert of 1 fired"));
  EXPECT_EQ(gate("load >= 1", url_).status, 1);
  EXPECT_EQ(gate("nothing > 1", url_).status, 4);
  EXPECT_EQ(gate("load >= 1", url_ + "/elsewhere").status, 4);
}

}  // namespace
}  // namespace rollwatch
