// The gate of examples/gate.yml on Debian's Prometheus.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/time.h"
#include "tests/support/process.h"
#include "tests/support/sidecar.h"

namespace rollwatch {
namespace {

using testing::HasSubstr;

constexpr tests::milliseconds kDeadline(60'000);

// 500 requests a second to each application, one of which fails: 0.2 %. Ten
// minutes until now, and ten more.
std::string Page(base::Timestamp now) {
  std::string page;
  for (const char* job : {"app-staging", "app-production"}) {
    for (const bool failed : {false, true}) {
      for (int second = -600; second <= 600; ++second) {
        absl::StrAppendFormat(
            &page, "http_requests_total{job=\"%s\",status=\"%s\"} %d %d\n", job,
            failed ? "503" : "200", (second + 1000) * (failed ? 1 : 499),
            now / 1000 + second);
      }
    }
  }
  return page + "# EOF\n";
}

TEST(GatePrometheus, GoesOnInStagingAndRollsBackInProduction) {
  if (tests::Run({"prometheus", "--version"}).status != 0) {
    GTEST_SKIP() << "Debian's prometheus is not installed";
  }
  const tests::TemporaryFolder folder;
  const tests::Finished blocks = tests::Run(
      {"promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet",
       folder.Write("page", Page(base::Now())), folder.Path("data")});
  ASSERT_EQ(blocks.status, 0) << blocks.err;
  tests::Process prometheus({"prometheus", "--config.file",
                             folder.Write("config.yml", "{}"),
                             "--storage.tsdb.path", folder.Path("data"),
                             "--web.listen-address", "127.0.0.1:0"});
  const std::string address =
      prometheus.WaitForText("msg=\"Listening on\" address=", kDeadline);
  ASSERT_NE(address, "") << prometheus.err();
  const auto gate = [&](std::vector<std::string> arguments) {
    arguments.insert(
        arguments.begin(),
        {tests::Rollwatch(), "gate", ROLLWATCH_SOURCE_DIR "/examples/gate.yml",
         "--server", "http://" + address});
    return tests::Run(arguments, {}, kDeadline);
  };

  const tests::Finished staging =
      gate({"--group", "staging", "--for", "2s", "--interval", "1s"});
  EXPECT_EQ(staging.status, 0) << staging.out << staging.err;
  EXPECT_THAT(staging.out,
              HasSubstr("StagingErrorRate value: 0.002 {job=\"app-staging\"}; "
                        "bound: > 0.01; query: (sum by (job) ("));
  EXPECT_THAT(staging.out, HasSubstr("GO\n  no alert of 1 fired in 3 "));
  const tests::Finished production = gate({"--group", "production"});
  EXPECT_EQ(production.status, 1) << production.out << production.err;
  EXPECT_THAT(production.out, HasSubstr("ROLL BACK\n  ProductionErrorRate "
                                        "fires, value 0.002, "));
}

}  // namespace
}  // namespace rollwatch
