#include "net/signature.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <string>

#include "net/password.h"

namespace net {

Sha256Digest HmacSha256(std::string_view key, std::string_view text) {
  Sha256Digest digest = {};
  unsigned length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(),
       digest.data(), &length);
  return digest;
}

bool IsSignedWith(std::string_view secret, std::string_view text,
                  std::string_view signature) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string wanted = "sha256=";
  for (const unsigned char byte : HmacSha256(secret, text)) {
    wanted += kDigits[byte >> 4];
    wanted += kDigits[byte & 0xF];
  }
  return EqualInConstantTime(wanted, signature);
}

}  // namespace net
