#include "promql/storage/server/connection.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/json.h"
#include "base/source.h"

namespace promql::server {
namespace {

constexpr std::chrono::milliseconds kFirstPause(250);

bool MayPass(const absl::StatusOr<net::HttpResponse>& response) {
  if (!response.ok()) {
    return response.status().code() == absl::StatusCode::kUnavailable ||
           response.status().code() == absl::StatusCode::kDeadlineExceeded;
  }
  constexpr int kPassing[] = {429, 500, 502, 503, 504};
  return std::ranges::find(kPassing, response->status) != std::end(kPassing);
}

// What the server says: the API's "error", else the first line.
std::string Reason(const net::HttpResponse& response) {
  base::Diagnostics ignored;
  const base::Source source("answer", response.body);
  const auto json = base::ReadJson(source, ignored);
  if (json.has_value() && !json->TextOf("error").empty()) {
    return std::string(json->TextOf("error"));
  }
  constexpr std::size_t kMost = 200;
  return response.body.substr(0, std::min(response.body.find('\n'), kMost));
}

}  // namespace

Connection::Connection(std::string url, const DataSourceOptions& options)
    : url_(std::move(url)), options_(options) {
  while (url_.ends_with('/')) url_.pop_back();
}

absl::StatusOr<net::HttpResponse> Connection::Get(std::string_view path) const {
  return Send(
      {.url = url_ + std::string(path), .headers = options_.client.headers});
}

absl::StatusOr<net::HttpResponse> Connection::Post(
    std::string_view path, std::string body,
    std::vector<net::Header> headers) const {
  headers.insert(headers.end(), options_.client.headers.begin(),
                 options_.client.headers.end());
  return Send({.method = "POST",
               .url = url_ + std::string(path),
               .headers = std::move(headers),
               .body = std::move(body)});
}

absl::Status Connection::Failure(std::string_view path,
                                 const net::HttpResponse& response) const {
  std::string message =
      absl::StrFormat("%s%s: %d %s", url_, path, response.status,
                      net::ReasonPhrase(response.status));
  const std::string reason = Reason(response);
  if (!reason.empty()) message += ": " + reason;
  if (response.status == 401 || response.status == 403) {
    return absl::PermissionDeniedError(message);
  }
  return absl::UnavailableError(message);
}

absl::StatusOr<net::HttpResponse> Connection::Send(net::HttpCall call) const {
  call.timeout = options_.timeout;
  call.tls = options_.client.tls;
  call.max_response_bytes = kLargestAnswer;
  auto response = net::Send(call);
  auto pause = kFirstPause;
  for (int attempt = 1; attempt < options_.attempts && MayPass(response);
       ++attempt, pause *= 2) {
    std::this_thread::sleep_for(pause);
    response = net::Send(call);
  }
  const std::string_view path = std::string_view(call.url).substr(url_.size());
  if (!response.ok()) {
    return absl::Status(
        response.status().code(),
        absl::StrFormat("%s: %s", call.url,
                        std::string(response.status().message())));
  }
  const bool refused = response->status == 401 || response->status == 403;
  if (refused || MayPass(response)) return Failure(path, *response);
  return response;
}

}  // namespace promql::server
