// The methods of toTime's and toDuration's results (Go's package time).

#include <algorithm>
#include <span>

#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "alerts/templates/functions.h"

namespace alerts::text_template {
namespace {

using Result = absl::StatusOr<Value>;

absl::CivilSecond Civil(const Arguments& arguments) {
  return absl::ToCivilSecond(
      absl::FromUnixMillis(arguments[0].As<GoTime>()->milliseconds),
      absl::UTCTimeZone());
}

template <typename Integer>
absl::StatusOr<Value> Whole(Integer value) {
  return Value{static_cast<std::int64_t>(value)};
}

std::string Name(const Arguments& arguments, const char* format) {
  return absl::FormatTime(
      format, absl::FromUnixMillis(arguments[0].As<GoTime>()->milliseconds),
      absl::UTCTimeZone());
}

struct LayoutPart {
  std::string_view layout;
  const char* format;  // Of absl::FormatTime, in UTC.
};
// The longest of those that begin alike first.
constexpr LayoutPart kLayout[] = {
    {"January", "%B"},  {"Jan", "%b"},   {"Monday", "%A"},
    {"Mon", "%a"},      {"MST", "UTC"},  {"2006", "%Y"},
    {"002", "%j"},      {"01", "%m"},    {"02", "%d"},
    {"03", "%I"},       {"04", "%M"},    {"05", "%S"},
    {"06", "%y"},       {"15", "%H"},    {"_2", "%e"},
    {"PM", "%p"},       {"pm", "%P"},    {"-07:00", "+00:00"},
    {"-0700", "+0000"}, {"Z07:00", "Z"}, {".000", nullptr},
};

absl::StatusOr<Value> FormatLayout(const TemplateContext&,
                                   const Arguments& arguments) {
  std::string_view layout = *arguments[1].As<std::string>();
  std::string text;
  while (!layout.empty()) {
    const auto* part = std::find_if(
        std::begin(kLayout), std::end(kLayout),
        [&](const LayoutPart& row) { return layout.starts_with(row.layout); });
    if (part != std::end(kLayout)) {
      text +=
          part->format != nullptr
              ? Name(arguments, part->format)
              : absl::StrFormat(".%03d",
                                arguments[0].As<GoTime>()->milliseconds % 1000);
      layout.remove_prefix(part->layout.size());
      continue;
    }
    const char next = layout.front();
    const absl::CivilSecond civil = Civil(arguments);
    switch (next) {
      case '1':
        text += absl::StrFormat("%d", civil.month());
        break;
      case '2':
        text += absl::StrFormat("%d", civil.day());
        break;
      case '3':
        text += absl::StrFormat("%d", (civil.hour() + 11) % 12 + 1);
        break;
      case '4':
        text += absl::StrFormat("%d", civil.minute());
        break;
      case '5':
        text += absl::StrFormat("%d", civil.second());
        break;
      default:
        text += next;
    }
    layout.remove_prefix(1);
  }
  return Value{text};
}

absl::StatusOr<Value> Text(const TemplateContext&, const Arguments& arguments) {
  return Value{ToString(arguments[0])};
}

double Nanoseconds(const Arguments& arguments) {
  return static_cast<double>(arguments[0].As<GoDuration>()->nanoseconds);
}

// clang-format off
const Function kTimeMethods[] = {
    {"Day", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Whole(Civil(a).day()); }},
    {"Format", {Parameter::kString}, false, FormatLayout},
    {"Hour", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Whole(Civil(a).hour()); }},
    {"Minute", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Whole(Civil(a).minute()); }},
    {"Month", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Value{Name(a, "%B")}; }},
    {"Second", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Whole(Civil(a).second()); }},
    {"String", {}, false, Text},
    {"UTC", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return a[0]; }},
    {"Unix", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Whole(a[0].As<GoTime>()->milliseconds / 1000); }},
    {"UnixMilli", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Whole(a[0].As<GoTime>()->milliseconds); }},
    {"Weekday", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Value{Name(a, "%A")}; }},
    {"Year", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Whole(Civil(a).year()); }},
    {"YearDay", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Whole(absl::GetYearDay(absl::CivilDay(Civil(a)))); }},
};
// clang-format on

// clang-format off
const Function kDurationMethods[] = {
    {"Hours", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Value{Nanoseconds(a) / 3.6e12}; }},
    {"Milliseconds", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Whole(a[0].As<GoDuration>()->nanoseconds / 1'000'000); }},
    {"Minutes", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Value{Nanoseconds(a) / 6e10}; }},
    {"Seconds", {}, false, [](const TemplateContext&, const Arguments& a) -> Result { return Value{Nanoseconds(a) / 1e9}; }},
    {"String", {}, false, Text},
};
// clang-format on

}  // namespace

const Function* FindMethod(const Value& receiver, std::string_view name) {
  std::span<const Function> methods;
  if (receiver.As<GoTime>() != nullptr) methods = kTimeMethods;
  if (receiver.As<GoDuration>() != nullptr) methods = kDurationMethods;
  const auto found =
      std::find_if(methods.begin(), methods.end(),
                   [&](const Function& row) { return row.name == name; });
  return found == methods.end() ? nullptr : &*found;
}

}  // namespace alerts::text_template
