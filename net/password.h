// Passwords against their bcrypt hashes.

#ifndef NET_PASSWORD_H_
#define NET_PASSWORD_H_

#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "net/signature.h"

namespace net {

// "$2y$10$", the cost from 04 to 31, and 53 characters of salt and hash; $2a$
// and $2b$ likewise.
bool IsBcryptHash(std::string_view hash);

// Whether two texts are equal, in a time that tells only their lengths.
bool EqualInConstantTime(std::string_view a, std::string_view b);

// Remembers what it has verified (a check at cost 10 takes 53 ms), as a keyed
// hash that is of no use outside this process. Thread-safe.
class PasswordCheck {
 public:
  PasswordCheck();

  enum class Verdict {
    kRight,
    kWrong,
    // Another check for this client, or too many, run: ask again. Wrong
    // passwords must not take all threads.
    kBusy,
  };
  // `hash` empty: nobody of that name; takes as long as a wrong password.
  Verdict Check(const std::string& client, const std::string& user,
                const std::string& password, const std::string& hash);

 private:
  Sha256Digest DigestOf(const std::string& user, const std::string& password,
                        const std::string& hash) const;

  std::string key_;  // Made at start.
  std::mutex mutex_;
  std::set<Sha256Digest> verified_;
  std::set<std::string> checking_;  // Clients.
};

}  // namespace net

#endif  // NET_PASSWORD_H_
