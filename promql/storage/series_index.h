// Which series have which labels.

#ifndef PROMQL_STORAGE_SERIES_INDEX_H_
#define PROMQL_STORAGE_SERIES_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "base/labels.h"
#include "base/matcher.h"

namespace promql {

// For each value of each label the numbers of the series that have it, so that
// a selection looks at few series and asks a regexp once a value.
class SeriesIndex {
 public:
  // Adds the next series: its number is how many there were before. The labels
  // must stay where they are until Clear.
  void Add(const base::Labels& labels);
  void Clear();

  // The series that all matchers match, in ascending order. O(the shortest list
  // of those that an equality names, or the values of one label).
  std::vector<std::uint32_t> Find(
      const std::vector<base::Matcher>& matchers) const;

 private:
  using Numbers = std::vector<std::uint32_t>;
  using Values = absl::flat_hash_map<absl::string_view, Numbers>;

  const Values* ValuesOf(const base::Matcher& matcher) const;
  // The series whose value matches, by the values that there are.
  Numbers Union(const base::Matcher& matcher) const;
  void Filter(const base::Matcher& matcher, Numbers& numbers) const;

  // The views are into the labels of the first series that has them.
  absl::flat_hash_map<absl::string_view, Values> names_;
  std::vector<const base::Labels*> labels_;
};

}  // namespace promql

#endif  // PROMQL_STORAGE_SERIES_INDEX_H_
