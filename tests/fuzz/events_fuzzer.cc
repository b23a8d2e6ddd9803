// Any bytes as the body of an event request: nothing crashes, a batch is read
// whole or every error is named, and what is read reads back equal and folds.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/event.h"
#include "exporter/totals.h"
#include "tests/fuzz/require.h"

namespace {

using tests::Require;

constexpr base::Timestamp kNow = 1795392000000;  // 2026-11-23T00:00:00Z

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static const schema::Schema schema = schema::Schema::Ours();
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::vector<exporter::EventError> errors;
  const auto events = exporter::ParseEvents(text, schema, kNow, errors);
  Require(events.empty() || errors.empty(), "both events and errors", text);
  // CloudEvents may count nothing.
  Require(!events.empty() || !errors.empty() ||
              text.find("specversion") != text.npos ||
              text.find('\\') != text.npos,
          "neither events nor errors", text);
  for (const exporter::EventError& error : errors) {
    Require(!error.problem.empty(), "an error says nothing", text);
  }
  exporter::Totals totals;
  for (const exporter::Event& event : events) {
    const std::string json = exporter::ToJson(event);
    std::vector<exporter::EventError> again_errors;
    const auto again = exporter::ParseEvents(json, schema, kNow, again_errors);
    Require(again.size() == 1, "does not read back", json);
    Require(again[0] == event, "reads back as another", json);
    totals.Apply({totals.last_sequence() + 1, kNow, event});
  }
  totals.Cells();
  return 0;
}
