#include "promql/engine/storage.h"

#include <bit>

namespace promql {

double StaleMarker() { return std::bit_cast<double>(kStaleMarkerBits); }

bool IsStaleMarker(double value) {
  return std::bit_cast<std::uint64_t>(value) == kStaleMarkerBits;
}

}  // namespace promql
