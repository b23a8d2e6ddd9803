#include "base/time.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>
#include <system_error>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "base/quote.h"

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

std::optional<Duration> ParseDuration(std::string_view text,
                                      std::string* error) {
  const auto refuse = [&](std::string why) {
    if (error != nullptr) *error = std::move(why);
    return std::nullopt;
  };
  const auto invalid = [&] {
    return refuse("not a valid duration string: " + Quote(text));
  };
  if (text == "0") return 0;
  if (text.empty()) return refuse("empty duration string");
  Duration total = 0;
  const Unit* next = kUnits.begin();
  for (std::string_view rest = text; !rest.empty();) {
    std::uint64_t number = 0;
    const auto [end, failure] =
        std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (failure != std::errc()) return invalid();
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    const std::string_view name =
        rest.substr(0, rest.find_first_of("0123456789"));
    if (name.empty()) return invalid();
    rest.remove_prefix(name.size());
    const Unit* const unit = std::ranges::find(kUnits, name, &Unit::name);
    if (unit == kUnits.end()) {
      return refuse(absl::StrFormat("unknown unit %s in duration %s",
                                    Quote(name), Quote(text)));
    }
    if (unit < next) return invalid();
    next = unit + 1;
    const auto most =
        static_cast<std::uint64_t>((kMax - total) / unit->milliseconds);
    if (number > most) return refuse("duration out of range");
    total += static_cast<Duration>(number) * unit->milliseconds;
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

Timestamp SteadyNow() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace base
