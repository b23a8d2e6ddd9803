// The samples of our own metrics that rules look back on.

#ifndef ROLLWATCH_HISTORY_H_
#define ROLLWATCH_HISTORY_H_

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "alerts/evaluation.h"
#include "base/labels.h"
#include "base/time.h"
#include "exporter/snapshot.h"
#include "promql/engine/storage.h"
#include "promql/storage/memory.h"

namespace rollwatch {

// What a Prometheus that scrapes us would hold, and what rules write to it.
// Forgets what no rule can ask for any more. Not safe for use by several
// threads.
class History : public alerts::EvaluationHost {
 public:
  // The labels that a scrape adds.
  History(std::string job, std::string instance);

  // Stores every sample of the snapshot at its time, and up; a series that was
  // in the one before and is not in this ends.
  void Store(const exporter::Snapshot& snapshot);

  // Forgets what is older than every query until now looked back, and `spare`.
  void Forget(base::Timestamp now, base::Duration spare);

  // How far a query until now looked back, but for what is never kept.
  base::Duration longest() const;

  std::size_t sample_count() const { return storage_.sample_count(); }

  absl::StatusOr<std::vector<alerts::TemplateSample>> Query(
      const promql::Expr& expr, base::Timestamp time) override;
  absl::Status Append(const base::Labels& labels, base::Timestamp time,
                      const alerts::TemplateSample& sample) override;
  void AppendStale(const base::Labels& labels, base::Timestamp time) override;
  double Clock() override;

 private:
  // Passes selections on, and takes down how far back they go.
  class Window : public promql::Storage {
   public:
    Window(const promql::Storage& storage, base::Timestamp now,
           base::Duration& longest)
        : storage_(storage), now_(now), longest_(longest) {}
    absl::StatusOr<promql::SeriesSet> Select(
        const std::vector<base::Matcher>& matchers, base::Timestamp min,
        base::Timestamp max) const override;

   private:
    const promql::Storage& storage_;
    const base::Timestamp now_;
    base::Duration& longest_;
  };

  base::Labels Scraped(const base::Labels& labels) const;

  const std::string job_;
  const std::string instance_;
  promql::MemoryStorage storage_;
  std::set<base::Labels> last_;     // The series of the last snapshot.
  std::set<base::Labels> written_;  // By rules, at written_at_.
  base::Timestamp written_at_ = 0;
  base::Duration longest_ = 0;
};

}  // namespace rollwatch

#endif  // ROLLWATCH_HISTORY_H_
