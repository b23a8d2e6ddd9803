// `rollwatch query` on every kind of source.

#include <filesystem>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "net/gzip.h"
#include "net/http_server.h"
#include "tests/support/process.h"

namespace rollwatch {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// The exit status, then what it prints, then what it says.
std::string Query(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {tests::Rollwatch(), "query"});
  const tests::Finished done = tests::Run(arguments);
  return std::to_string(done.status) + "\n" + done.out + done.err;
}

TEST(QuerySourcesTest, PagesAreMerged) {
  const tests::TemporaryFolder folder;
  const std::string text = folder.Write("a.txt", "up{job=\"a\"} 1 1000\n");
  const std::string open = folder.Write("b.om", "up{job=\"b\"} 2 1\n# EOF\n");
  const std::string packed =
      folder.Write("c.gz", net::Gzip("up{job=\"c\"} 3 1000\n"));
  EXPECT_EQ(Query({"sum(up)", "--data", text, "--data", open}), "0\n{}\t3\n");
  EXPECT_EQ(Query({"sum(up)", "--data", folder.Path("")}), "0\n{}\t6\n");
  EXPECT_EQ(Query({"up", "--data", packed}), "0\nup{job=\"c\"}\t3\n");
}

TEST(QuerySourcesTest, BlocksAreReadAndTheirDamageIsNamed) {
  if (tests::Run({"promtool", "--version"}).status != 0) {
    GTEST_SKIP() << "promtool is not installed";
  }
  const tests::TemporaryFolder folder;
  const std::string page = folder.Write(
      "page", "# TYPE m gauge\nm 1 1700000000\nm 2 1700000060\n# EOF\n");
  ASSERT_EQ(tests::Run({"promtool", "tsdb", "create-blocks-from", "openmetrics",
                        page, folder.Path("data")})
                .status,
            0);
  EXPECT_EQ(Query({"sum_over_time(m[5m])", "--data", folder.Path("data")}),
            "0\n{}\t3\n");
  for (const auto& block :
       std::filesystem::directory_iterator(folder.Path("data"))) {
    const std::string chunks = (block.path() / "chunks" / "000001").string();
    std::string bytes = tests::ReadFile(chunks);
    bytes[14] = static_cast<char>(bytes[14] ^ 1);
    std::filesystem::remove(chunks);
    folder.Write("data/" + block.path().filename().string() + "/chunks/000001",
                 bytes);
    EXPECT_THAT(Query({"m", "--data", block.path().string()}),
                testing::AllOf(StartsWith("1\n"),
                               HasSubstr(chunks + ": damaged at offset 8: ")));
    std::filesystem::resize_file(block.path() / "index", 40);
    EXPECT_THAT(
        Query({"m", "--data", block.path().string()}),
        StartsWith("4\nrollwatch: error: " + (block.path() / "index").string() +
                   ": damaged at offset 40: "));
  }
}

TEST(QuerySourcesTest, AServerIsAskedWithItsCredentials) {
  std::string authorization;
  const auto server = net::HttpServer::Start(
      {}, [&](const net::HttpRequest& request) -> net::HttpResponse {
        authorization = net::FindHeader(request.headers, "Authorization");
        if (request.path != "/api/v1/query") return {.status = 404};
        return {.body = R"({"status":"success","data":{"resultType":"matrix",)"
                        R"("result":[{"metric":{"__name__":"up"},)"
                        R"("values":[[1700000000,"7"]]}]}})"};
      });
  ASSERT_TRUE(server.ok());
  const std::string url = "http://" + (*server)->address();
  const tests::TemporaryFolder folder;
  const std::string token = folder.Write("token", "abc\n");
  EXPECT_EQ(Query({"up", "--data", url, "--time", "1700000000",
                   "--http.bearer-token-file", token}),
            "0\nup\t7\n");
  EXPECT_EQ(authorization, "Bearer abc");
  EXPECT_THAT(Query({"up", "--data", url, "--http.bearer-token-file",
                     folder.Path("none")}),
              testing::AllOf(StartsWith("2\n"), HasSubstr("none: ")));
}

TEST(QuerySourcesTest, WhatCannotBeReadIsUnknown) {
  const tests::TemporaryFolder folder;
  EXPECT_EQ(Query({"up", "--data", folder.Path("none")}),
            "4\nrollwatch: error: " + folder.Path("none") +
                ": No such file or directory\n");
  EXPECT_THAT(Query({"up", "--data", folder.Write("bad", "up one\n")}),
              testing::AllOf(StartsWith("1\n"), HasSubstr("bad:1:4: error: ")));
  std::filesystem::create_directory(folder.Path("data"));
  std::filesystem::create_directory(folder.Path("data/wal"));
  folder.Write("data/wal/00000000", "something");
  EXPECT_THAT(Query({"up", "--data", folder.Path("data")}),
              testing::AllOf(StartsWith("4\n"), HasSubstr("no blocks"),
                             HasSubstr("/api/v1/admin/tsdb/snapshot")));
}

}  // namespace
}  // namespace rollwatch
