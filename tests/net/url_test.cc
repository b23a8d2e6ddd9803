#include "net/url.h"

#include <gtest/gtest.h>

#include "absl/strings/str_format.h"

namespace net {
namespace {

std::string Show(std::string_view text) {
  const absl::StatusOr<Url> url = ParseUrl(text);
  if (!url.ok()) return "error";
  return absl::StrFormat("%s|%s|%d|%s", url->scheme, url->host, url->port,
                         url->path);
}

struct Case {
  const char* name;
  const char* text;
  const char* want;
};

class UrlTest : public testing::TestWithParam<Case> {};

TEST_P(UrlTest, Parses) { EXPECT_EQ(Show(GetParam().text), GetParam().want); }

constexpr Case kUrls[] = {
    {"PortOfTheScheme", "http://a.b", "http|a.b|80|"},
    {"Https", "https://a.b/c?d=e", "https|a.b|443|/c?d=e"},
    {"OwnPort", "http://127.0.0.1:10971/", "http|127.0.0.1|10971|/"},
    {"SixInBrackets", "http://[::1]:9090/x", "http|::1|9090|/x"},
    {"QueryWithoutPath", "http://a?b", "http|a|80|?b"},
    {"NoScheme", "a.b:80", "error"},
    {"OtherScheme", "javascript://a/%0aalert(1)", "error"},
    {"NoHost", "http://", "error"},
    {"PortZero", "http://a:0", "error"},
    {"PortTooHigh", "http://a:65536", "error"},
    {"PortIsAWord", "http://a:http", "error"},
    {"UserName", "http://user:secret@a", "error"},
    {"Space", "http://a/b c", "error"},
    {"Quote", "http://a/\"onclick=", "error"},
    {"BeyondAscii", "http://a/\xc3\xa4", "error"},
};

INSTANTIATE_TEST_SUITE_P(Urls, UrlTest, testing::ValuesIn(kUrls),
                         [](const auto& test) { return test.param.name; });

std::string ShowListen(std::string_view text) {
  const absl::StatusOr<ListenAddress> address = ParseListenAddress(text);
  if (!address.ok()) return "error";
  return address->ToString();
}

class ListenTest : public testing::TestWithParam<Case> {};

TEST_P(ListenTest, Parses) {
  EXPECT_EQ(ShowListen(GetParam().text), GetParam().want);
}

constexpr Case kAddresses[] = {
    {"Numbers", "127.0.0.1:0", "127.0.0.1:0"},
    {"NameIsLookedUp", "localhost:10970", "127.0.0.1:10970"},
    {"NoHostIsEveryAddress", ":10970", "[::]:10970"},
    {"NoPort", "127.0.0.1", "error"},
    {"PortTooHigh", ":70000", "error"},
    {"Six", "[::1]:80", "[::1]:80"},
    {"SixWithoutBrackets", "::1:80", "error"},
};

INSTANTIATE_TEST_SUITE_P(Addresses, ListenTest, testing::ValuesIn(kAddresses),
                         [](const auto& test) { return test.param.name; });

TEST(LoopbackTest, IsThisMachine) {
  EXPECT_TRUE(IsLoopback("localhost"));
  EXPECT_TRUE(IsLoopback("127.8.0.1"));
  EXPECT_TRUE(IsLoopback("::1"));
  EXPECT_FALSE(IsLoopback("128.0.0.1"));
  EXPECT_FALSE(IsLoopback("localhost.example"));
}

TEST(PercentTest, EncodesAllButTheUnreserved) {
  EXPECT_EQ(PercentEncode("aZ09-._~ /+%\xff"), "aZ09-._~%20%2F%2B%25%FF");
}

TEST(PercentTest, DecodesPairsOnly) {
  EXPECT_EQ(PercentDecode("a%20b%2f%zz%2", false), "a b/%zz%2");
  EXPECT_EQ(PercentDecode("a+b", false), "a+b");
  EXPECT_EQ(PercentDecode("a+b", true), "a b");
}

struct DotCase {
  std::string_view path;
  std::string_view want;
};

TEST(DotSegmentsTest, AreResolvedAndNeverLeaveTheRoot) {
  constexpr DotCase kCases[] = {
      {"/a/b", "/a/b"},     {"/a/./b/../c", "/a/c"},
      {"/../../a", "/a"},   {"/a/..", "/"},
      {"/a/.", "/a/"},      {"/.hidden", "/.hidden"},
      {"/a/...", "/a/..."}, {"", ""},
      {"*", "*"},           {"/a/b/../../c", "/c"},
  };
  for (const DotCase& test : kCases) {
    EXPECT_EQ(RemoveDotSegments(test.path), test.want) << test.path;
  }
}

TEST(QueryTest, SplitsThenDecodes) {
  const std::vector<Parameter> parameters = ParseQuery("a=1%262&&b&=c");
  ASSERT_EQ(parameters.size(), 3u);
  EXPECT_EQ(parameters[0].name, "a");
  EXPECT_EQ(parameters[0].value, "1&2");
  EXPECT_EQ(parameters[1].name, "b");
  EXPECT_EQ(parameters[1].value, "");
  EXPECT_EQ(parameters[2].name, "");
  EXPECT_EQ(parameters[2].value, "c");
}

}  // namespace
}  // namespace net
