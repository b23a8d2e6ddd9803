// Totals that one thread changes while others read them; neither waits for the
// other.

#ifndef EXPORTER_SHARED_TOTALS_H_
#define EXPORTER_SHARED_TOTALS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "exporter/totals.h"

namespace exporter {

// Holds the totals several times over: one copy is published, and read without
// a lock; the writer goes on in another that nobody reads, and brings it up to
// date with the few events that it lacks. There are two copies, and one more
// for each reader that is still at an older one.
class SharedTotals {
 public:
  explicit SharedTotals(Totals totals);
  SharedTotals(const SharedTotals&) = delete;
  SharedTotals& operator=(const SharedTotals&) = delete;

  // Of the writer, which is one thread at a time.
  //
  // What is published, and what was applied since.
  const Totals& next();
  // Adds an event and appends the cells that changed. REQUIRES: its sequence is
  // next().last_sequence() + 1.
  void Apply(RecordedEvent event, std::vector<Cell>& changed);
  // Readers see what was applied from now on.
  void Publish();
  // What was applied since the last Publish() has not been.
  void Discard();

  // Calls `read` with what is published; it does not change meanwhile. By any
  // thread. The writer waits only when more than kCopies - 2 reads, each begun
  // at another publication, are under way: `read` must be quick.
  void Read(const std::function<void(const Totals&)>& read) const;

  static constexpr std::size_t kCopies = 32;

 private:
  struct Copy {
    std::unique_ptr<Totals> totals;  // Null until it is needed.
    mutable std::atomic<int> readers{0};
  };

  std::size_t FindUnread() const;
  bool CanCatchUp(const Totals& totals) const;
  void Trim();

  std::array<Copy, kCopies> copies_;
  std::atomic<std::size_t> published_{0};
  std::size_t next_ = kCopies;         // The writer's copy; kCopies: none yet.
  std::deque<RecordedEvent> applied_;  // To next_, not yet published.
  std::deque<RecordedEvent> recent_;   // Published: what other copies lack.
};

}  // namespace exporter

#endif  // EXPORTER_SHARED_TOTALS_H_
