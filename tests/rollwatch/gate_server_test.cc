// `rollwatch gate` on a server that is made up, and so away when a test wants.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_format.h"
#include "net/http_server.h"
#include "tests/support/process.h"
#include "tests/support/sidecar.h"

namespace rollwatch {
namespace {

using testing::HasSubstr;

constexpr char kRules[] =
    "groups: [{name: g, rules: [{alert: A, expr: load > 5}]}]";

class GateServerTest : public testing::Test {
 protected:
  // Answers the first requests with `away`, the others with `body`.
  void Serve(int refusals, int away, std::string body) {
    auto server = net::HttpServer::Start(
        {}, [this, refusals, away, body](const net::HttpRequest&) {
          net::HttpResponse response;
          if (requests_++ < refusals) {
            response.status = away;
            response.body = "{\"status\":\"error\",\"error\":\"not now\"}";
          } else {
            response.status = 200;
            response.body = body;
          }
          return response;
        });
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  tests::Finished Gate(std::vector<std::string> arguments) const {
    arguments.insert(
        arguments.begin(),
        {tests::Rollwatch(), "gate", folder_.Write("rules.yml", kRules),
         "--server", "http://" + server_->address()});
    return tests::Run(arguments);
  }

  static std::string Vector(std::string_view value) {
    return absl::StrFormat(
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\","
        "\"result\":[{\"metric\":{\"__name__\":\"load\"},\"value\":[1,\"%s\"]}"
        "]}}",
        value);
  }

  tests::TemporaryFolder folder_;
  std::unique_ptr<net::HttpServer> server_;
  std::atomic<int> requests_ = 0;
};

TEST_F(GateServerTest, TriesAgainWhileTheServerIsAway) {
  Serve(2, 503, Vector("3"));
  const tests::Finished run = Gate({"--format", "json"});
  EXPECT_EQ(run.status, 0) << run.out << run.err;
  EXPECT_THAT(run.out, HasSubstr("\"failed\": 2"));
}

TEST_F(GateServerTest, ARefusedQueryIsNotTriedAgain) {
  Serve(1'000, 422, "");
  const tests::Finished run = Gate({});
  EXPECT_EQ(run.status, 4) << run.out;
  EXPECT_THAT(run.out, HasSubstr("A: no-answer: HTTP status 422: not now"));
  EXPECT_EQ(requests_, 1);
}

TEST_F(GateServerTest, NaNAndWhatIsNoPrometheusCannotTell) {
  Serve(0, 0, Vector("NaN"));
  EXPECT_THAT(Gate({}).out, HasSubstr("A: nan: load is NaN"));
  Serve(0, 0, "<html>hello</html>");
  const tests::Finished run = Gate({});
  EXPECT_EQ(run.status, 4) << run.out;
  EXPECT_THAT(run.out, HasSubstr("what answers there is no Prometheus"));
}

TEST_F(GateServerTest, ReportsItsQueriesToASidecar) {
  tests::Sidecar sidecar(folder_.Path("journal"));
  ASSERT_TRUE(sidecar.ok()) << sidecar.process().err();
  Serve(1, 503, Vector("8"));
  const tests::Finished run =
      Gate({"--url", sidecar.events(), "--workflow", "deploy-production"});
  EXPECT_EQ(run.status, 1) << run.out << run.err;
  EXPECT_EQ(run.err, "");
  const auto count = [&](std::string_view result) {
    return sidecar.Metric(absl::StrFormat(
        "prometheus_query_total{result=\"%s\",workflow=\"deploy-production\"}",
        result));
  };
  EXPECT_TRUE(tests::Eventually(
      [&] { return count("failed").value_or(0) == 1; }, tests::kLongest));
  // load itself, and whether it is fresh.
  EXPECT_EQ(count("success").value_or(0), 2);
}

TEST_F(GateServerTest, ASidecarThatIsAwayChangesNoVerdict) {
  Serve(0, 0, Vector("3"));
  // Nothing listens on port 9 of this machine.
  const tests::Finished run =
      Gate({"--url", "http://127.0.0.1:9", "--workflow", "deploy-production"});
  EXPECT_EQ(run.status, 0) << run.out;
  EXPECT_THAT(run.err, HasSubstr("warning: queries are not recorded at"));
}

}  // namespace
}  // namespace rollwatch
