#include "promql/functions/dates.h"

#include <array>
#include <cmath>
#include <cstdint>

namespace promql {
namespace {

constexpr std::int64_t kDay = 86400;

struct Date {
  std::int64_t year;
  int month;        // From 1.
  int day;          // Of the month, from 1.
  int day_of_year;  // From 1.
};

std::int64_t FloorDivide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

// The fraction is cut off. A number that is no int64 becomes the least one, as
// Go converts it on amd64.
std::int64_t WholeSeconds(double seconds) {
  constexpr double kLimit = 9223372036854775808.0;
  if (!(std::fabs(seconds) < kLimit)) return INT64_MIN;
  return static_cast<std::int64_t>(seconds);
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

// Counts whole cycles of 400, 100, 4 and 1 years from 0000-01-01, of which the
// first in a longer one has the extra day.
Date DateOf(double seconds) {
  constexpr std::int64_t kDaysBefore1970 = 719528;
  const std::int64_t days =
      FloorDivide(WholeSeconds(seconds), kDay) + kDaysBefore1970;
  const std::int64_t cycles = FloorDivide(days, 146097);
  std::int64_t rest = days - cycles * 146097;
  std::int64_t year = cycles * 400;
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

std::int64_t SecondOfDay(double seconds) {
  // Not by way of FloorDivide: its product would leave int64 at the least one.
  const std::int64_t rest = WholeSeconds(seconds) % kDay;
  return rest < 0 ? rest + kDay : rest;
}

}  // namespace

double Minute(double seconds) {
  return static_cast<double>(SecondOfDay(seconds) / 60 % 60);
}

double Hour(double seconds) {
  return static_cast<double>(SecondOfDay(seconds) / 3600);
}

double DayOfWeek(double seconds) {
  // 1970-01-01 was a Thursday.
  const std::int64_t days = FloorDivide(WholeSeconds(seconds), kDay) % 7;
  return static_cast<double>((days + 7 + 4) % 7);
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
