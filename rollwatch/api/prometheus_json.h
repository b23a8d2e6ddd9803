// The pieces of Prometheus' JSON that its alerts and rules share.

#ifndef ROLLWATCH_API_PROMETHEUS_JSON_H_
#define ROLLWATCH_API_PROMETHEUS_JSON_H_

#include <optional>
#include <string>

#include "alerts/alert_state.h"
#include "base/json.h"
#include "base/labels.h"
#include "base/time.h"

namespace rollwatch {

// {"labels":{...},"annotations":{...},"state":"firing","activeAt":...}
void WriteAlert(const alerts::Alert& alert, base::JsonWriter& json);
void WriteLabels(const base::Labels& labels, base::JsonWriter& json);
void WriteAnnotations(const alerts::Annotations& annotations,
                      base::JsonWriter& json);

// The shortest such text that reads back equal: "2.5e+01", "NaN", "+Inf".
std::string FormatScientific(double value);

// RFC 3339; Go's zero time when it has never been.
std::string FormatGoTime(std::optional<base::Timestamp> time);

}  // namespace rollwatch

#endif  // ROLLWATCH_API_PROMETHEUS_JSON_H_
