#include "base/version.h"

#include "gtest/gtest.h"

namespace base {
namespace {

TEST(Versions, AreReleasesFromTwoOn) {
  EXPECT_EQ(ParseVersion("2.42"), (Version{2, 42}));
  EXPECT_EQ(ParseVersion("v3.5"), (Version{3, 5}));
  EXPECT_GT(ParseVersion("2"), ParseVersion("2.1000"));
  EXPECT_LT(ParseVersion("2"), ParseVersion("3.0"));
  for (const char* text : {"", "1.8", "x", "2.", "2.42.0", "-2", "2.-1"}) {
    EXPECT_FALSE(ParseVersion(text).has_value()) << text;
  }
}

TEST(Versions, PrintAsTheyAreRead) {
  for (const char* text : {"2.42", "3.0", "3"}) {
    EXPECT_EQ(ToString(*ParseVersion(text)), text);
  }
}

}  // namespace
}  // namespace base
