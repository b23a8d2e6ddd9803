#include "base/utf16.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/utf8.h"

namespace base {
namespace {

using std::string_literals::operator""s;

TEST(Utf16, IsKnownByItsMark) {
  EXPECT_EQ(Utf8FromUtf16("\xFF\xFE"
                          "a\0\xe9\0=\xd8\0\xde"s),
            "aé😀");
  EXPECT_EQ(Utf8FromUtf16("\xFE\xFF\0a\0\xe9\xd8=\xde\0"s), "aé😀");
  EXPECT_EQ(Utf8FromUtf16("\xFF\xFE"s), "");
}

TEST(Utf16, OtherTextsStayAsTheyAre) {
  EXPECT_EQ(Utf8FromUtf16("a: é"), "a: é");
  EXPECT_EQ(Utf8FromUtf16("a\0:\0"s), "a\0:\0"s);
  EXPECT_EQ(Utf8FromUtf16("\xFF"), "\xFF");
  EXPECT_EQ(Utf8FromUtf16(""), "");
}

TEST(Utf16, WhatIsNoneIsNoUtf8) {
  for (const std::string& text :
       {"\xFF\xFE\0\xdc"s, "\xFF\xFE\0\xd8"s, "\xFF\xFE\0\xd8"s + "a\0"s,
        "\xFF\xFE"s + "a\0b"s}) {
    EXPECT_FALSE(IsUtf8(Utf8FromUtf16(text)));
  }
}

}  // namespace
}  // namespace base
