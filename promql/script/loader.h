// Puts the series of a script into a storage.

#ifndef PROMQL_SCRIPT_LOADER_H_
#define PROMQL_SCRIPT_LOADER_H_

#include "promql/script/script.h"
#include "promql/storage/memory.h"

namespace promql {

// Sample i of each series stands at i * gap from the epoch.
void Load(const LoadCommand& load, MemoryStorage& storage);

}  // namespace promql

#endif  // PROMQL_SCRIPT_LOADER_H_
