#include "rollwatch/api/prometheus_json.h"

#include <charconv>
#include <cmath>

namespace rollwatch {

void WriteLabels(const base::Labels& labels, base::JsonWriter& json) {
  json.BeginObject();
  for (const base::Label& label : labels) {
    json.Key(label.name).String(label.value);
  }
  json.EndObject();
}

void WriteAnnotations(const alerts::Annotations& annotations,
                      base::JsonWriter& json) {
  json.BeginObject();
  for (const auto& [name, value] : annotations) json.Key(name).String(value);
  json.EndObject();
}

std::string FormatScientific(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  char text[40];
  const auto end = std::to_chars(text, text + sizeof(text), value,
                                 std::chars_format::scientific);
  return std::string(text, end.ptr);
}

std::string FormatGoTime(std::optional<base::Timestamp> time) {
  return time ? base::FormatTimestamp(*time) : "0001-01-01T00:00:00Z";
}

void WriteAlert(const alerts::Alert& alert, base::JsonWriter& json) {
  json.BeginObject().Key("labels");
  WriteLabels(alert.labels, json);
  json.Key("annotations");
  WriteAnnotations(alert.annotations, json);
  json.Key("state").String(alerts::AlertStateName(alert.state));
  json.Key("activeAt").String(FormatGoTime(alert.active_at));
  if (alert.keep_firing_since) {
    json.Key("keepFiringSince").String(FormatGoTime(alert.keep_firing_since));
  }
  json.Key("value").String(alert.histogram ? *alert.histogram
                                           : FormatScientific(alert.value));
  json.EndObject();
}

}  // namespace rollwatch
