#include "promql/engine/compatibility.h"

#include <charconv>
#include <limits>

namespace promql {
namespace {

constexpr Change kChanges[] = {
    {{2, 52},
     &Compatibility::zero_point_first,
     "rate and increase extrapolate to zero within half an interval only"},
    {{3, 0},
     &Compatibility::closed_ranges,
     "ranges, the lookback and subqueries leave out their start"},
    {{3, 0}, &Compatibility::atan2_keeps_name, "atan2 drops the metric name"},
    {{3, 0},
     &Compatibility::variance_of_one_is_zero,
     "stddev and stdvar of a NaN or an infinity are NaN"},
    {{3, 0},
     &Compatibility::topk_pops,
     "topk and bottomk replace the top of their heap"},
    {{3, 0},
     &Compatibility::strict_negation,
     "series that a negation makes equal are merged"},
};

// The digits at the front of `text`, which are taken off.
std::optional<int> TakeNumber(std::string_view& text) {
  int number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

}  // namespace

std::optional<Version> ParseVersion(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  const auto major = TakeNumber(text);
  if (!major.has_value() || *major < 2) return std::nullopt;
  if (text.empty()) return Version{*major, std::numeric_limits<int>::max()};
  if (!text.starts_with('.')) return std::nullopt;
  text.remove_prefix(1);
  const auto minor = TakeNumber(text);
  if (!minor.has_value() || !text.empty()) return std::nullopt;
  return Version{*major, *minor};
}

std::span<const Change> Changes() { return kChanges; }

Compatibility CompatibleWith(Version version) {
  Compatibility compatibility;
  for (const Change& change : kChanges) {
    compatibility.*change.before = version < change.since;
  }
  return compatibility;
}

}  // namespace promql
