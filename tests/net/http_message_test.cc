#include "net/http_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace net {
namespace {

TEST(HeadersTest, NamesAreComparedWithoutCase) {
  const std::vector<Header> headers = {{"content-TYPE", "a"},
                                       {"Content-Type", "b"}};
  EXPECT_EQ(FindHeader(headers, "Content-Type"), "a");
  EXPECT_EQ(FindHeader(headers, "Content"), "");
}

struct AcceptCase {
  const char* name;
  const char* accept;
  std::vector<std::string> want;
};

class AcceptTest : public testing::TestWithParam<AcceptCase> {};

TEST_P(AcceptTest, Reads) {
  EXPECT_EQ(AcceptedTypes(GetParam().accept), GetParam().want);
}

const AcceptCase kAccepts[] = {
    {"NothingIsNoType", "", {}},
    {"HighestQFirst", "a/b;q=0.1, c/d;q=0.9", {"c/d", "a/b"}},
    {"EqualQKeepsOrder", "a/b,c/d", {"a/b", "c/d"}},
    {"ZeroIsRefused", "a/b;q=0,c/d", {"c/d"}},
    {"BrokenQIsRefused", "a/b;q=x,c/d;q=", {}},
    {"EmptyElementsAreNothing", ",, ;q=1,a/b", {"a/b"}},
    {"PrometheusTwo",
     "application/openmetrics-text;version=1.0.0,application/"
     "openmetrics-text;version=0.0.1;q=0.75,text/"
     "plain;version=0.0.4;q=0.5,*/*;q=0.1",
     {"application/openmetrics-text;version=1.0.0",
      "application/openmetrics-text;version=0.0.1", "text/plain;version=0.0.4",
      "*/*"}},
    {"ParametersLoseSpacesAndCase",
     "Text/Plain; Version=0.0.4; q=0.5",
     {"text/plain;version=0.0.4"}},
};

INSTANTIATE_TEST_SUITE_P(Accept, AcceptTest, testing::ValuesIn(kAccepts),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace net
