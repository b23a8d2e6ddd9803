// What holds for every valid event, however it came in.

#ifndef TESTS_FUZZ_FOLDED_EVENT_H_
#define TESTS_FUZZ_FOLDED_EVENT_H_

#include <string>
#include <vector>

#include "exporter/event.h"
#include "exporter/totals.h"
#include "tests/fuzz/require.h"

namespace tests {

inline constexpr base::Timestamp kNow = 1795392000000;  // 2026-11-23T00:00:00Z

// It reads back equal, and folds.
inline void RequireFolds(const exporter::Event& event,
                         const schema::Schema& schema,
                         exporter::Totals& totals) {
  const std::string json = exporter::ToJson(event);
  std::vector<exporter::EventError> errors;
  const auto again = exporter::ParseEvents(json, schema, kNow, errors);
  Require(again.size() == 1, "does not read back", json);
  Require(again[0] == event, "reads back as another", json);
  totals.Apply({totals.last_sequence() + 1, kNow, event});
}

}  // namespace tests

#endif  // TESTS_FUZZ_FOLDED_EVENT_H_
