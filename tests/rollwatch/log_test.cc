#include "rollwatch/log.h"

#include <gtest/gtest.h>

namespace rollwatch {
namespace {

TEST(LogTest, LogfmtQuotesWhatIsNoPlainWord) {
  EXPECT_EQ(FormatLogLine(LogFormat::kLogfmt, "T", LogLevel::kWarn, "a b",
                          {{"c", "d"}, {"e", "f=\"g\"\n"}, {"h", ""}}),
            "ts=T level=warn msg=\"a b\" c=d e=\"f=\\\"g\\\"\\n\" h=\"\"\n");
}

TEST(LogTest, JsonIsOneObjectALine) {
  EXPECT_EQ(FormatLogLine(LogFormat::kJson, "T", LogLevel::kInfo, "a\nb",
                          {{"c", "\"d\""}}),
            "{\"ts\":\"T\",\"level\":\"info\",\"msg\":\"a\\nb\",\"c\":"
            "\"\\\"d\\\"\"}\n");
}

TEST(LogTest, NamesReadBack) {
  for (const std::string& name : LogLevelNames()) {
    const std::string line =
        FormatLogLine(LogFormat::kLogfmt, "T", ReadLogLevel(name), "m", {});
    EXPECT_EQ(line, "ts=T level=" + name + " msg=m\n");
  }
  EXPECT_EQ(ReadLogFormat("json"), LogFormat::kJson);
  EXPECT_EQ(ReadLogFormat("logfmt"), LogFormat::kLogfmt);
}

}  // namespace
}  // namespace rollwatch
