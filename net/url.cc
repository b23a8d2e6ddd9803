#include "net/url.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>

#include "absl/strings/str_format.h"

namespace net {
namespace {

std::optional<int> ReadPort(std::string_view text) {
  int port = 0;
  const char* last = text.data() + text.size();
  const auto read = std::from_chars(text.data(), last, port);
  if (text.empty() || read.ec != std::errc() || read.ptr != last || port < 0 ||
      port > 65535) {
    return std::nullopt;
  }
  return port;
}

absl::Status NoUrl(std::string_view text, std::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrFormat("not a URL: \"%s\": %s", text, why));
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// "host", "host:port", "[::1]:port".
bool ReadAuthority(std::string_view authority, Url& url) {
  std::string_view port;
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == authority.npos) return false;
    url.host = authority.substr(1, end - 1);
    port = authority.substr(end + 1);
  } else {
    const std::size_t colon = std::min(authority.find(':'), authority.size());
    url.host = authority.substr(0, colon);
    port = authority.substr(colon);
  }
  if (url.host.empty()) return false;
  if (port.empty()) return true;
  const std::optional<int> number = ReadPort(port.substr(1));
  if (port.front() != ':' || !number || *number == 0) return false;
  url.port = *number;
  return true;
}

// The IP address of a name, IPv4 before IPv6.
absl::StatusOr<std::string> Resolve(const std::string& host) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  int error = 0;
  for (const int family : {AF_INET, AF_INET6}) {
    hints.ai_family = family;
    addrinfo* found = nullptr;
    error = getaddrinfo(host.c_str(), nullptr, &hints, &found);
    if (error != 0) continue;
    char text[NI_MAXHOST] = {};
    error = getnameinfo(found->ai_addr, found->ai_addrlen, text, sizeof(text),
                        nullptr, 0, NI_NUMERICHOST);
    freeaddrinfo(found);
    if (error == 0) return std::string(text);
  }
  return absl::InvalidArgumentError(absl::StrFormat(
      "no IP address of \"%s\": %s", host, gai_strerror(error)));
}

}  // namespace

absl::StatusOr<Url> ParseUrl(std::string_view text) {
  Url url;
  const std::size_t colon = text.find("://");
  if (colon == text.npos) return NoUrl(text, "it begins with http://");
  url.scheme = text.substr(0, colon);
  if (url.scheme != "http" && url.scheme != "https") {
    return NoUrl(text, "its scheme is http or https");
  }
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte >= 0x7f || c == '"' || c == '<' || c == '>' ||
        c == '\\') {
      return NoUrl(text, "it has a character that must be written as %XX");
    }
  }
  const std::string_view rest = text.substr(colon + 3);
  const std::size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  url.path = rest.substr(end);
  url.port = url.scheme == "http" ? 80 : 443;
  const std::string_view authority = rest.substr(0, end);
  if (authority.find('@') != authority.npos) {
    return NoUrl(text, "user names and passwords do not belong in it");
  }
  if (!ReadAuthority(authority, url)) {
    return NoUrl(text, "it names no host, or no port from 1 to 65535");
  }
  return url;
}

bool IsLoopback(std::string_view host) {
  in_addr address = {};
  const std::string text(host);
  if (inet_pton(AF_INET, text.c_str(), &address) == 1) {
    return (ntohl(address.s_addr) >> 24) == 127;
  }
  return host == "localhost" || host == "::1";
}

absl::StatusOr<ListenAddress> ParseListenAddress(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const auto refuse = [text](std::string_view why) {
    return absl::InvalidArgumentError(
        absl::StrFormat("not an address to listen on: \"%s\": %s", text, why));
  };
  if (colon == text.npos) return refuse("write HOST:PORT or :PORT");
  const std::optional<int> port = ReadPort(text.substr(colon + 1));
  if (!port) return refuse("its port is a number from 0 to 65535");
  std::string host(text.substr(0, colon));
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != host.npos) {
    return refuse("write an IPv6 address as [::1]:PORT");
  }
  if (host.empty()) return ListenAddress{std::string(kEveryAddress), *port};
  const absl::StatusOr<std::string> address = Resolve(host);
  if (!address.ok()) return address.status();
  return ListenAddress{*address, *port};
}

std::string ListenAddress::ToString() const {
  const bool six = host.find(':') != host.npos;
  return six ? absl::StrFormat("[%s]:%d", host, port)
             : absl::StrFormat("%s:%d", host, port);
}

std::string PercentEncode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                       (c >= 'a' && c <= 'z') || c == '-' || c == '.' ||
                       c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      absl::StrAppendFormat(&out, "%%%02X", byte);
    }
  }
  return out;
}

std::string PercentDecode(std::string_view text, bool form) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 &&
        HexDigit(text[i + 2]) >= 0) {
      out +=
          static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2]));
      i += 2;
    } else {
      out += form && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::string RemoveDotSegments(std::string_view path) {
  if (path.find("/.") == path.npos) return std::string(path);
  std::string out;
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin + 1), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    const bool last = end == path.size();
    if (segment == "/.") {
      if (last) out += '/';
    } else if (segment == "/..") {
      out.resize(out.find_last_of('/') == out.npos ? 0 : out.rfind('/'));
      if (last) out += '/';
    } else {
      out += segment;
    }
    begin = end;
  }
  return out;
}

std::vector<Parameter> ParseQuery(std::string_view query) {
  std::vector<Parameter> parameters;
  for (std::size_t begin = 0; begin < query.size();) {
    const std::size_t end = std::min(query.find('&', begin), query.size());
    const std::string_view part = query.substr(begin, end - begin);
    begin = end + 1;
    if (part.empty()) continue;
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string_view value =
        part.substr(std::min(equals + 1, part.size()));
    parameters.push_back({PercentDecode(part.substr(0, equals), true),
                          PercentDecode(value, true)});
  }
  return parameters;
}

}  // namespace net
