#include "net/http_message.h"

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace net {
namespace {

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

struct StatusRow {
  int status;
  std::string_view phrase;
};

// clang-format off
constexpr StatusRow kStatuses[] = {
    {200, "OK"},
    {202, "Accepted"},
    {204, "No Content"},
    {302, "Found"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {411, "Length Required"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
};
// clang-format on

struct AcceptedType {
  std::string type;
  double q;
};

// One element of the header: "text/plain; version=0.0.4; q=0.5".
AcceptedType ReadType(std::string_view element) {
  AcceptedType accepted{"", 1};
  while (!element.empty()) {
    const std::size_t end = std::min(element.find(';'), element.size());
    std::string part;
    for (const char c : element.substr(0, end)) {
      if (c != ' ' && c != '\t') part += Lower(c);
    }
    element.remove_prefix(std::min(end + 1, element.size()));
    if (part.starts_with("q=")) {
      const char* last = part.data() + part.size();
      const auto read = std::from_chars(part.data() + 2, last, accepted.q);
      if (read.ec != std::errc() || read.ptr != last) accepted.q = 0;
    } else if (!part.empty()) {
      accepted.type += (accepted.type.empty() ? "" : ";") + part;
    }
  }
  return accepted;
}

}  // namespace

std::string_view FindHeader(const std::vector<Header>& headers,
                            std::string_view name) {
  const auto same = [](char a, char b) { return Lower(a) == Lower(b); };
  for (const Header& header : headers) {
    if (std::equal(header.name.begin(), header.name.end(), name.begin(),
                   name.end(), same)) {
      return header.value;
    }
  }
  return {};
}

std::string_view ReasonPhrase(int status) {
  for (const StatusRow& row : kStatuses) {
    if (row.status == status) return row.phrase;
  }
  return "Unknown";
}

std::vector<std::string> AcceptedTypes(std::string_view accept) {
  std::vector<AcceptedType> accepted;
  while (!accept.empty()) {
    const std::size_t end = std::min(accept.find(','), accept.size());
    AcceptedType type = ReadType(accept.substr(0, end));
    accept.remove_prefix(std::min(end + 1, accept.size()));
    if (!type.type.empty() && type.q > 0) accepted.push_back(std::move(type));
  }
  std::stable_sort(
      accepted.begin(), accepted.end(),
      [](const AcceptedType& a, const AcceptedType& b) { return a.q > b.q; });
  std::vector<std::string> types;
  for (AcceptedType& type : accepted) types.push_back(std::move(type.type));
  return types;
}

}  // namespace net
