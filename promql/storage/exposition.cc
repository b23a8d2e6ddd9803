#include "promql/storage/exposition.h"

#include "schema/exposition_reader.h"

namespace promql {

std::optional<MemoryStorage> LoadExposition(
    const base::Source& source, std::optional<base::Timestamp> default_time,
    base::Diagnostics& diagnostics) {
  const auto page = schema::ReadExposition(source, diagnostics);
  if (!page.has_value()) return std::nullopt;
  MemoryStorage storage;
  for (const schema::ExpositionFamily& family : page->families) {
    for (const schema::ExpositionSample& sample : family.samples) {
      const auto time = sample.time.has_value() ? sample.time : default_time;
      if (!time.has_value()) {
        diagnostics.Error("no-timestamp", sample.span,
                          "the sample has no timestamp",
                          "give the time of the whole page with --time");
        return std::nullopt;
      }
      storage.Append(sample.labels, *time, sample.value);
    }
  }
  return storage;
}

}  // namespace promql
