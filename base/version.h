// A release of Prometheus.

#ifndef BASE_VERSION_H_
#define BASE_VERSION_H_

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace base {

struct Version {
  int major = 0;
  int minor = 0;

  friend auto operator<=>(const Version&, const Version&) = default;
};

// What has been there since before 2.0.
inline constexpr Version kAlways = {0, 0};

// "2.53", "v3.5", or "3", which is the newest of them. Nothing when it is none.
std::optional<Version> ParseVersion(std::string_view text);

// "2.53"; "3" for the newest of them.
std::string ToString(Version version);

}  // namespace base

#endif  // BASE_VERSION_H_
