#include "net/gzip.h"

#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace net {
namespace {

constexpr std::size_t kMany = std::size_t{1} << 30;

TEST(GzipTest, WhatIsPackedUnpacks) {
  std::string text;
  for (std::size_t i = 0; i < 200'000; ++i) text += std::to_string(i * i) + "\n";
  const std::string packed = Gzip(text);
  EXPECT_TRUE(LooksLikeGzip(packed));
  EXPECT_LT(packed.size(), text.size() / 2);
  const auto unpacked = Gunzip(packed, kMany);
  ASSERT_TRUE(unpacked.ok());
  EXPECT_EQ(*unpacked, text);
}

TEST(GzipTest, MembersFollowOneAnother) {
  const auto text = Gunzip(Gzip("one\n") + Gzip("") + Gzip("two\n"), kMany);
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(*text, "one\ntwo\n");
}

TEST(GzipTest, ACutFileEndsTooEarly) {
  const std::string packed = Gzip("some text, some text, some more text");
  for (std::size_t size = 0; size < packed.size(); ++size) {
    const auto text = Gunzip(packed.substr(0, size), kMany);
    ASSERT_FALSE(text.ok()) << size;
    EXPECT_EQ(text.status().code(), absl::StatusCode::kDataLoss);
  }
}

TEST(GzipTest, AChangedByteIsFound) {
  std::string packed = Gzip("some text, some text, some more text");
  packed[packed.size() - 6] ^= 1;
  const auto text = Gunzip(packed, kMany);
  ASSERT_FALSE(text.ok());
  EXPECT_NE(
      std::string(text.status().message()).find("damaged gzip data at offset"),
      std::string::npos);
}

TEST(GzipTest, TooMuchIsRefused) {
  const auto text = Gunzip(Gzip(std::string(5'000'000, 'x')), 1'000'000);
  ASSERT_FALSE(text.ok());
  EXPECT_EQ(text.status().code(), absl::StatusCode::kResourceExhausted);
}

TEST(GzipTest, PlainTextIsNoGzip) {
  EXPECT_FALSE(LooksLikeGzip("up 1\n"));
  EXPECT_FALSE(LooksLikeGzip(""));
}

TEST(GzipTest, IsTakenByWhoNamesIt) {
  for (const char* accepts : {"gzip", "deflate, gzip;q=0.5", "*", "GZIP"}) {
    EXPECT_TRUE(AcceptsGzip(accepts)) << accepts;
  }
  for (const char* accepts : {"", "identity", "gzip;q=0", "br"}) {
    EXPECT_FALSE(AcceptsGzip(accepts)) << accepts;
  }
}

}  // namespace
}  // namespace net
