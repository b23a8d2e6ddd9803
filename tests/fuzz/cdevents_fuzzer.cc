// Any bytes as a CloudEvent: nothing crashes; it is an event that a row of the
// table makes, ignored with a reason, or wrong with every error named; and a
// batch that holds it says the same.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "exporter/foreign_event.h"
#include "exporter/totals.h"
#include "tests/fuzz/folded_event.h"
#include "tests/fuzz/require.h"

namespace {

using tests::Require;

// Whether a row of CDEvents says so.
bool StandsInTable(const exporter::Event& event) {
  for (const exporter::ForeignRow& row : exporter::ForeignEvents()) {
    if (row.vocabulary == exporter::Vocabulary::kCdEvents &&
        row.kind == event.kind && !row.value.empty() &&
        exporter::TextField(event, row.field) == row.value) {
      return true;
    }
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static const schema::Schema schema = schema::Schema::Ours();
  const std::string text(reinterpret_cast<const char*>(data), size);
  const base::Source source("event", text);
  base::Diagnostics diagnostics;
  const auto json = base::ReadJson(source, diagnostics, {.depth = 16});
  if (!json || !exporter::IsCloudEvent(*json)) return 0;
  std::vector<exporter::EventError> errors;
  const auto read = exporter::ReadCloudEvent(*json, errors);
  Require(read.has_value() == errors.empty(), "an error without a name", text);
  for (const exporter::EventError& error : errors) {
    Require(error.index == 0 && !error.field.empty() && !error.problem.empty(),
            "an error says nothing", text);
  }
  std::vector<exporter::EventError> batch_errors;
  const auto batch =
      exporter::ParseEvents(text, schema, tests::kNow, batch_errors);
  if (!read) {
    Require(batch.empty() && !batch_errors.empty(), "the batch takes it", text);
    return 0;
  }
  Require(read->event.has_value() == read->ignored.empty(),
          "neither an event nor a reason", text);
  if (!read->event) {
    Require(batch.empty() && batch_errors.empty(), "the batch differs", text);
    return 0;
  }
  Require(StandsInTable(*read->event), "no row says so", text);
  const bool valid =
      !exporter::Validate(*read->event, schema, tests::kNow).has_value();
  Require(valid == batch_errors.empty() && valid == (batch.size() == 1),
          "the batch differs", text);
  if (!valid) return 0;
  exporter::Totals totals;
  tests::RequireFolds(batch[0], schema, totals);
  totals.Cells();
  return 0;
}
