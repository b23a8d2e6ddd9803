// Kernels of counters and their like: how a value grows over a window.

#ifndef PROMQL_FUNCTIONS_RATE_H_
#define PROMQL_FUNCTIONS_RATE_H_

#include "promql/functions/kernel.h"

namespace promql {

void Rate(const CallContext&, const Windows&, Column&);
void Increase(const CallContext&, const Windows&, Column&);
void Delta(const CallContext&, const Windows&, Column&);
void InstantRate(const CallContext&, const Windows&, Column&);
void InstantDelta(const CallContext&, const Windows&, Column&);
void Resets(const CallContext&, const Windows&, Column&);
void Changes(const CallContext&, const Windows&, Column&);

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_RATE_H_
