#include "rollwatch/delivery.h"

#include <signal.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/json.h"

namespace rollwatch {
namespace {

// Of one try: a sidecar that hangs is as good as none.
constexpr base::Duration kLongestTry = 5'000;
constexpr base::Duration kShortestTry = 50;
constexpr base::Duration kFirstPause = 100;
constexpr base::Duration kLongestPause = 1'000;

bool IsTransient(int status) {
  return status >= 500 || status == 429 || status == 408;
}

// The "error" of a JSON answer, or the answer's first line.
std::string ErrorOf(const net::HttpResponse& response) {
  const base::Source source("answer", response.body);
  base::Diagnostics diagnostics;
  const std::optional<base::Json> json = base::ReadJson(source, diagnostics);
  if (json && !json->TextOf("error").empty()) {
    return std::string(json->TextOf("error"));
  }
  return absl::StrFormat("HTTP status %d: %s", response.status,
                         source.Line(1).substr(0, 200));
}

DeliveryResult Read(const net::HttpResponse& response) {
  if (IsTransient(response.status)) {
    return {DeliveryOutcome::kUnreachable, ErrorOf(response), 0, 0,
            response.status};
  }
  if (response.status != 200) {
    return {DeliveryOutcome::kRefused, ErrorOf(response), 0, 0,
            response.status};
  }
  const base::Source source("answer", response.body);
  base::Diagnostics diagnostics;
  const std::optional<base::Json> json = base::ReadJson(source, diagnostics);
  const base::Json* recorded = json ? json->Find("recorded") : nullptr;
  if (recorded == nullptr || !recorded->is(base::JsonKind::kNumber)) {
    return {DeliveryOutcome::kRefused, "what answers there is no rollwatch", 0,
            0, response.status};
  }
  const base::Json* duplicates = json->Find("duplicates");
  const double again = duplicates == nullptr ? 0 : duplicates->number;
  return {recorded->number > 0 ? DeliveryOutcome::kRecorded
                               : DeliveryOutcome::kDuplicate,
          "", static_cast<std::int64_t>(recorded->number),
          static_cast<std::int64_t>(again), response.status};
}

DeliveryResult Try(const EventsAddress& address, const std::string& body,
                   base::Duration timeout) {
  std::vector<net::Header> headers = address.client.headers;
  headers.push_back({"Content-Type", "application/json"});
  const absl::StatusOr<net::HttpResponse> response =
      net::Send({.method = "POST",
                 .url = address.url,
                 .headers = std::move(headers),
                 .body = body,
                 .timeout = timeout,
                 .max_response_bytes = 1 << 20,
                 .tls = address.client.tls});
  if (response.ok()) return Read(*response);
  return {DeliveryOutcome::kUnreachable,
          std::string(response.status().message()), 0, 0, 0};
}

EventsAddress Whole(EventsAddress address) {
  while (address.url.ends_with('/')) address.url.pop_back();
  address.url += "/api/v1/events";
  return address;
}

}  // namespace

std::string NewEventId() {
  std::array<unsigned char, 16> bytes = {};
  const ssize_t filled = getrandom(bytes.data(), bytes.size(), 0);
  if (filled != static_cast<ssize_t>(bytes.size())) std::abort();
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
  std::string id;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) id += '-';
    absl::StrAppendFormat(&id, "%02x", bytes[i]);
  }
  return id;
}

Delivery::Delivery(EventsAddress address, std::string body, base::Duration wait)
    : address_(Whole(std::move(address))),
      body_(std::move(body)),
      deadline_(base::SteadyNow() + wait),
      thread_([this] { Run(); }) {}

Delivery::~Delivery() { thread_.join(); }

void Delivery::Hurry(base::Duration wait) {
  const std::lock_guard lock(mutex_);
  deadline_ = std::min(deadline_, base::SteadyNow() + wait);
  changed_.notify_all();
}

bool Delivery::done() const {
  const std::lock_guard lock(mutex_);
  return done_;
}

DeliveryResult Delivery::Result() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return done_; });
  return result_;
}

Delivery::Time Delivery::deadline() const {
  const std::lock_guard lock(mutex_);
  return deadline_;
}

void Delivery::Run() {
  // A TLS connection that the other end has closed is an error of this try, and
  // must not end the program.
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  base::Duration pause = kFirstPause;
  DeliveryResult result;
  for (;;) {
    const base::Duration left = deadline() - base::SteadyNow();
    result = Try(address_, body_, std::clamp(left, kShortestTry, kLongestTry));
    if (result.outcome != DeliveryOutcome::kUnreachable) break;
    const Time next = base::SteadyNow() + pause;
    std::unique_lock lock(mutex_);
    // Hurry() may move the deadline before the next try.
    changed_.wait_for(lock, std::chrono::milliseconds(pause),
                      [&] { return next >= deadline_; });
    if (next >= deadline_) break;
    pause = std::min(pause * 2, kLongestPause);
  }
  const std::lock_guard lock(mutex_);
  result_ = std::move(result);
  done_ = true;
  changed_.notify_all();
}

}  // namespace rollwatch
