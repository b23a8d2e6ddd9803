// humanize and its kin (Prometheus template/template.go).

#include <cmath>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "alerts/templates/constant.h"
#include "alerts/templates/functions.h"
#include "base/number.h"
#include "base/quote.h"

namespace alerts::text_template {
namespace {

constexpr std::string_view kLargePrefixes[] = {"k", "M", "G", "T",
                                               "P", "E", "Z", "Y"};
constexpr std::string_view kBinaryPrefixes[] = {"ki", "Mi", "Gi", "Ti",
                                                "Pi", "Ei", "Zi", "Yi"};
constexpr std::string_view kSmallPrefixes[] = {"m", "u", "n", "p",
                                               "f", "a", "z", "y"};

absl::StatusOr<double> ToFloat(const Value& value) {
  if (const double* number = value.As<double>()) return *number;
  if (const std::int64_t* number = value.As<std::int64_t>()) {
    return static_cast<double>(*number);
  }
  if (const GoDuration* duration = value.As<GoDuration>()) {
    return static_cast<double>(duration->nanoseconds) / 1e9;
  }
  if (const std::string* text = value.As<std::string>()) {
    if (const auto number = base::ParseFloat(*text)) return *number;
    return absl::InvalidArgumentError(
        "strconv.ParseFloat: parsing " + base::Quote(*text) +
        (base::IsTooLarge(*text) ? ": value out of range"
                                 : ": invalid syntax"));
  }
  return absl::InvalidArgumentError("can't convert " + TypeName(value) +
                                    " to float");
}

// Go's %.4g.
std::string Significant(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Inf" : "+Inf";
  return absl::StrFormat("%.4g", value);
}

std::string WithSmallPrefix(double value) {
  std::string_view prefix;
  for (const std::string_view next : kSmallPrefixes) {
    if (std::abs(value) >= 1) break;
    prefix = next;
    value *= 1000;
  }
  return Significant(value) + std::string(prefix);
}

std::string WithLargePrefix(double value, double unit,
                            std::span<const std::string_view> prefixes) {
  std::string_view prefix;
  for (const std::string_view next : prefixes) {
    if (std::abs(value) < unit) break;
    prefix = next;
    value /= unit;
  }
  return Significant(value) + std::string(prefix);
}

std::string LongDuration(double value) {
  const char* sign = value < 0 ? "-" : "";
  value = std::abs(value);
  // A duration of more seconds than int64 has is not a duration.
  const std::int64_t duration =
      value < 9.2e18 ? static_cast<std::int64_t>(value) : INT64_MIN;
  const std::int64_t seconds = duration % 60;
  const std::int64_t minutes = (duration / 60) % 60;
  const std::int64_t hours = (duration / 60 / 60) % 24;
  const std::int64_t days = duration / 60 / 60 / 24;
  if (days != 0) {
    return absl::StrFormat("%s%dd %dh %dm %ds", sign, days, hours, minutes,
                           seconds);
  }
  if (hours != 0) {
    return absl::StrFormat("%s%dh %dm %ds", sign, hours, minutes, seconds);
  }
  if (minutes != 0) return absl::StrFormat("%s%dm %ds", sign, minutes, seconds);
  return sign + Significant(value) + "s";
}

// The one number argument, or why it is none.
absl::StatusOr<double> Only(const Arguments& arguments) {
  return ToFloat(arguments.front());
}

// Milliseconds; nothing for NaN and infinity.
absl::StatusOr<std::optional<std::int64_t>> Milliseconds(double seconds) {
  if (std::isnan(seconds) || std::isinf(seconds)) {
    return std::optional<std::int64_t>();
  }
  const double nanoseconds = seconds * 1e9;
  if (nanoseconds > 9223372036854775807.0 ||
      nanoseconds < -9223372036854775808.0) {
    return absl::InvalidArgumentError(
        FormatFloat(seconds) +
        " cannot be represented as a nanoseconds timestamp since it overflows "
        "int64");
  }
  if (nanoseconds >= 9223372036854775807.0) {
    return std::optional<std::int64_t>(INT64_MIN / 1'000'000);
  }
  return std::optional<std::int64_t>(static_cast<std::int64_t>(nanoseconds) /
                                     1'000'000);
}

}  // namespace

absl::StatusOr<Value> Humanize(const TemplateContext&,
                               const Arguments& arguments) {
  const auto value = Only(arguments);
  if (!value.ok()) return value.status();
  if (*value == 0 || std::isnan(*value) || std::isinf(*value)) {
    return Value{Significant(*value)};
  }
  if (std::abs(*value) >= 1) {
    return Value{WithLargePrefix(*value, 1000, kLargePrefixes)};
  }
  return Value{WithSmallPrefix(*value)};
}

absl::StatusOr<Value> Humanize1024(const TemplateContext&,
                                   const Arguments& arguments) {
  const auto value = Only(arguments);
  if (!value.ok()) return value.status();
  if (std::abs(*value) <= 1 || std::isnan(*value) || std::isinf(*value)) {
    return Value{Significant(*value)};
  }
  return Value{WithLargePrefix(*value, 1024, kBinaryPrefixes)};
}

absl::StatusOr<Value> HumanizeDuration(const TemplateContext&,
                                       const Arguments& arguments) {
  const auto value = Only(arguments);
  if (!value.ok()) return value.status();
  if (std::isnan(*value) || std::isinf(*value)) {
    return Value{Significant(*value)};
  }
  if (*value == 0) return Value{Significant(*value) + "s"};
  if (std::abs(*value) >= 1) return Value{LongDuration(*value)};
  return Value{WithSmallPrefix(*value) + "s"};
}

absl::StatusOr<Value> HumanizePercentage(const TemplateContext&,
                                         const Arguments& arguments) {
  const auto value = Only(arguments);
  if (!value.ok()) return value.status();
  return Value{Significant(*value * 100) + "%"};
}

absl::StatusOr<Value> HumanizeTimestamp(const TemplateContext&,
                                        const Arguments& arguments) {
  const auto value = Only(arguments);
  if (!value.ok()) return value.status();
  const auto time = Milliseconds(*value);
  if (!time.ok()) return time.status();
  return Value{*time ? ToString(TimeOfMilliseconds(**time))
                     : Significant(*value)};
}

absl::StatusOr<Value> ToTime(const TemplateContext&,
                             const Arguments& arguments) {
  const auto value = Only(arguments);
  if (!value.ok()) return value.status();
  const auto time = Milliseconds(*value);
  if (!time.ok()) return time.status();
  if (!*time) return absl::InvalidArgumentError("value is NaN or Inf");
  GoTime result = TimeOfMilliseconds(**time);
  result.pointer = true;
  return Value{result};
}

absl::StatusOr<Value> ToDuration(const TemplateContext&,
                                 const Arguments& arguments) {
  const auto value = Only(arguments);
  if (!value.ok()) return value.status();
  const auto time = Milliseconds(*value);
  if (!time.ok()) return time.status();
  if (!*time) return absl::InvalidArgumentError("value is NaN or Inf");
  return Value{GoDuration{
      .nanoseconds = static_cast<std::int64_t>(*value * 1e9), .pointer = true}};
}

}  // namespace alerts::text_template
