// Go's package time, as far as templates have its values: in UTC.

#ifndef ALERTS_TEMPLATES_GO_TIME_H_
#define ALERTS_TEMPLATES_GO_TIME_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/time/civil_time.h"

namespace alerts::text_template {

inline constexpr std::int64_t kSecond = 1'000'000'000;  // Nanoseconds.
// From the year 1, which Go counts from, to 1970.
inline constexpr std::int64_t kSecondsTo1970 = 62'135'596'800;

// A time.Time, or a pointer to one, which toTime gives.
struct GoTime {
  std::int64_t seconds = 0;      // Since 1970, rounded down.
  std::int64_t nanoseconds = 0;  // Beyond these, of one second.
  bool pointer = false;
};

// A time.Duration, or a pointer to one, which toDuration gives.
struct GoDuration {
  std::int64_t nanoseconds = 0;
  bool pointer = false;
};

struct GoMonth {
  int number = 1;  // From January on.
};
struct GoWeekday {
  int number = 0;  // From Sunday on.
};

GoTime TimeOfMilliseconds(std::int64_t milliseconds);
GoTime TimeOfCivil(absl::CivilSecond civil, std::int64_t nanoseconds);
absl::CivilSecond CivilOf(GoTime time);
GoMonth MonthOf(GoTime time);
GoWeekday WeekdayOf(GoTime time);

// Negative, 0 or positive, as `a` is before, at or after `b`.
int Compare(GoTime a, GoTime b);
GoTime Add(GoTime time, GoDuration duration);
// The longest or shortest duration beyond what one can be.
GoDuration Subtract(GoTime a, GoTime b);
// To a multiple of `unit` since the year 1; as it is for one that is not above
// zero.
GoTime Truncate(GoTime time, GoDuration unit);
GoTime Round(GoTime time, GoDuration unit);
GoDuration Truncate(GoDuration duration, GoDuration unit);
GoDuration Round(GoDuration duration, GoDuration unit);

// How many of a unit of so many nanoseconds, with its fraction.
double InUnits(GoDuration duration, std::int64_t unit);

// What their String() gives.
std::string ToString(GoTime time);
std::string ToString(GoDuration duration);  // 1h2m3.5s
std::string ToString(GoMonth month);
std::string ToString(GoWeekday weekday);

// Time.GoString(): time.Date(2001, time.September, ...
std::string SourceOf(GoTime time);

// Time.Format().
std::string FormatTime(GoTime time, std::string_view layout);

}  // namespace alerts::text_template

#endif  // ALERTS_TEMPLATES_GO_TIME_H_
