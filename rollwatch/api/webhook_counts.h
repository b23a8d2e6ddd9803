// How webhooks were answered since the process started.

#ifndef ROLLWATCH_API_WEBHOOK_COUNTS_H_
#define ROLLWATCH_API_WEBHOOK_COUNTS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rollwatch {

// kRefused: not signed, or wrongly; kRejected: signed, and not taken; kFailed:
// the journal could not be written.
enum class WebhookResult { kRecorded, kIgnored, kRefused, kRejected, kFailed };

// The values of the label `result`, in the order of the enumeration.
inline constexpr std::array<std::string_view, 5> kWebhookResults = {
    "recorded", "ignored", "refused", "rejected", "failed"};

// Thread-safe.
class WebhookCounts {
 public:
  void Add(WebhookResult result) {
    counts_[static_cast<std::size_t>(result)].fetch_add(
        1, std::memory_order_relaxed);
  }
  std::int64_t operator[](std::size_t result) const {
    return counts_[result].load(std::memory_order_relaxed);
  }

 private:
  std::array<std::atomic<std::int64_t>, kWebhookResults.size()> counts_ = {};
};

}  // namespace rollwatch

#endif  // ROLLWATCH_API_WEBHOOK_COUNTS_H_
