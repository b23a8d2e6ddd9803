// Times and durations, in milliseconds.

#ifndef BASE_TIME_H_
#define BASE_TIME_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace base {

// Milliseconds since the Unix epoch, as Prometheus keeps them.
using Timestamp = std::int64_t;
// Milliseconds.
using Duration = std::int64_t;

// Of a time or a duration, as PromQL counts.
constexpr double Seconds(std::int64_t milliseconds) {
  return static_cast<double>(milliseconds) / 1000;
}

// The times start, start + step, ... of a query. An instant query is a grid of
// one step.
struct TimeGrid {
  Timestamp start = 0;
  Duration step = 1;  // REQUIRES: > 0
  std::size_t steps = 1;

  Timestamp at(std::size_t i) const {
    return start + static_cast<Duration>(i) * step;
  }
  Timestamp end() const { return at(steps - 1); }

  // The times from start to at most end. REQUIRES: step > 0, end >= start
  static TimeGrid Range(Timestamp start, Timestamp end, Duration step) {
    return {start, step, static_cast<std::size_t>((end - start) / step) + 1};
  }

  friend bool operator==(const TimeGrid&, const TimeGrid&) = default;
};

// "1h30m", "90s", "0": units y w d h m s ms, the longest first, each once
// (Prometheus' model.ParseDuration). A bare number but 0, a fraction and a
// value of more than 2^63 ns are refused: `error`, which may be null, then says
// why in Prometheus' words.
std::optional<Duration> ParseDuration(std::string_view text,
                                      std::string* error = nullptr);

// The shortest such text: 5400000 is "1h30m", 0 "0s" (model.Duration.String:
// years and weeks only where they divide exactly).
std::string FormatDuration(Duration duration);

// RFC 3339 in UTC with milliseconds: 2026-11-23T12:57:25.000Z.
std::string FormatTimestamp(Timestamp time);

// RFC 3339, or Unix seconds with a fraction ("1700000000.5").
std::optional<Timestamp> ParseTimestamp(std::string_view text);

// The wall clock.
Timestamp Now();
// A clock that only runs forward, from no particular time.
Timestamp SteadyNow();

}  // namespace base

#endif  // BASE_TIME_H_
