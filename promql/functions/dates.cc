#include "promql/functions/dates.h"

#include <array>
#include <cmath>
#include <cstdint>

namespace promql {
namespace {

struct Date {
  std::int64_t year;
  int month;        // From 1.
  int day;          // Of the month, from 1.
  int day_of_year;  // From 1.
};

constexpr std::uint64_t kDay = 86400;
constexpr std::uint64_t kCycleDays = 146097;  // 400 years.

// Go counts time from the first day of this year.
constexpr std::int64_t kFirstYear = -292277022399;
constexpr std::uint64_t kDaysBefore1970 = 730692556 * kCycleDays + 719162;

// Since Go's first day. The fraction is cut off; a number that is no int64
// becomes the least one, as Go converts it on amd64. That one lies before the
// first day, and wraps around to the far future.
std::uint64_t AbsoluteSeconds(double seconds) {
  constexpr double kLimit = 9223372036854775808.0;
  const std::int64_t whole = std::fabs(seconds) < kLimit
                                 ? static_cast<std::int64_t>(seconds)
                                 : INT64_MIN;
  return static_cast<std::uint64_t>(whole) + kDaysBefore1970 * kDay;
}

bool IsLeap(std::int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int DaysOf(int month, bool leap) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30,
                                         31, 31, 30, 31, 30, 31};
  return kDays[static_cast<std::size_t>(month - 1)] +
         (month == 2 && leap ? 1 : 0);
}

Date DateOf(double seconds) {
  const std::uint64_t days = AbsoluteSeconds(seconds) / kDay;
  auto rest = static_cast<std::int64_t>(days % kCycleDays);
  std::int64_t year =
      kFirstYear + static_cast<std::int64_t>(days / kCycleDays) * 400;
  for (std::int64_t length = IsLeap(year) ? 366 : 365; rest >= length;
       length = IsLeap(year) ? 366 : 365) {
    rest -= length;
    ++year;
  }
  Date date{year, 1, 0, static_cast<int>(rest) + 1};
  int day = static_cast<int>(rest);
  while (day >= DaysOf(date.month, IsLeap(year))) {
    day -= DaysOf(date.month++, IsLeap(year));
  }
  date.day = day + 1;
  return date;
}

std::uint64_t SecondOfDay(double seconds) {
  return AbsoluteSeconds(seconds) % kDay;
}

}  // namespace

double Minute(double seconds) {
  return static_cast<double>(SecondOfDay(seconds) / 60 % 60);
}

double Hour(double seconds) {
  return static_cast<double>(SecondOfDay(seconds) / 3600);
}

double DayOfWeek(double seconds) {
  // Go's first day is a Monday.
  return static_cast<double>((AbsoluteSeconds(seconds) / kDay + 1) % 7);
}

double DayOfMonth(double seconds) { return DateOf(seconds).day; }

double DayOfYear(double seconds) { return DateOf(seconds).day_of_year; }

double DaysInMonth(double seconds) {
  const Date date = DateOf(seconds);
  return DaysOf(date.month, IsLeap(date.year));
}

double Month(double seconds) { return DateOf(seconds).month; }

double Year(double seconds) {
  return static_cast<double>(DateOf(seconds).year);
}

}  // namespace promql
