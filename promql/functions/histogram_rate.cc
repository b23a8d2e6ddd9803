#include "promql/functions/histogram_rate.h"

namespace promql {

void RateHistograms(const CallContext&, const Windows&, bool, bool, Column&) {}

void InstantHistograms(const CallContext&, const Windows&, bool, Column&) {}

void MixedResets(const CallContext&, const Windows&, Column&) {}

void MixedChanges(const CallContext&, const Windows&, Column&) {}

}  // namespace promql
