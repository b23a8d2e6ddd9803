#include "promql/storage/exposition.h"

#include <cstddef>
#include <span>
#include <vector>

#include "schema/exposition_reader.h"

namespace promql {
namespace {

class Loader {
 public:
  Loader(std::optional<base::Timestamp> default_time, MemoryStorage& storage,
         base::Diagnostics& diagnostics)
      : default_time_(default_time),
        storage_(storage),
        diagnostics_(diagnostics) {}

  void Add(const schema::SampleRef& sample) {
    const auto time = sample.time.has_value() ? sample.time : default_time_;
    if (!time.has_value()) {
      if (!diagnostics_.ok()) return;
      diagnostics_.Error("no-timestamp", sample.span,
                         "the sample has no timestamp",
                         "give the time of the whole page with --time");
      return;
    }
    if (sample.series >= entries_.size()) entries_.resize(sample.series + 1);
    MemoryStorage::Entry*& entry = entries_[sample.series];
    if (entry == nullptr) entry = &storage_.Find(sample.labels);
    storage_.Append(*entry, std::span(&*time, 1), std::span(&sample.value, 1));
  }

  void Add(const schema::SampleRun& run) {
    // Without an entry the error of its first sample was reported.
    if (run.series >= entries_.size() || entries_[run.series] == nullptr) {
      return;
    }
    storage_.Append(*entries_[run.series], run.times, run.values);
  }

 private:
  std::optional<base::Timestamp> default_time_;
  MemoryStorage& storage_;
  base::Diagnostics& diagnostics_;
  std::vector<MemoryStorage::Entry*> entries_;  // By number of the series.
};

}  // namespace

bool LoadExposition(std::string_view page, const PageOptions& options,
                    MemoryStorage& storage, base::Diagnostics& diagnostics) {
  Loader loader(options.default_time, storage, diagnostics);
  const schema::SampleSinks sinks = {
      .sample = [&](const schema::SampleRef& sample) { loader.Add(sample); },
      .run = [&](const schema::SampleRun& run) { loader.Add(run); }};
  const bool read = schema::ReadSamples(
      page, diagnostics, sinks, {.stored_bounds = !options.bounds_as_written});
  return read && diagnostics.ok();
}

std::optional<MemoryStorage> LoadExposition(const base::Source& source,
                                            const PageOptions& options,
                                            base::Diagnostics& diagnostics) {
  MemoryStorage storage;
  if (!LoadExposition(source.text(), options, storage, diagnostics)) {
    return std::nullopt;
  }
  return storage;
}

}  // namespace promql
