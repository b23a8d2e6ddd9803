// One table of options: flags, environment, configuration, --print-config.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/process.h"

namespace rollwatch {
namespace {

using testing::HasSubstr;

class ServeOptionsTest : public testing::Test {
 protected:
  tests::Finished Print(const std::vector<std::string>& flags,
                        const std::vector<std::string>& environment = {}) {
    std::vector<std::string> arguments = {tests::Rollwatch(), "serve",
                                          "--print-config"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return tests::Run(arguments, environment);
  }

  tests::TemporaryFolder folder_;
};

TEST_F(ServeOptionsTest, EveryOptionIsPrintedWithItsDefault) {
  const tests::Finished printed = Print({});
  EXPECT_EQ(printed.status, 0) << printed.err;
  EXPECT_THAT(printed.out,
              HasSubstr("environments: [\"staging\", \"production\"]\n"));
  EXPECT_THAT(printed.out, HasSubstr("tokens: []\n"));
  EXPECT_THAT(printed.out,
              HasSubstr("\n  web.listen-address: \"127.0.0.1:10970\"\n"));
  EXPECT_THAT(printed.out, HasSubstr("\n  scrape-interval: \"15s\"\n"));
  EXPECT_THAT(printed.out, HasSubstr("\n  rules: []\n"));
  EXPECT_THAT(printed.out, HasSubstr("\n  web.enable-lifecycle: \"false\"\n"));
}

TEST_F(ServeOptionsTest, FlagGoesBeforeEnvironmentBeforeFile) {
  const std::string file = folder_.Write("rollwatch.yml",
                                         "flags:\n"
                                         "  web.listen-address: :1\n"
                                         "  web.events-address: :1\n"
                                         "  scrape-interval: 1s\n"
                                         "  rules: [a.yml, b.yml]\n"
                                         "  web.enable-lifecycle: true\n");
  const tests::Finished printed = Print(
      {"--config.file", file, "--web.listen-address", ":3"},
      {"ROLLWATCH_WEB_LISTEN_ADDRESS=:2", "ROLLWATCH_WEB_EVENTS_ADDRESS=:2"});
  EXPECT_EQ(printed.status, 0) << printed.err;
  EXPECT_THAT(printed.out, HasSubstr("\n  web.listen-address: \":3\"\n"));
  EXPECT_THAT(printed.out, HasSubstr("\n  web.events-address: \":2\"\n"));
  EXPECT_THAT(printed.out, HasSubstr("\n  scrape-interval: \"1s\"\n"));
  EXPECT_THAT(printed.out, HasSubstr("\n  web.enable-lifecycle: \"true\"\n"));
  // Files are seen from the file that names them.
  EXPECT_THAT(printed.out,
              HasSubstr("\n  rules: [\"" + folder_.Path("a.yml") + "\", \"" +
                        folder_.Path("b.yml") + "\"]\n"));
}

TEST_F(ServeOptionsTest, WhatIsPrintedIsReadToTheSame) {
  folder_.Write("t", "a-token-of-the-pipeline");
  const std::string file =
      folder_.Write("rollwatch.yml",
                    "environments: [eu, us]\n"
                    "external_labels: {cluster: 'a\"b'}\n"
                    "tokens: [{name: ci, file: t, environments: [eu]}]\n"
                    "flags: {log.level: debug, rules: [r.yml]}\n");
  const tests::Finished first = Print({"--config.file", file});
  ASSERT_EQ(first.status, 0) << first.err;
  const tests::Finished second =
      Print({"--config.file", folder_.Write("again.yml", first.out)});
  EXPECT_EQ(second.status, 0) << second.err;
  EXPECT_EQ(second.out, first.out);
}

struct WrongCase {
  const char* file;
  std::vector<std::string> environment;
  int status;
  const char* says;
};

TEST_F(ServeOptionsTest, WrongSettingsAreSaidWithTheirPlace) {
  const WrongCase kCases[] = {
      {"flags: {web.listen-adress: a}\n",
       {},
       1,
       "c.yml:1:9: error: no flag is called --web.listen-adress"},
      {"flags: {scrape-interval: 15}\n", {}, 1, "c.yml:1:26: error: "},
      {"flags: {web.listen-address: x}\n", {}, 2, "write HOST:PORT"},
      {"",
       {"ROLLWATCH_SCRAPE_INTERVAL=fast"},
       2,
       "ROLLWATCH_SCRAPE_INTERVAL: "},
  };
  for (const WrongCase& test : kCases) {
    const tests::Finished printed = Print(
        {"--config.file", folder_.Write("c.yml", test.file)}, test.environment);
    EXPECT_EQ(printed.status, test.status) << test.file;
    EXPECT_THAT(printed.err, HasSubstr(test.says));
  }
}

}  // namespace
}  // namespace rollwatch
