// The methods of values of Go's package time: what toTime and toDuration give,
// and what their methods give.

#include <algorithm>
#include <span>

#include "absl/time/civil_time.h"
#include "alerts/templates/functions.h"
#include "alerts/templates/go_time.h"

namespace alerts::text_template {
namespace {

using Result = absl::StatusOr<Value>;

constexpr std::int64_t kMicrosecond = 1'000;
constexpr std::int64_t kMillisecond = 1'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;

GoTime TimeOf(const Arguments& arguments, std::size_t i = 0) {
  return *arguments[i].As<GoTime>();
}
GoDuration DurationOf(const Arguments& arguments, std::size_t i = 0) {
  return *arguments[i].As<GoDuration>();
}
std::int64_t IntegerOf(const Arguments& arguments, std::size_t i) {
  return *arguments[i].As<std::int64_t>();
}
absl::CivilSecond Civil(const Arguments& arguments) {
  return CivilOf(TimeOf(arguments));
}

template <typename Integer>
Result Whole(Integer value) {
  return Value{static_cast<std::int64_t>(value)};
}

// Since 1970, in parts of a second.
Result Since1970(const Arguments& arguments, std::int64_t parts) {
  const GoTime time = TimeOf(arguments);
  // Wraps around, as in Go, for times that do not fit.
  const auto whole = static_cast<std::uint64_t>(time.seconds) *
                     static_cast<std::uint64_t>(parts);
  return Whole(
      whole + static_cast<std::uint64_t>(time.nanoseconds / (kSecond / parts)));
}

// Of a year, month or day: as many as civil time can count with.
std::int64_t Counted(const Arguments& arguments, std::size_t i) {
  constexpr std::int64_t kMostCounted = 1'000'000'000;
  return std::clamp(IntegerOf(arguments, i), -kMostCounted, kMostCounted);
}

Result AddDate(const TemplateContext&, const Arguments& a) {
  const absl::CivilSecond civil = Civil(a);
  return Value{
      TimeOfCivil(absl::CivilSecond(civil.year() + Counted(a, 1),
                                    civil.month() + Counted(a, 2),
                                    civil.day() + Counted(a, 3), civil.hour(),
                                    civil.minute(), civil.second()),
                  TimeOf(a).nanoseconds)};
}

// UTC() of a time: no pointer any more.
Result SameTime(const TemplateContext&, const Arguments& a) {
  GoTime time = TimeOf(a);
  time.pointer = false;
  return Value{time};
}

Result Absolute(const TemplateContext&, const Arguments& a) {
  const std::int64_t size = DurationOf(a).nanoseconds;
  if (size == INT64_MIN) return Value{GoDuration{INT64_MAX}};
  return Value{GoDuration{size < 0 ? -size : size}};
}

Result PlainText(const TemplateContext&, const Arguments& a) {
  return Value{ToString(a[0])};
}

using enum Parameter;

// clang-format off
const Function kTimeMethods[] = {
    {"Add", {kDuration}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Value{Add(TimeOf(a), DurationOf(a, 1))}; }},
    {"AddDate", {kInt, kInt, kInt}, false, AddDate},
    {"After", {kTime}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Value{Compare(TimeOf(a), TimeOf(a, 1)) > 0}; }},
    {"Before", {kTime}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Value{Compare(TimeOf(a), TimeOf(a, 1)) < 0}; }},
    {"Clock", {}, false, nullptr, false, base::kAlways, 3},
    {"Compare", {kTime}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Whole(Compare(TimeOf(a), TimeOf(a, 1))); }},
    {"Date", {}, false, nullptr, false, base::kAlways, 3},
    {"Day", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Whole(Civil(a).day()); }},
    {"Equal", {kTime}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Value{Compare(TimeOf(a), TimeOf(a, 1)) == 0}; }},
    {"Format", {kString}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Value{FormatTime(TimeOf(a), *a[1].As<std::string>())}; }},
    {"GoString", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Value{SourceOf(TimeOf(a))}; }},
    {"Hour", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Whole(Civil(a).hour()); }},
    {"ISOWeek", {}, false, nullptr, false, base::kAlways, 2},
    {"IsDST", {}, false, [](const TemplateContext&, const Arguments&) -> Result { return Value{false}; }},
    {"IsZero", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Value{Compare(TimeOf(a), TimeOfCivil(absl::CivilSecond(1), 0)) == 0}; }},
    {"Local", {}, false, SameTime},
    {"Location", {}, false, [](const TemplateContext&, const Arguments&) -> Result { return Value{GoLocation{}}; }},
    {"Minute", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Whole(Civil(a).minute()); }},
    {"Month", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Value{MonthOf(TimeOf(a))}; }},
    {"Nanosecond", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Whole(TimeOf(a).nanoseconds); }},
    {"Round", {kDuration}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Value{Round(TimeOf(a), DurationOf(a, 1))}; }},
    {"Second", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Whole(Civil(a).second()); }},
    {"String", {}, false, PlainText},
    {"Sub", {kTime}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Value{Subtract(TimeOf(a), TimeOf(a, 1))}; }},
    {"Truncate", {kDuration}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Value{Truncate(TimeOf(a), DurationOf(a, 1))}; }},
    {"UTC", {}, false, SameTime},
    {"Unix", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Since1970(a, 1); }},
    {"UnixMicro", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Since1970(a, kSecond / kMicrosecond); }},
    {"UnixMilli", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Since1970(a, kSecond / kMillisecond); }},
    {"UnixNano", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Since1970(a, kSecond); }},
    {"Weekday", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Value{WeekdayOf(TimeOf(a))}; }},
    {"Year", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Whole(Civil(a).year()); }},
    {"YearDay", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Whole(absl::GetYearDay(absl::CivilDay(Civil(a)))); }},
    {"Zone", {}, false, nullptr, false, base::kAlways, 2},
};

const Function kDurationMethods[] = {
    {"Abs", {}, false, Absolute},
    {"Hours", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Value{InUnits(DurationOf(a), kHour)}; }},
    {"Microseconds", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Whole(DurationOf(a).nanoseconds / kMicrosecond); }},
    {"Milliseconds", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Whole(DurationOf(a).nanoseconds / kMillisecond); }},
    {"Minutes", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Value{InUnits(DurationOf(a), kMinute)}; }},
    {"Nanoseconds", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Whole(DurationOf(a).nanoseconds); }},
    {"Round", {kDuration}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Value{Round(DurationOf(a), DurationOf(a, 1))}; }},
    {"Seconds", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Value{InUnits(DurationOf(a), kSecond)}; }},
    {"String", {}, false, PlainText},
    {"Truncate", {kDuration}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Value{Truncate(DurationOf(a), DurationOf(a, 1))}; }},
};

// Of months, days of the week and places.
const Function kNameMethods[] = {
    {"String", {}, false, PlainText},
};
// clang-format on

}  // namespace

const Function* FindMethod(const Value& receiver, std::string_view name) {
  std::span<const Function> methods;
  if (receiver.As<GoTime>() != nullptr) methods = kTimeMethods;
  if (receiver.As<GoDuration>() != nullptr) methods = kDurationMethods;
  if (receiver.As<GoMonth>() != nullptr ||
      receiver.As<GoWeekday>() != nullptr ||
      receiver.As<GoLocation>() != nullptr) {
    methods = kNameMethods;
  }
  const auto found =
      std::find_if(methods.begin(), methods.end(),
                   [&](const Function& row) { return row.name == name; });
  return found == methods.end() ? nullptr : &*found;
}

}  // namespace alerts::text_template
