#include "exporter/shared_totals.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace exporter {
namespace {

// A copy that lacks more events is made anew when it is needed.
constexpr std::size_t kMostRecent = 10'000;

// Leaves the copy, also when reading threw.
class ReadingCopy {
 public:
  explicit ReadingCopy(std::atomic<int>& readers) : readers_(readers) {}
  ~ReadingCopy() { readers_.fetch_sub(1); }
  ReadingCopy(const ReadingCopy&) = delete;
  ReadingCopy& operator=(const ReadingCopy&) = delete;

 private:
  std::atomic<int>& readers_;
};

}  // namespace

SharedTotals::SharedTotals(Totals totals) {
  copies_[0].totals = std::make_unique<Totals>(std::move(totals));
}

// All accesses to `published_` and `readers` are sequentially consistent, so
// that one of two sees the other: the reader that a copy is no longer the
// published one, or the writer that somebody reads it.
void SharedTotals::Read(const std::function<void(const Totals&)>& read) const {
  for (;;) {
    const std::size_t index = published_;
    const Copy& copy = copies_[index];
    copy.readers.fetch_add(1);
    const ReadingCopy reading(copy.readers);
    if (published_ != index) continue;
    read(*copy.totals);
    return;
  }
}

bool SharedTotals::CanCatchUp(const Totals& totals) const {
  const std::int64_t last = copies_[published_].totals->last_sequence();
  return totals.last_sequence() == last ||
         (!recent_.empty() &&
          totals.last_sequence() >= recent_.front().sequence - 1);
}

// A copy that nobody reads, best the newest.
std::size_t SharedTotals::FindUnread() const {
  for (;;) {
    std::size_t best = kCopies;
    std::int64_t newest = -1;
    for (std::size_t i = 0; i < kCopies; ++i) {
      if (i == published_ || copies_[i].readers != 0) continue;
      const Totals* totals = copies_[i].totals.get();
      const std::int64_t last =
          totals == nullptr ? 0 : totals->last_sequence() + 1;
      if (last > newest) {
        newest = last;
        best = i;
      }
    }
    if (best != kCopies) return best;
    std::this_thread::yield();
  }
}

const Totals& SharedTotals::next() {
  if (next_ != kCopies) return *copies_[next_].totals;
  next_ = FindUnread();
  std::unique_ptr<Totals>& totals = copies_[next_].totals;
  if (totals == nullptr || !CanCatchUp(*totals)) {
    totals = std::make_unique<Totals>(*copies_[published_].totals);
    return *totals;
  }
  for (const RecordedEvent& event : recent_) {
    if (event.sequence > totals->last_sequence()) totals->Apply(event);
  }
  return *totals;
}

void SharedTotals::Apply(RecordedEvent event, std::vector<Cell>& changed) {
  next();
  copies_[next_].totals->Apply(event, changed);
  applied_.push_back(std::move(event));
}

void SharedTotals::Publish() {
  if (applied_.empty()) return;
  std::ranges::move(applied_, std::back_inserter(recent_));
  applied_.clear();
  published_ = std::exchange(next_, kCopies);
  Trim();
}

void SharedTotals::Discard() {
  if (applied_.empty()) return;
  applied_.clear();
  copies_[std::exchange(next_, kCopies)].totals.reset();
}

// Forgets the events that no copy lacks, or more when they are many, and copies
// that are too far behind.
void SharedTotals::Trim() {
  std::int64_t oldest = copies_[published_].totals->last_sequence();
  for (Copy& copy : copies_) {
    if (copy.totals == nullptr) continue;
    if (CanCatchUp(*copy.totals)) {
      oldest = std::min(oldest, copy.totals->last_sequence());
    } else if (copy.readers == 0) {
      copy.totals.reset();
    }
  }
  while (!recent_.empty() &&
         (recent_.front().sequence <= oldest || recent_.size() > kMostRecent)) {
    recent_.pop_front();
  }
}

}  // namespace exporter
