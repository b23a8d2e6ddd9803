#include "promql/check/facts.h"

#include <cmath>

#include "absl/strings/str_format.h"

namespace promql {
namespace {

std::string Bound(double value) {
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return absl::StrFormat("%.15g", value + 0.0);  // -0 is 0.
}

}  // namespace

Values Values::Exactly(double value) {
  if (std::isnan(value)) {
    // No interval: only NaN.
    return {.low = std::numeric_limits<double>::infinity(),
            .high = -std::numeric_limits<double>::infinity()};
  }
  return {.low = value, .high = value, .nan = false};
}

std::string ToString(const Values& values) {
  if (values.never) return "never";
  if (values.low > values.high) return "NaN";
  return absl::StrFormat("%s%s, %s%s", values.low_open ? "(" : "[",
                         Bound(values.low), Bound(values.high),
                         values.high_open ? ")" : "]");
}

std::string SeriesFacts::WhyWithout(const VectorSelector&,
                                    std::string_view) const {
  return {};
}

Values SeriesFacts::ValuesOf(const VectorSelector&) const {
  return Values::Any();
}

std::vector<double> SeriesFacts::BucketsOf(const VectorSelector&) const {
  return {};
}

}  // namespace promql
