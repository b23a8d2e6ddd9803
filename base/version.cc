#include "base/version.h"

#include <charconv>
#include <limits>

#include "absl/strings/str_format.h"

namespace base {
namespace {

constexpr int kNewest = std::numeric_limits<int>::max();

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
  if (text.empty()) return Version{*major, kNewest};
  if (!text.starts_with('.')) return std::nullopt;
  text.remove_prefix(1);
  const auto minor = TakeNumber(text);
  if (!minor.has_value() || !text.empty()) return std::nullopt;
  return Version{*major, *minor};
}

std::string ToString(Version version) {
  if (version.minor == kNewest) return absl::StrFormat("%d", version.major);
  return absl::StrFormat("%d.%d", version.major, version.minor);
}

}  // namespace base
