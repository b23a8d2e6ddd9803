// Prometheus' hash of a set of labels.

#ifndef PROMQL_FUNCTIONS_LABEL_HASH_H_
#define PROMQL_FUNCTIONS_LABEL_HASH_H_

#include <cstdint>
#include <string_view>

#include "base/labels.h"

namespace promql {

// XXH64 with seed 0.
std::uint64_t Xxh64(std::string_view text);

// Labels.Hash() of Prometheus' stringlabels build: limit_ratio chooses by it.
std::uint64_t HashLabels(const base::Labels& labels);

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_LABEL_HASH_H_
