// Numbers as Prometheus writes them.

#ifndef BASE_NUMBER_H_
#define BASE_NUMBER_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace base {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The shortest text that reads back as the same number, never with an
// exponent: "1000000", "0.00001", "+Inf", "-Inf", "NaN". Sample values, the le
// label and count_values are written so. Go's FormatFloat(x, 'f', -1, 64).
std::string FormatDecimal(double value);
// The same, behind `out`: answers have millions of them.
void AppendDecimal(double value, std::string& out);
// The same, to where there is room for kLongestDecimal; returns its end.
inline constexpr std::size_t kLongestDecimal = 350;
char* WriteDecimal(double value, char* out);
// A whole number, likewise.
char* WriteWhole(std::uint64_t value, char* out);

// As short, with an exponent of at least two digits below 1e-6 and from 1e+21
// on: as samples stand in the JSON of Prometheus' API (util/jsonutil).
// Needs room as WriteDecimal does.
char* WriteJsonDecimal(double value, char* out);

// As short, with an exponent of at least two digits below 1e-4 and from 1e+06
// on: "999999", "1e+06", "1e-05". Templates and histograms are written so.
// Go's FormatFloat(x, 'g', -1, 64), %g and %v.
std::string FormatGeneral(double value);

// The same, with a point in whole numbers: "60.0", "0.25", "1e+06", "+Inf";
// zero has no sign. OpenMetrics writes le and quantile so, and Prometheus
// stores them so since 3.0.
std::string FormatBound(double value);

// Go's strconv.ParseFloat, for bounds of buckets and numbers in templates: a
// sign, Inf, Infinity and unsigned NaN in any case, hexadecimal with its
// exponent, underscores between digits. What is too small is 0; what is too
// large is refused, and so is anything before or after the number.
std::optional<double> ParseFloat(std::string_view text);

// Whether ParseFloat() refuses it for its size alone.
bool IsTooLarge(std::string_view text);

// A number of Go, without its sign, without the underscores that stand between
// digits or behind 0x, 0b and 0o. Nothing where one stands elsewhere.
std::optional<std::string> WithoutUnderscores(std::string_view number);

}  // namespace base

#endif  // BASE_NUMBER_H_
