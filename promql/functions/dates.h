// Kernels that read a value as Unix seconds, in UTC.

#ifndef PROMQL_FUNCTIONS_DATES_H_
#define PROMQL_FUNCTIONS_DATES_H_

namespace promql {

double Minute(double seconds);
double Hour(double seconds);
double DayOfWeek(double seconds);  // Sunday is 0.
double DayOfMonth(double seconds);
double DayOfYear(double seconds);
double DaysInMonth(double seconds);
double Month(double seconds);
double Year(double seconds);

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_DATES_H_
