// Kernels that summarise the samples of a window.

#ifndef PROMQL_FUNCTIONS_OVER_TIME_H_
#define PROMQL_FUNCTIONS_OVER_TIME_H_

#include "promql/functions/kernel.h"

namespace promql {

void AvgOverTime(const CallContext&, const Windows&, Column&);
void SumOverTime(const CallContext&, const Windows&, Column&);
void MinOverTime(const CallContext&, const Windows&, Column&);
void MaxOverTime(const CallContext&, const Windows&, Column&);
void CountOverTime(const CallContext&, const Windows&, Column&);
void PresentOverTime(const CallContext&, const Windows&, Column&);
void FirstOverTime(const CallContext&, const Windows&, Column&);
void LastOverTime(const CallContext&, const Windows&, Column&);
void StddevOverTime(const CallContext&, const Windows&, Column&);
void StdvarOverTime(const CallContext&, const Windows&, Column&);
void QuantileOverTime(const CallContext&, const Windows&, Column&);
void MadOverTime(const CallContext&, const Windows&, Column&);
void TimeOfFirst(const CallContext&, const Windows&, Column&);
void TimeOfLast(const CallContext&, const Windows&, Column&);
void TimeOfMin(const CallContext&, const Windows&, Column&);
void TimeOfMax(const CallContext&, const Windows&, Column&);

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_OVER_TIME_H_
