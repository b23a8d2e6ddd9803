// Requests that are signed with a shared secret (HMAC, RFC 2104).

#ifndef NET_SIGNATURE_H_
#define NET_SIGNATURE_H_

#include <array>
#include <string_view>

namespace net {

using Sha256Digest = std::array<unsigned char, 32>;

Sha256Digest HmacSha256(std::string_view key, std::string_view text);

// Whether `signature` is "sha256=" and the HMAC of the text in lower-case hex,
// as GitHub's X-Hub-Signature-256 has it; compared in constant time.
bool IsSignedWith(std::string_view secret, std::string_view text,
                  std::string_view signature);

}  // namespace net

#endif  // NET_SIGNATURE_H_
