#include "rollwatch/gate_report.h"

#include <cstdint>
#include <string_view>

#include "absl/strings/str_format.h"
#include "base/json.h"
#include "base/number.h"
#include "rollwatch/api/prometheus_json.h"
#include "rollwatch/replay_report.h"

namespace rollwatch {
namespace {

using alerts::Reading;

std::string_view StateWord(alerts::AlertState state) {
  return state == alerts::AlertState::kInactive ? "quiet"
                                                : AlertStateName(state);
}

std::string ReadingText(const Reading& reading) {
  std::string values;
  for (const Reading::Value& value : reading.values) {
    if (!values.empty()) values += ", ";
    values += base::FormatGeneral(value.value);
    if (!value.labels.empty()) values += " " + base::SeriesName(value.labels);
  }
  if (values.empty()) values = "no value";
  std::string text = "value: " + values;
  if (!reading.op.empty()) {
    text += "; bound: " + reading.op + " " + reading.bound;
  }
  return text + "; query: " + reading.query;
}

void WriteReading(base::JsonWriter& json, const Reading& reading) {
  json.BeginObject().Key("query").String(reading.query);
  json.Key("operator").String(reading.op).Key("bound").String(reading.bound);
  json.Key("values").BeginArray();
  for (const Reading::Value& value : reading.values) {
    json.BeginObject().Key("labels");
    WriteLabels(value.labels, json);
    json.Key("value").Number(value.value).EndObject();
  }
  json.EndArray();
  json.Key("doubt").String(alerts::DoubtName(reading.doubt));
  json.Key("message").String(reading.message).EndObject();
}

void WriteAlert(base::JsonWriter& json, const GateAlert& alert) {
  json.BeginObject().Key("alert").String(alert.name);
  json.Key("group").String(alert.group);
  json.Key("state").String(AlertStateName(alert.state));
  json.Key("error").String(alert.error).Key("conditions").BeginArray();
  for (const Reading& reading : alert.readings) WriteReading(json, reading);
  json.EndArray().Key("active").BeginArray();
  for (const alerts::Alert& active : alert.active) {
    json.BeginObject().Key("state").String(AlertStateName(active.state));
    json.Key("value").Number(active.value).Key("labels");
    WriteLabels(active.labels, json);
    json.Key("annotations").BeginObject();
    for (const auto& [name, text] : active.annotations) {
      json.Key(name).String(text);
    }
    json.EndObject().EndObject();
  }
  json.EndArray().EndObject();
}

}  // namespace

std::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kGo:
      return "go";
    case Verdict::kRollBack:
      return "roll-back";
    case Verdict::kUnknown:
      return "unknown";
  }
  return "";
}

std::vector<std::string> DoubtsOf(const GateAlert& alert) {
  std::vector<std::string> doubts;
  for (const Reading& reading : alert.readings) {
    if (reading.doubt == alerts::Doubt::kNone) continue;
    doubts.push_back(absl::StrFormat("%s: %s: %s", alert.name,
                                     alerts::DoubtName(reading.doubt),
                                     reading.message));
  }
  if (doubts.empty() && !alert.error.empty()) {
    doubts.push_back(alert.name + ": " + alert.error);
  }
  return doubts;
}

std::string EvaluationAsText(const GateEvaluation& evaluation) {
  std::string text;
  for (const GateAlert& alert : evaluation.alerts) {
    const std::string head =
        absl::StrFormat("%s %-7s %s ", Moment(evaluation.time),
                        StateWord(alert.state), alert.name);
    for (const Reading& reading : alert.readings) {
      text += head + ReadingText(reading) + "\n";
    }
    for (const std::string& doubt : DoubtsOf(alert)) {
      text +=
          absl::StrFormat("%s unknown %s\n", Moment(evaluation.time), doubt);
    }
  }
  return text;
}

std::string VerdictAsText(const GateResult& result, bool skipped) {
  std::string text;
  switch (result.verdict) {
    case Verdict::kGo:
      text = "GO";
      break;
    case Verdict::kRollBack:
      text = "ROLL BACK";
      break;
    case Verdict::kUnknown:
      text = skipped ? "COULD NOT TELL, SKIPPED (--on-unknown skip)"
                     : "COULD NOT TELL";
      break;
  }
  for (const std::string& reason : result.reasons) text += "\n  " + reason;
  return text + "\n";
}

std::string GateAsJson(const GateResult& result, int exit) {
  std::string out;
  base::JsonWriter json(&out, 2);
  json.BeginObject().Key("verdict").String(VerdictName(result.verdict));
  json.Key("exit").Integer(exit).Key("reasons").BeginArray();
  for (const std::string& reason : result.reasons) json.String(reason);
  json.EndArray().Key("queries").BeginObject();
  const QueryCounts& queries = result.queries;
  json.Key("success").Integer(static_cast<std::int64_t>(queries.success));
  json.Key("failed").Integer(static_cast<std::int64_t>(queries.failed));
  json.Key("timeout").Integer(static_cast<std::int64_t>(queries.timeout));
  json.EndObject().Key("evaluations").BeginArray();
  for (const GateEvaluation& evaluation : result.evaluations) {
    json.BeginObject().Key("time").String(Moment(evaluation.time));
    json.Key("alerts").BeginArray();
    for (const GateAlert& alert : evaluation.alerts) WriteAlert(json, alert);
    json.EndArray().EndObject();
  }
  json.EndArray().EndObject();
  return out + "\n";
}

}  // namespace rollwatch
