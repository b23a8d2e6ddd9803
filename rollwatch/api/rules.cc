#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "base/json.h"
#include "base/time.h"
#include "rollwatch/api/prometheus_json.h"
#include "rollwatch/api/resources.h"
#include "rollwatch/api/router.h"

namespace rollwatch {
namespace {

using alerts::RuleDefinition;

void WriteRule(const LiveRule& rule, base::JsonWriter& json) {
  const bool alerting = rule.kind == RuleDefinition::Kind::kAlerting;
  json.BeginObject();
  if (alerting) {
    json.Key("state").String(alerts::AlertStateName(rule.state));
  }
  json.Key("name").String(rule.name).Key("query").String(rule.query);
  if (alerting) {
    json.Key("duration").Number(base::Seconds(rule.hold));
    json.Key("keepFiringFor").Number(base::Seconds(rule.keep_firing_for));
  }
  json.Key("labels");
  WriteLabels(rule.labels, json);
  if (alerting) {
    json.Key("annotations");
    WriteAnnotations(rule.annotations, json);
    json.Key("alerts").BeginArray();
    for (const alerts::Alert& alert : rule.alerts) WriteAlert(alert, json);
    json.EndArray();
  }
  json.Key("health").String(alerts::RuleHealthName(rule.status.health));
  if (!rule.status.error.empty()) {
    json.Key("lastError").String(rule.status.error);
  }
  json.Key("evaluationTime").Number(rule.status.duration_seconds);
  json.Key("lastEvaluation").String(FormatGoTime(rule.status.last_evaluation));
  json.Key("type").String(alerting ? "alerting" : "recording");
  json.EndObject();
}

// `type` is Prometheus' parameter: "alert", "record", or "" for both.
void WriteGroup(const LiveGroup& group, std::string_view type,
                base::JsonWriter& json) {
  json.BeginObject().Key("name").String(group.name);
  json.Key("file").String(group.file).Key("rules").BeginArray();
  for (const LiveRule& rule : group.rules) {
    const bool alerting = rule.kind == RuleDefinition::Kind::kAlerting;
    if (type.empty() || (type == "alert") == alerting) WriteRule(rule, json);
  }
  json.EndArray();
  json.Key("interval").Number(base::Seconds(group.interval));
  json.Key("limit").Integer(static_cast<std::int64_t>(group.limit));
  json.Key("evaluationTime").Number(group.duration_seconds);
  json.Key("lastEvaluation").String(FormatGoTime(group.last_evaluation));
  json.EndObject();
}

net::HttpResponse BadType(std::string_view type) {
  std::string body;
  base::JsonWriter json(&body);
  json.BeginObject().Key("status").String("error");
  json.Key("errorType").String("bad_data");
  json.Key("error").String(absl::StrFormat(
      "invalid parameter \"type\": not supported value \"%s\"", type));
  json.EndObject();
  return JsonAnswer(400, std::move(body));
}

}  // namespace

net::HttpHandler RulesResource(const LiveRules& rules) {
  return [&rules](const net::HttpRequest& request) {
    std::string type;
    for (const net::Parameter& parameter : request.query) {
      if (parameter.name == "type") type = parameter.value;
    }
    absl::AsciiStrToLower(&type);
    if (!type.empty() && type != "alert" && type != "record") {
      return BadType(type);
    }
    std::string body;
    base::JsonWriter json(&body);
    json.BeginObject().Key("status").String("success");
    json.Key("data").BeginObject().Key("groups").BeginArray();
    const LiveState state = rules.State();
    for (const LiveGroup& group : state.groups) WriteGroup(group, type, json);
    json.EndArray().EndObject().EndObject();
    return JsonAnswer(200, std::move(body));
  };
}

}  // namespace rollwatch
