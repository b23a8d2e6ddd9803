#include "net/password.h"

#include <crypt.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>

#include "net/signature.h"

namespace net {
namespace {

constexpr std::size_t kMostAtOnce = 2;
// Of users who have one password each: more are cleared, and checked again.
constexpr std::size_t kMostVerified = 1'000;

// Of a password that nobody has, at the usual cost.
constexpr char kNobody[] =
    "$2b$10$bl72l.pWLoPNljpZt4tRtOmVRHgSjrHV1tZHv9Hv/CJI2bqyxUmnu";

bool Matches(const std::string& password, const std::string& hash) {
  // 32 KiB: too much for a thread's stack.
  const auto data = std::make_unique<crypt_data>();
  const char* made = crypt_r(password.c_str(), hash.c_str(), data.get());
  return made != nullptr && EqualInConstantTime(made, hash);
}

}  // namespace

bool IsBcryptHash(std::string_view hash) {
  constexpr std::size_t kLength = 60;
  if (hash.size() != kLength || !hash.starts_with("$2")) return false;
  if (std::string_view("aby").find(hash[2]) == std::string_view::npos) {
    return false;
  }
  const auto digit = [&](std::size_t i) {
    return hash[i] >= '0' && hash[i] <= '9';
  };
  if (hash[3] != '$' || !digit(4) || !digit(5) || hash[6] != '$') return false;
  const int cost = (hash[4] - '0') * 10 + (hash[5] - '0');
  if (cost < 4 || cost > 31) return false;
  return std::ranges::all_of(hash.substr(7), [](char c) {
    return c == '.' || c == '/' || (c >= '0' && c <= '9') ||
           (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  });
}

bool EqualInConstantTime(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

PasswordCheck::PasswordCheck() : key_(32, '\0') {
  RAND_bytes(reinterpret_cast<unsigned char*>(key_.data()),
             static_cast<int>(key_.size()));
}

Sha256Digest PasswordCheck::DigestOf(const std::string& user,
                                     const std::string& password,
                                     const std::string& hash) const {
  std::string text;
  for (const std::string* part : {&user, &password, &hash}) {
    const std::size_t size = part->size();
    text.append(reinterpret_cast<const char*>(&size), sizeof(size));
    text += *part;
  }
  return HmacSha256(key_, text);
}

PasswordCheck::Verdict PasswordCheck::Check(const std::string& client,
                                            const std::string& user,
                                            const std::string& password,
                                            const std::string& hash) {
  // A password that ends at a NUL would match what stands before it.
  if (password.find('\0') != password.npos) return Verdict::kWrong;
  const Sha256Digest digest = DigestOf(user, password, hash);
  {
    const std::lock_guard lock(mutex_);
    if (!hash.empty() && verified_.contains(digest)) return Verdict::kRight;
    if (checking_.size() >= kMostAtOnce || !checking_.insert(client).second) {
      return Verdict::kBusy;
    }
  }
  const bool right = Matches(password, hash.empty() ? kNobody : hash);
  const std::lock_guard lock(mutex_);
  checking_.erase(client);
  if (!right || hash.empty()) return Verdict::kWrong;
  if (verified_.size() >= kMostVerified) verified_.clear();
  verified_.insert(digest);
  return Verdict::kRight;
}

}  // namespace net
