// Time.Format() of Go's package time: the last function of go_time.h.

#include <algorithm>
#include <string>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "alerts/templates/go_time.h"

namespace alerts::text_template {
namespace {

using Print = std::string (*)(GoTime time);

std::string Two(int number) { return absl::StrFormat("%02d", number); }

int HalfDayHour(GoTime time) { return (CivilOf(time).hour() + 11) % 12 + 1; }

bool IsAfternoon(GoTime time) { return CivilOf(time).hour() >= 12; }

int DayOfYear(GoTime time) {
  return absl::GetYearDay(absl::CivilDay(CivilOf(time)));
}

std::string Year(GoTime time) {
  const std::int64_t year = CivilOf(time).year();
  return year < 0 ? absl::StrFormat("-%04d", -year)
                  : absl::StrFormat("%04d", year);
}

// How a layout writes a part of Go's reference time.
struct Part {
  std::string_view layout;
  Print print;
  // Not where a small letter follows: "Janet" has no month.
  bool word_ends = false;
};

// Of those that begin alike the longest first (time/format.go, nextStdChunk).
// "_2006" is a "_" before a year.
// clang-format off
constexpr Part kParts[] = {
    {"January", [](GoTime t) { return ToString(MonthOf(t)); }},
    {"Jan", [](GoTime t) { return ToString(MonthOf(t)).substr(0, 3); }, true},
    {"Monday", [](GoTime t) { return ToString(WeekdayOf(t)); }},
    {"Mon", [](GoTime t) { return ToString(WeekdayOf(t)).substr(0, 3); }, true},
    {"MST", [](GoTime) { return std::string("UTC"); }},
    {"01", [](GoTime t) { return Two(CivilOf(t).month()); }},
    {"02", [](GoTime t) { return Two(CivilOf(t).day()); }},
    {"03", [](GoTime t) { return Two(HalfDayHour(t)); }},
    {"04", [](GoTime t) { return Two(CivilOf(t).minute()); }},
    {"05", [](GoTime t) { return Two(CivilOf(t).second()); }},
    {"06", [](GoTime t) { return Two(static_cast<int>(std::max<std::int64_t>(CivilOf(t).year(), 0) % 100)); }},
    {"002", [](GoTime t) { return absl::StrFormat("%03d", DayOfYear(t)); }},
    {"15", [](GoTime t) { return Two(CivilOf(t).hour()); }},
    {"1", [](GoTime t) { return absl::StrFormat("%d", CivilOf(t).month()); }},
    {"2006", Year},
    {"2", [](GoTime t) { return absl::StrFormat("%d", CivilOf(t).day()); }},
    {"_2006", [](GoTime t) { return "_" + Year(t); }},
    {"_2", [](GoTime t) { return absl::StrFormat("%2d", CivilOf(t).day()); }},
    {"__2", [](GoTime t) { return absl::StrFormat("%3d", DayOfYear(t)); }},
    {"3", [](GoTime t) { return absl::StrFormat("%d", HalfDayHour(t)); }},
    {"4", [](GoTime t) { return absl::StrFormat("%d", CivilOf(t).minute()); }},
    {"5", [](GoTime t) { return absl::StrFormat("%d", CivilOf(t).second()); }},
    {"PM", [](GoTime t) { return std::string(IsAfternoon(t) ? "PM" : "AM"); }},
    {"pm", [](GoTime t) { return std::string(IsAfternoon(t) ? "pm" : "am"); }},
    {"-070000", [](GoTime) { return std::string("+000000"); }},
    {"-07:00:00", [](GoTime) { return std::string("+00:00:00"); }},
    {"-0700", [](GoTime) { return std::string("+0000"); }},
    {"-07:00", [](GoTime) { return std::string("+00:00"); }},
    {"-07", [](GoTime) { return std::string("+00"); }},
    {"Z070000", [](GoTime) { return std::string("Z"); }},
    {"Z07:00:00", [](GoTime) { return std::string("Z"); }},
    {"Z0700", [](GoTime) { return std::string("Z"); }},
    {"Z07:00", [](GoTime) { return std::string("Z"); }},
    {"Z07", [](GoTime) { return std::string("Z"); }},
};
// clang-format on

bool Begins(std::string_view layout, const Part& part) {
  if (!layout.starts_with(part.layout)) return false;
  const std::string_view rest = layout.substr(part.layout.size());
  return !part.word_ends || rest.empty() ||
         !absl::ascii_islower(static_cast<unsigned char>(rest.front()));
}

// The length of ".000" or ",999": any number of the one digit, and no other
// digit behind them. 0 when there is none.
std::size_t FractionLength(std::string_view layout) {
  if (layout.size() < 2 || (layout[0] != '.' && layout[0] != ',')) return 0;
  const char digit = layout[1];
  if (digit != '0' && digit != '9') return 0;
  const std::size_t end =
      std::min(layout.find_first_not_of(digit, 1), layout.size());
  const bool more =
      end < layout.size() &&
      absl::ascii_isdigit(static_cast<unsigned char>(layout[end]));
  return more ? 0 : end;
}

// Written with nines, the zeros at its end are left out.
std::string FractionOf(GoTime time, std::string_view layout) {
  std::string digits = absl::StrFormat("%09d", time.nanoseconds);
  digits.resize(std::min<std::size_t>(layout.size() - 1, digits.size()));
  if (layout[1] == '9') digits.erase(digits.find_last_not_of('0') + 1);
  return digits.empty() ? digits : layout[0] + digits;
}

}  // namespace

std::string FormatTime(GoTime time, std::string_view layout) {
  std::string text;
  while (!layout.empty()) {
    if (const std::size_t length = FractionLength(layout); length > 0) {
      text += FractionOf(time, layout.substr(0, length));
      layout.remove_prefix(length);
      continue;
    }
    const Part* const part =
        std::find_if(std::begin(kParts), std::end(kParts),
                     [&](const Part& row) { return Begins(layout, row); });
    if (part == std::end(kParts)) {
      text += layout.front();
      layout.remove_prefix(1);
    } else {
      text += part->print(time);
      layout.remove_prefix(part->layout.size());
    }
  }
  return text;
}

}  // namespace alerts::text_template
