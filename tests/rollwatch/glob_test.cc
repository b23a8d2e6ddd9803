#include "rollwatch/glob.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/support/process.h"

namespace rollwatch {
namespace {

struct Case {
  const char* name;
  const char* pattern;
  const char* text;
  const char* want;  // "yes", "no" or "bad".
};

constexpr Case kCases[] = {
    {"Literal", "a.yml", "a.yml", "yes"},
    {"LiteralIsTheWholeName", "a", "ab", "no"},
    {"StarTakesAnything", "*.yml", "rules.yml", "yes"},
    {"StarTakesNothing", "a*", "a", "yes"},
    {"StarTakesALeadingDot", "*.yml", ".hidden.yml", "yes"},
    {"StarStopsAtASlash", "*.yml", "a/b.yml", "no"},
    {"StarInTheMiddleFindsTheLastChunk", "a*b", "abcb", "yes"},
    {"TwoStars", "*a*b", "xaab", "yes"},
    {"TwoStarsAreNoFolders", "**", "a/b", "no"},
    {"QuestionMarkIsOneCharacter", "a?c", "abc", "yes"},
    {"QuestionMarkIsNoSlash", "a?c", "a/c", "no"},
    {"Class", "a[b-d]", "ac", "yes"},
    {"NegatedClass", "a[^b-d]", "ac", "no"},
    {"ExclamationMarkIsOrdinary", "a[!b]", "a!", "yes"},
    {"EscapedStar", "a\\*", "a*", "yes"},
    {"EscapedStarIsNoStar", "a\\*", "ab", "no"},
    {"QuestionMarkIsAnyCharacter", "?.yml", "é.yml", "yes"},
    {"ClassOfOtherLetters", "[à-ü].yml", "é.yml", "yes"},
    {"ClassTakesAWholeCharacter", "[é][é].yml", "é.yml", "no"},
    {"NegatedClassTakesAWholeCharacter", "[^a].yml", "é.yml", "yes"},
    {"BadBehindWhatDoesNotMatch", "a*[", "b", "no"},
    {"BadBehindWhatMatches", "a*[", "ab", "bad"},
    {"OpenClass", "a[b", "ab", "bad"},
    {"EmptyClass", "a[]", "a", "bad"},
    {"RangeWithoutEnd", "[a-]", "a", "bad"},
    {"BackslashAtTheEnd", "a\\", "a", "bad"},
};

class GlobTest : public testing::TestWithParam<Case> {};

TEST_P(GlobTest, MatchesAsGoDoes) {
  const auto matches = GlobMatches(GetParam().pattern, GetParam().text);
  EXPECT_EQ(!matches.ok() ? "bad"
            : *matches    ? "yes"
                          : "no",
            std::string(GetParam().want));
}

INSTANTIATE_TEST_SUITE_P(Patterns, GlobTest, testing::ValuesIn(kCases),
                         [](const auto& row) { return row.param.name; });

TEST(Glob, FindsFilesInSortedOrder) {
  const tests::TemporaryFolder folder;
  std::filesystem::create_directory(folder.Path("x"));
  std::filesystem::create_directory(folder.Path("y"));
  const std::string b = folder.Write("x/b.yml", "");
  const std::string a = folder.Write("x/a.yml", "");
  const std::string c = folder.Write("y/c.yml", "");
  folder.Write("y/c.txt", "");
  EXPECT_THAT(*Glob(folder.Path("*/*.yml")), testing::ElementsAre(a, b, c));
  EXPECT_THAT(*Glob(a), testing::ElementsAre(a));
  EXPECT_THAT(*Glob(folder.Path("x")), testing::ElementsAre(folder.Path("x")));
  EXPECT_THAT(*Glob(folder.Path("nope*")), testing::IsEmpty());
  EXPECT_THAT(*Glob(""), testing::IsEmpty());
  EXPECT_FALSE(Glob(folder.Path("[")).ok());
}

}  // namespace
}  // namespace rollwatch
