// Numbers as exposition formats spell them.

#ifndef EXPORTER_NUMBER_H_
#define EXPORTER_NUMBER_H_

#include <string>

namespace exporter {

// The shortest text that reads back equal: "0.1", "60", "1e+06"; NaN, +Inf and
// -Inf are "NaN", "+Inf" and "-Inf".
std::string FormatNumber(double value);

// The same as a float literal: "60.0", as OpenMetrics wants le to be.
std::string FormatFloat(double value);

}  // namespace exporter

#endif  // EXPORTER_NUMBER_H_
