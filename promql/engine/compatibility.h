// The answers of older Prometheus servers.

#ifndef PROMQL_ENGINE_COMPATIBILITY_H_
#define PROMQL_ENGINE_COMPATIBILITY_H_

#include <span>
#include <string_view>

#include "base/version.h"
#include "promql/functions/compatibility.h"

namespace promql {

using base::ParseVersion;
using base::Version;

// THE table of changes: servers before `since` have it otherwise. Each is
// proven on 2.42; where the release of the change is not known, `since` is 3.0.
struct Change {
  Version since;
  bool Compatibility::*before;
  std::string_view what;
};
std::span<const Change> Changes();

Compatibility CompatibleWith(Version version);

}  // namespace promql

#endif  // PROMQL_ENGINE_COMPATIBILITY_H_
