// Files of exposition text.

#ifndef PROMQL_STORAGE_PAGES_H_
#define PROMQL_STORAGE_PAGES_H_

#include <string>

#include "absl/status/status.h"
#include "promql/storage/data_source.h"
#include "promql/storage/memory.h"

namespace promql {

// Adds the samples of a page to `storage`: a file, also gzipped, or "-",
// standard input. The status is as OpenData's.
absl::Status LoadPage(const std::string& path, const DataSourceOptions& options,
                      MemoryStorage& storage);

}  // namespace promql

#endif  // PROMQL_STORAGE_PAGES_H_
