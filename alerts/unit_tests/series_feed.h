// The input series of a unit test.

#ifndef ALERTS_UNIT_TESTS_SERIES_FEED_H_
#define ALERTS_UNIT_TESTS_SERIES_FEED_H_

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "alerts/storage_host.h"
#include "alerts/unit_tests/unit_test.h"
#include "alerts/unit_tests/unit_test_file.h"
#include "base/diagnostic.h"
#include "base/labels.h"
#include "base/time.h"
#include "base/version.h"
#include "promql/syntax/series_description.h"

namespace alerts {

// Reads all series of a test at once, and stores their samples bit by bit, as
// the evaluations reach them.
class SeriesFeed {
 public:
  // Of the tests before, whose verdicts stay, warns: series that promtool
  // drops. Nothing but the failure when a series cannot be read, or that
  // release could not.
  std::vector<UnitTestFailure> Read(const UnitTest& test,
                                    std::optional<base::Version> compat,
                                    base::Diagnostics& warnings);

  // Stores what is due up to `time`. A sample that a rule has written there
  // before stays, as in promtool. REQUIRES: always the same host
  void StoreUntil(base::Timestamp time, StorageHost& host);

 private:
  // One series and how far it has been stored.
  struct Pending {
    promql::SeriesDescription description;
    std::size_t next = 0;
    StorageHost::Series* stored = nullptr;  // Once a sample was.
  };

  std::vector<UnitTestFailure> ReadLine(std::string_view line,
                                        const InputSeries& series,
                                        base::Diagnostics& warnings);

  base::Timestamp start_ = 0;
  base::Duration interval_ = 0;
  std::optional<base::Version> compat_;
  std::vector<Pending> pending_;
  absl::flat_hash_map<base::Labels, std::size_t> places_;  // In pending_.
};

}  // namespace alerts

#endif  // ALERTS_UNIT_TESTS_SERIES_FEED_H_
