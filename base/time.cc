#include "base/time.h"

#include <array>
#include <chrono>
#include <cmath>
#include <limits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"

namespace base {
namespace {

struct Unit {
  std::string_view name;
  Duration milliseconds;
  bool only_exact;  // FormatDuration uses it only when nothing remains.
};

constexpr std::array<Unit, 7> kUnits = {{
    {"y", 365LL * 24 * 60 * 60 * 1000, true},
    {"w", 7LL * 24 * 60 * 60 * 1000, true},
    {"d", 24LL * 60 * 60 * 1000, false},
    {"h", 60LL * 60 * 1000, false},
    {"m", 60LL * 1000, false},
    {"s", 1000, false},
    {"ms", 1, false},
}};

constexpr Duration kMax = std::numeric_limits<std::int64_t>::max() / 1000000;

}  // namespace

std::optional<Duration> ParseDuration(std::string_view text) {
  if (text == "0") return 0;
  if (text.empty()) return std::nullopt;
  Duration total = 0;
  std::size_t next_unit = 0;
  std::size_t i = 0;
  while (i < text.size()) {
    Duration number = 0;
    const std::size_t digits = i;
    for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
      number = number * 10 + (text[i] - '0');
      if (number > kMax) return std::nullopt;
    }
    if (i == digits) return std::nullopt;
    const std::size_t unit_begin = i;
    while (i < text.size() && text[i] >= 'a' && text[i] <= 'z') ++i;
    const std::string_view unit = text.substr(unit_begin, i - unit_begin);
    while (next_unit < kUnits.size() && kUnits[next_unit].name != unit) {
      ++next_unit;
    }
    if (next_unit == kUnits.size()) return std::nullopt;
    const Duration size = kUnits[next_unit++].milliseconds;
    if (number > (kMax - total) / size) return std::nullopt;
    total += number * size;
  }
  return total;
}

std::string FormatDuration(Duration duration) {
  if (duration == 0) return "0s";
  std::string out;
  if (duration < 0) out = "-";
  // Unsigned, so that the smallest value has a negation.
  auto rest = duration < 0
                  ? std::uint64_t{0} - static_cast<std::uint64_t>(duration)
                  : static_cast<std::uint64_t>(duration);
  for (const Unit& unit : kUnits) {
    const auto size = static_cast<std::uint64_t>(unit.milliseconds);
    if (unit.only_exact && rest % size != 0) continue;
    if (const std::uint64_t count = rest / size; count > 0) {
      absl::StrAppendFormat(&out, "%d%s", count, unit.name);
      rest -= count * size;
    }
  }
  return out;
}

std::string FormatTimestamp(Timestamp time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::FromUnixMillis(time),
                          absl::UTCTimeZone());
}

std::optional<Timestamp> ParseTimestamp(std::string_view text) {
  double seconds = 0;
  const absl::string_view view(text.data(), text.size());
  if (absl::SimpleAtod(view, &seconds)) {
    if (!std::isfinite(seconds) || std::abs(seconds) > 9.2e15) {
      return std::nullopt;
    }
    return static_cast<Timestamp>(std::llround(seconds * 1000));
  }
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, view, &time, &error) ||
      time == absl::InfiniteFuture() || time == absl::InfinitePast()) {
    return std::nullopt;
  }
  return absl::ToUnixMillis(time);
}

Timestamp Now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace base
