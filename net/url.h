// URLs and the addresses that servers listen on.

#ifndef NET_URL_H_
#define NET_URL_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "net/http_message.h"

namespace net {

struct Url {
  std::string scheme;  // "http" or "https".
  std::string host;    // Without the brackets of an IPv6 address.
  int port = 0;        // The scheme's own when none is written.
  std::string path;    // With the query, as written; "" when there is none.
};

// Reads http://HOST[:PORT][/PATH]. Other schemes, user names in the URL and
// bytes that are no part of a URL are refused.
absl::StatusOr<Url> ParseUrl(std::string_view text);

// Whether `host` names this machine: localhost, 127.0.0.0/8, ::1.
bool IsLoopback(std::string_view host);

// Every address of the machine, of IPv4 too.
inline constexpr std::string_view kEveryAddress = "::";

struct ListenAddress {
  std::string host;  // An IP address.
  int port = 0;      // 0: the system picks one.

  // "127.0.0.1:80", "[::1]:80".
  std::string ToString() const;
};

// HOST:PORT, [IPv6]:PORT, or :PORT for every address of the machine. A name is
// looked up; its IPv4 address goes first.
absl::StatusOr<ListenAddress> ParseListenAddress(std::string_view text);

// Letters, digits and -._~ stay as they are, all else becomes %XX.
std::string PercentEncode(std::string_view text);

// %XX is one byte; with `form`, + is a space. A % that no two hexadecimal
// digits follow stays as it is.
std::string PercentDecode(std::string_view text, bool form);

// RFC 3986's: "/a/./b/../c" is "/a/c"; never above the root.
std::string RemoveDotSegments(std::string_view path);

// a=1&b=2, each part decoded as a form's.
std::vector<Parameter> ParseQuery(std::string_view query);

}  // namespace net

#endif  // NET_URL_H_
