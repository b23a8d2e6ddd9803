#include "promql/storage/exposition.h"

#include <vector>

#include "schema/exposition_reader.h"

namespace promql {

bool LoadExposition(const base::Source& source,
                    std::optional<base::Timestamp> default_time,
                    MemoryStorage& storage, base::Diagnostics& diagnostics) {
  std::vector<MemoryStorage::Entry*> entries;
  const auto append = [&](const schema::SampleRef& sample) {
    const auto time = sample.time.has_value() ? sample.time : default_time;
    if (!time.has_value()) {
      if (!diagnostics.ok()) return;
      diagnostics.Error("no-timestamp", sample.span,
                        "the sample has no timestamp",
                        "give the time of the whole page with --time");
      return;
    }
    if (sample.series >= entries.size()) entries.resize(sample.series + 1);
    MemoryStorage::Entry*& entry = entries[sample.series];
    if (entry == nullptr) entry = &storage.Find(sample.labels);
    storage.Append(*entry, *time, sample.value);
  };
  return schema::ReadSamples(source, diagnostics, append) && diagnostics.ok();
}

std::optional<MemoryStorage> LoadExposition(
    const base::Source& source, std::optional<base::Timestamp> default_time,
    base::Diagnostics& diagnostics) {
  MemoryStorage storage;
  if (!LoadExposition(source, default_time, storage, diagnostics)) {
    return std::nullopt;
  }
  return storage;
}

}  // namespace promql
