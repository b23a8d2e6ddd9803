// Brings events to a sidecar, trying again until a deadline.

#ifndef ROLLWATCH_DELIVERY_H_
#define ROLLWATCH_DELIVERY_H_

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "base/time.h"
#include "net/http_client.h"

namespace rollwatch {

enum class DeliveryOutcome {
  kRecorded,
  kDuplicate,    // It had been recorded before.
  kRefused,      // It is wrong, and would be at the next try.
  kUnreachable,  // No answer, or only "not now", until the deadline.
};

struct DeliveryResult {
  DeliveryOutcome outcome = DeliveryOutcome::kUnreachable;
  std::string message;  // Why not; empty when it is recorded.
  // How many events were new, and how many had been recorded before.
  std::int64_t recorded = 0;
  std::int64_t duplicates = 0;
  int status = 0;  // HTTP's; 0 when there was no answer.
};

// A new event's id: a random UUID (version 4).
std::string NewEventId();

// Where a sidecar takes events, and how it is reached.
struct EventsAddress {
  std::string url;  // Without /api/v1/events.
  net::ClientOptions client = {};
};

// A delivery under way, on a thread of its own. Every try sends the same bytes,
// and so the same id: however many arrive, the event counts once.
class Delivery {
 public:
  // Posts `body` to the address. At least one try is made. REQUIRES:
  // net::ParseUrl accepts the URL.
  Delivery(EventsAddress address, std::string body, base::Duration wait);
  // Waits for the result.
  ~Delivery();
  Delivery(const Delivery&) = delete;
  Delivery& operator=(const Delivery&) = delete;

  // Gives up this much from now on, if that is earlier.
  void Hurry(base::Duration wait);

  bool done() const;
  // Waits for it.
  DeliveryResult Result();

 private:
  using Time = base::Timestamp;  // On a clock that only runs forward.
  void Run();
  Time deadline() const;

  const EventsAddress address_;  // Its URL is whole.
  const std::string body_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Time deadline_;
  bool done_ = false;
  DeliveryResult result_;
  std::thread thread_;
};

}  // namespace rollwatch

#endif  // ROLLWATCH_DELIVERY_H_
