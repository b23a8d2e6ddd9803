// Recorded samples out of a page of metrics with timestamps.

#ifndef PROMQL_STORAGE_EXPOSITION_H_
#define PROMQL_STORAGE_EXPOSITION_H_

#include <optional>
#include <string_view>

#include "base/diagnostic.h"
#include "base/source.h"
#include "base/time.h"
#include "promql/storage/memory.h"

namespace promql {

struct PageOptions {
  // When samples without a timestamp were taken; else they are an error.
  std::optional<base::Timestamp> default_time = {};
  // As DataSourceOptions has it.
  bool bounds_as_written = false;
};

// Every sample of the page (schema/exposition_reader.h) as a float; of those of
// one series and time, the first. Nothing exactly when an error was reported.
std::optional<MemoryStorage> LoadExposition(const base::Source& source,
                                            const PageOptions& options,
                                            base::Diagnostics& diagnostics);

// The same into a storage that may hold samples of other pages. False exactly
// when an error was reported; some samples may then have been added.
bool LoadExposition(std::string_view page, const PageOptions& options,
                    MemoryStorage& storage, base::Diagnostics& diagnostics);

}  // namespace promql

#endif  // PROMQL_STORAGE_EXPOSITION_H_
