#include "promql/engine/storage.h"

#include <bit>

namespace promql {

double StaleMarker() { return std::bit_cast<double>(kStaleMarkerBits); }

}  // namespace promql
