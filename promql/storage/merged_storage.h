// Several storages as one.

#ifndef PROMQL_STORAGE_MERGED_STORAGE_H_
#define PROMQL_STORAGE_MERGED_STORAGE_H_

#include <memory>
#include <vector>

#include "promql/engine/storage.h"

namespace promql {

// A series that several parts have is merged by time; of one time the sample
// of the part named first counts. Selecting costs what the parts' do, and a
// copy of the series that stand in more than one.
class MergedStorage : public Storage {
 public:
  explicit MergedStorage(std::vector<std::unique_ptr<const Storage>> parts);

  absl::StatusOr<SeriesSet> Select(const std::vector<base::Matcher>& matchers,
                                   base::Timestamp min,
                                   base::Timestamp max) const override;

 private:
  std::vector<std::unique_ptr<const Storage>> parts_;
};

// The samples of one series, and merging them.
struct SampleColumns {
  std::vector<base::Timestamp> times;
  std::vector<double> values;
  std::vector<HistogramPtr> histograms;  // Empty, or one for each time.

  // REQUIRES: time > times.back(); a null histogram is a float.
  void Append(base::Timestamp time, double value, HistogramPtr histogram);
  // REQUIRES: the later ones' times are behind times.back()
  void AppendAll(const SampleColumns& later);
  SeriesView View(const base::Labels& labels) const;
};

// By time; of one time the sample of the first part that has it. A histogram
// behind one of another part has an unknown counter reset hint.
// REQUIRES: the parts outlive the call
SampleColumns MergeSamples(const std::vector<SeriesView>& parts);

}  // namespace promql

#endif  // PROMQL_STORAGE_MERGED_STORAGE_H_
