#include "net/signature.h"

#include <gtest/gtest.h>

#include <string>

namespace net {
namespace {

std::string Hex(const Sha256Digest& digest) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const unsigned char byte : digest) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 0xF];
  }
  return hex;
}

// RFC 4231, test cases 2 and 6.
TEST(SignatureTest, HmacIsThatOfTheStandard) {
  EXPECT_EQ(Hex(HmacSha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(
      Hex(HmacSha256(std::string(131, '\xaa'),
                     "Test Using Larger Than Block-Size Key - Hash Key First")),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(SignatureTest, OnlyTheWholeSignatureFits) {
  const std::string signature =
      "sha256="
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
  const std::string text = "what do ya want for nothing?";
  EXPECT_TRUE(IsSignedWith("Jefe", text, signature));
  EXPECT_FALSE(IsSignedWith("jefe", text, signature));
  EXPECT_FALSE(IsSignedWith("Jefe", text + " ", signature));
  EXPECT_FALSE(IsSignedWith("Jefe", text, signature.substr(0, 70)));
  EXPECT_FALSE(IsSignedWith("Jefe", text, signature + "0"));
  EXPECT_FALSE(IsSignedWith("Jefe", text, signature.substr(7)));
  EXPECT_FALSE(IsSignedWith("Jefe", text, ""));
}

}  // namespace
}  // namespace net
