#include "rollwatch/alert_memory.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>
#include <utility>

#include "base/json.h"

namespace rollwatch {
namespace {

using base::Json;
using base::JsonKind;

constexpr base::Duration kLongestOutage = 60 * 60 * 1000;
constexpr std::string_view kInstance = "instance";

void WriteTime(std::string_view name, std::optional<base::Timestamp> time,
               base::JsonWriter& json) {
  if (time) json.Key(name).Integer(*time);
}

std::optional<base::Timestamp> ReadTime(const Json& object,
                                        std::string_view name) {
  const Json* value = object.Find(name);
  // Larger ones are no times, and no integers of a double either.
  if (value == nullptr || !value->is(JsonKind::kNumber) ||
      std::abs(value->number) > 1e15) {
    return std::nullopt;
  }
  return static_cast<base::Timestamp>(value->number);
}

std::optional<RememberedAlert> ReadAlert(const Json& object) {
  RememberedAlert out;
  out.group = object.TextOf("group");
  out.rule = object.TextOf("rule");
  out.query = object.TextOf("query");
  const std::string_view state = object.TextOf("state");
  out.alert.state = state == AlertStateName(alerts::AlertState::kFiring)
                        ? alerts::AlertState::kFiring
                        : alerts::AlertState::kPending;
  const Json* labels = object.Find("labels");
  const auto active_at = ReadTime(object, "active_at");
  if (labels == nullptr || !labels->is(JsonKind::kObject) || !active_at) {
    return std::nullopt;
  }
  base::LabelsBuilder builder;
  for (const base::JsonMember& member : labels->members) {
    builder.Set(member.name, member.value.text);
  }
  out.alert.labels = builder.Build();
  out.alert.active_at = *active_at;
  out.alert.fired_at = ReadTime(object, "fired_at");
  out.alert.keep_firing_since = ReadTime(object, "keep_firing_since");
  return out;
}

}  // namespace

std::string WriteAlertMemory(const AlertMemory& memory) {
  std::string out;
  base::JsonWriter json(&out, 1);
  json.BeginObject().Key("time").Integer(memory.time);
  json.Key("instance").String(memory.instance);
  json.Key("alerts").BeginArray();
  for (const RememberedAlert& one : memory.alerts) {
    json.BeginObject().Key("group").String(one.group);
    json.Key("rule").String(one.rule).Key("query").String(one.query);
    json.Key("state").String(AlertStateName(one.alert.state));
    json.Key("labels").BeginObject();
    for (const base::Label& label : one.alert.labels) {
      json.Key(label.name).String(label.value);
    }
    json.EndObject();
    WriteTime("active_at", one.alert.active_at, json);
    WriteTime("fired_at", one.alert.fired_at, json);
    WriteTime("keep_firing_since", one.alert.keep_firing_since, json);
    json.EndObject();
  }
  json.EndArray().EndObject();
  return out + "\n";
}

absl::StatusOr<AlertMemory> ReadAlertMemory(std::string_view text) {
  const base::Source source("alerts", std::string(text));
  base::Diagnostics diagnostics;
  const std::optional<Json> json = base::ReadJson(source, diagnostics);
  const auto time = json ? ReadTime(*json, "time") : std::nullopt;
  const Json* list = json ? json->Find("alerts") : nullptr;
  if (!time || list == nullptr || !list->is(JsonKind::kArray)) {
    return absl::DataLossError("it holds no alerts");
  }
  AlertMemory memory;
  memory.time = *time;
  memory.instance = json->TextOf("instance");
  for (const Json& element : list->elements) {
    std::optional<RememberedAlert> alert = ReadAlert(element);
    if (!alert) return absl::DataLossError("it holds an alert without labels");
    memory.alerts.push_back(*std::move(alert));
  }
  return memory;
}

bool SameAlerts(const AlertMemory& a, const AlertMemory& b) {
  const auto key = [](const RememberedAlert& one) {
    return std::tie(one.group, one.rule, one.query, one.alert.state,
                    one.alert.labels, one.alert.active_at, one.alert.fired_at,
                    one.alert.keep_firing_since);
  };
  return std::ranges::equal(a.alerts, b.alerts, {}, key, key);
}

AlertMemory Resume(AlertMemory memory, const std::string& instance,
                   base::Timestamp now) {
  // A clock that was set back says nothing about how long it was.
  const base::Duration away = std::max<base::Duration>(now - memory.time, 0);
  if (away > kLongestOutage) memory.alerts.clear();
  for (RememberedAlert& one : memory.alerts) {
    if (one.alert.labels.Get(kInstance) == memory.instance) {
      one.alert.labels = base::LabelsBuilder(one.alert.labels)
                             .Set(kInstance, instance)
                             .Build();
    }
    if (one.alert.state == alerts::AlertState::kPending) {
      one.alert.active_at = std::min(one.alert.active_at + away, now);
    }
  }
  memory.time = now;
  memory.instance = instance;
  return memory;
}

}  // namespace rollwatch
