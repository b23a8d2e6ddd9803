#include "base/unicode_case.h"

#include <gtest/gtest.h>

#include <string>

namespace base {
namespace {

struct Case {
  const char* name;
  const char* text;
  const char* upper;
  const char* lower;
  const char* title;
};

constexpr Case kCases[] = {
    {"Nothing", "", "", "", ""},
    {"Ascii", "aZ_1 b-c", "AZ_1 B-C", "az_1 b-c", "AZ_1 B-C"},
    {"Latin", "übung ÉTÉ", "ÜBUNG ÉTÉ", "übung été", "Übung ÉTÉ"},
    {"Greek", "σίσυφος", "ΣΊΣΥΦΟΣ", "σίσυφος", "Σίσυφος"},
    {"FinalSigmaIsNotChosen", "ΟΔΟΣ", "ΟΔΟΣ", "οδοσ", "ΟΔΟΣ"},
    {"SharpSHasNoSimpleUpperCase", "straße ẞ", "STRAßE ẞ", "straße ß",
     "Straße ẞ"},
    {"DottedI", "iİıI", "IİII", "iiıi", "IİıI"},
    {"LettersOfThreeCases", "ǆ ǅ Ǆ", "Ǆ Ǆ Ǆ", "ǆ ǆ ǆ", "ǅ ǅ ǅ"},
    {"GeorgianHasNoTitleCase", "ა", "Ა", "ა", "ა"},
    {"FourBytes", "𐐨 𐐀", "𐐀 𐐀", "𐐨 𐐨", "𐐀 𐐀"},
    {"WordsBeginBehindAsciiSigns", "a.b:c/d", "A.B:C/D", "a.b:c/d", "A.B:C/D"},
    {"ButBehindSpacesOnlyBeyond", "a\u2003b\u2014c", "A\u2003B\u2014C",
     "a\u2003b\u2014c", "A\u2003B\u2014c"},
    {"NoUtf8IsReplaced", "a\xFF", "A\uFFFD", "a\uFFFD", "A\uFFFD"},
};

class UnicodeCaseTest : public testing::TestWithParam<Case> {};

TEST_P(UnicodeCaseTest, IsGos) {
  EXPECT_EQ(ToUpper(GetParam().text), GetParam().upper);
  EXPECT_EQ(ToLower(GetParam().text), GetParam().lower);
  EXPECT_EQ(ToTitle(GetParam().text), GetParam().title);
}

INSTANTIATE_TEST_SUITE_P(Texts, UnicodeCaseTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace base
