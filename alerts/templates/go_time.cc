#include "alerts/templates/go_time.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_format.h"

namespace alerts::text_template {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::string_view kMonths[] = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
constexpr std::string_view kDays[] = {"Sunday",    "Monday",   "Tuesday",
                                      "Wednesday", "Thursday", "Friday",
                                      "Saturday"};

// Wide enough for all nanoseconds of a time.
__extension__ using Wide = __int128;

Wide NanosecondsOf(GoTime time) {
  return static_cast<Wide>(time.seconds) * kSecond + time.nanoseconds;
}

GoTime TimeOf(Wide nanoseconds) {
  Wide seconds = nanoseconds / kSecond;
  Wide rest = nanoseconds % kSecond;
  if (rest < 0) {
    rest += kSecond;
    --seconds;
  }
  return {static_cast<std::int64_t>(seconds), static_cast<std::int64_t>(rest)};
}

GoDuration Bounded(Wide nanoseconds) {
  return {
      static_cast<std::int64_t>(std::clamp<Wide>(nanoseconds, kLeast, kMost))};
}

// "12.5" of 12500 thousandths; no trailing zeros.
std::string Fraction(std::uint64_t value, std::uint64_t unit) {
  std::string text = absl::StrFormat("%d", value / unit);
  std::uint64_t rest = value % unit;
  if (rest == 0) return text;
  text += ".";
  while (rest != 0) {
    rest *= 10;
    text += static_cast<char>('0' + rest / unit);
    rest %= unit;
  }
  return text;
}

}  // namespace

GoTime TimeOfMilliseconds(std::int64_t milliseconds) {
  return TimeOf(static_cast<Wide>(milliseconds) * 1'000'000);
}

GoTime TimeOfCivil(absl::CivilSecond civil, std::int64_t nanoseconds) {
  // Farther away seconds do not fit.
  constexpr std::int64_t kMostYears = 10'000'000'000;
  civil = std::clamp(civil, absl::CivilSecond(-kMostYears),
                     absl::CivilSecond(kMostYears));
  return {civil - absl::CivilSecond(), nanoseconds};
}

absl::CivilSecond CivilOf(GoTime time) {
  return absl::CivilSecond() + time.seconds;
}

GoMonth MonthOf(GoTime time) { return {CivilOf(time).month()}; }

GoWeekday WeekdayOf(GoTime time) {
  // absl::Weekday begins with Monday.
  const auto day = absl::GetWeekday(absl::CivilDay(CivilOf(time)));
  return {(static_cast<int>(day) + 1) % 7};
}

int Compare(GoTime a, GoTime b) {
  const Wide difference = NanosecondsOf(a) - NanosecondsOf(b);
  return difference < 0 ? -1 : difference > 0 ? 1 : 0;
}

GoTime Add(GoTime time, GoDuration duration) {
  return TimeOf(NanosecondsOf(time) + duration.nanoseconds);
}

GoDuration Subtract(GoTime a, GoTime b) {
  return Bounded(NanosecondsOf(a) - NanosecondsOf(b));
}

GoTime Truncate(GoTime time, GoDuration unit) {
  time.pointer = false;
  if (unit.nanoseconds <= 0) return time;
  const Wide since =
      NanosecondsOf(time) + static_cast<Wide>(kSecondsTo1970) * kSecond;
  return TimeOf(NanosecondsOf(time) - since % unit.nanoseconds);
}

GoTime Round(GoTime time, GoDuration unit) {
  time.pointer = false;
  if (unit.nanoseconds <= 0) return time;
  const GoTime down = Truncate(time, unit);
  const Wide rest = NanosecondsOf(time) - NanosecondsOf(down);
  return rest + rest < unit.nanoseconds ? down : Add(down, unit);
}

GoDuration Truncate(GoDuration duration, GoDuration unit) {
  if (unit.nanoseconds <= 0) return {duration.nanoseconds};
  return {duration.nanoseconds - duration.nanoseconds % unit.nanoseconds};
}

GoDuration Round(GoDuration duration, GoDuration unit) {
  if (unit.nanoseconds <= 0) return {duration.nanoseconds};
  const Wide all = duration.nanoseconds;
  const Wide rest = all % unit.nanoseconds;
  const Wide size = rest < 0 ? -rest : rest;
  if (size + size < unit.nanoseconds) return Bounded(all - rest);
  return Bounded(all - rest + (all < 0 ? -1 : 1) * Wide{unit.nanoseconds});
}

double InUnits(GoDuration duration, std::int64_t unit) {
  return static_cast<double>(duration.nanoseconds / unit) +
         static_cast<double>(duration.nanoseconds % unit) /
             static_cast<double>(unit);
}

std::string ToString(GoTime time) {
  return FormatTime(time, "2006-01-02 15:04:05.999999999 -0700 MST");
}

std::string ToString(GoDuration duration) {
  const bool negative = duration.nanoseconds < 0;
  const auto size = static_cast<std::uint64_t>(duration.nanoseconds);
  const std::uint64_t nanoseconds = negative ? 0 - size : size;
  if (nanoseconds == 0) return "0s";
  std::string text = negative ? "-" : "";
  if (nanoseconds < 1'000) return text + Fraction(nanoseconds, 1) + "ns";
  if (nanoseconds < 1'000'000) {
    return text + Fraction(nanoseconds, 1'000) + "µs";
  }
  if (nanoseconds < 1'000'000'000) {
    return text + Fraction(nanoseconds, 1'000'000) + "ms";
  }
  const std::uint64_t minutes = nanoseconds / 60'000'000'000;
  if (minutes >= 60) text += absl::StrFormat("%dh", minutes / 60);
  if (minutes >= 1) text += absl::StrFormat("%dm", minutes % 60);
  return text + Fraction(nanoseconds % 60'000'000'000, 1'000'000'000) + "s";
}

std::string ToString(GoMonth month) {
  return std::string(kMonths[month.number - 1]);
}

std::string ToString(GoWeekday weekday) {
  return std::string(kDays[weekday.number]);
}

std::string SourceOf(GoTime time) {
  const absl::CivilSecond civil = CivilOf(time);
  return absl::StrFormat("time.Date(%d, time.%s, %d, %d, %d, %d, %d, time.UTC)",
                         civil.year(), ToString(MonthOf(time)), civil.day(),
                         civil.hour(), civil.minute(), civil.second(),
                         time.nanoseconds);
}

}  // namespace alerts::text_template
