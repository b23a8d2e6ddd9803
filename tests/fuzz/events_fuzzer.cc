// Any bytes as the body of an event request: nothing crashes, a batch is read
// whole or every error is named, and what is read reads back equal and folds.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/event.h"
#include "exporter/totals.h"
#include "tests/fuzz/folded_event.h"
#include "tests/fuzz/require.h"

using tests::Require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static const schema::Schema schema = schema::Schema::Ours();
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::vector<exporter::EventError> errors;
  const auto events = exporter::ParseEvents(text, schema, tests::kNow, errors);
  Require(events.empty() || errors.empty(), "both events and errors", text);
  // Events of others may count nothing: CloudEvents, and deliveries.
  Require(!events.empty() || !errors.empty() ||
              text.find("specversion") != text.npos ||
              text.find("payload") != text.npos || text.find('\\') != text.npos,
          "neither events nor errors", text);
  for (const exporter::EventError& error : errors) {
    Require(!error.problem.empty(), "an error says nothing", text);
  }
  exporter::Totals totals;
  for (const exporter::Event& event : events) {
    tests::RequireFolds(event, schema, totals);
  }
  totals.Cells();
  return 0;
}
