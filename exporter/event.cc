#include "exporter/event.h"

#include <array>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/quote.h"
#include "base/utf8.h"

namespace exporter {
namespace {

constexpr std::string_view kDeploymentCounter = "deployment_total";
constexpr std::string_view kRollbackCounter = "deployment_rollback_total";
constexpr std::string_view kCanaryGauge = "canary_traffic_percentage";
constexpr std::string_view kSmokeTestCounter = "smoke_test_total";
constexpr std::string_view kQueryCounter = "prometheus_query_total";

// Of every kind; shown, never labels.
constexpr FieldRow kDeploymentIdField = {
    "deployment_id",
    FieldType::kText,
    false,
    "",
    "",
    "what was deployed, such as the commit; ties events together"};
constexpr FieldRow kRunUrlField = {
    "run_url", FieldType::kText, false, "", "", "link to the pipeline's run"};
constexpr FieldRow kDurationField = {
    "duration", FieldType::kDuration, false, "", "", "how long it took"};

// clang-format off
constexpr FieldRow kDeploymentFields[] = {
    {"environment", FieldType::kLabel, true, kDeploymentCounter, "",        "where to"},
    {"status",      FieldType::kLabel, true, kDeploymentCounter, "started", "how it ended; started counts nothing and opens a rollout"},
    kDurationField, kDeploymentIdField, kRunUrlField,
};
constexpr FieldRow kRollbackFields[] = {
    {"environment", FieldType::kLabel, true, kRollbackCounter, "", "where"},
    {"reason",      FieldType::kLabel, true, kRollbackCounter, "", "why"},
    kDeploymentIdField, kRunUrlField,
};
constexpr FieldRow kCanaryFields[] = {
    {"environment",   FieldType::kLabel,      true,  kCanaryGauge, "", "where"},
    {"deployment_id", FieldType::kText,       true,  "",           "", "which canary, such as the commit"},
    {"percentage",    FieldType::kPercentage, false, "",           "", "its share of the traffic, 0 to 100; needed until it is finished"},
    {"finished",      FieldType::kBool,       false, "",           "", "the rollout is over: the series goes after the next scrape"},
    kRunUrlField,
};
constexpr FieldRow kSmokeTestFields[] = {
    {"environment", FieldType::kLabel, true, kSmokeTestCounter, "", "where"},
    {"result",      FieldType::kLabel, true, kSmokeTestCounter, "", "how it ended"},
    kDurationField, kDeploymentIdField, kRunUrlField,
};
constexpr FieldRow kQueryFields[] = {
    {"workflow", FieldType::kLabel, true, kQueryCounter, "", "which workflow asked"},
    {"result",   FieldType::kLabel, true, kQueryCounter, "", "how it ended"},
    kDurationField, kDeploymentIdField, kRunUrlField,
};

constexpr std::array<EventKindRow, 5> kEventKinds = {{
    // kind                    name          counter             histogram                            gauge         fields             help
    {EventKind::kDeployment, "deployment", kDeploymentCounter, "deployment_duration_seconds",       "",           kDeploymentFields, "a deployment that started or ended"},
    {EventKind::kRollback,   "rollback",   kRollbackCounter,   "",                                  "",           kRollbackFields,   "a rollback that was started"},
    {EventKind::kCanary,     "canary",     "",                 "",                                  kCanaryGauge, kCanaryFields,     "a canary's share of the traffic"},
    {EventKind::kSmokeTest,  "smoke-test", kSmokeTestCounter,  "smoke_test_duration_seconds",       "",           kSmokeTestFields,  "a run of the smoke test"},
    {EventKind::kQuery,      "query",      kQueryCounter,      "prometheus_query_duration_seconds", "",           kQueryFields,      "a query that a workflow sent to Prometheus"},
}};

struct TextMember {
  std::string_view name;
  std::string Event::* member;
};
constexpr TextMember kTextMembers[] = {
    {"environment",   &Event::environment},
    {"workflow",      &Event::workflow},
    {"status",        &Event::status},
    {"reason",        &Event::reason},
    {"result",        &Event::result},
    {"deployment_id", &Event::deployment_id},
    {"run_url",       &Event::run_url},
};
// clang-format on

std::string Event::*MemberOf(std::string_view name) {
  for (const TextMember& row : kTextMembers) {
    if (row.name == name) return row.member;
  }
  return nullptr;
}

constexpr std::int64_t kLongestDuration =
    std::int64_t{10} * 365 * 24 * 60 * 60;  // Seconds.

std::string Listed(const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) {
    out += (out.empty() ? "" : ", ") + value;
  }
  return out;
}

using Error = std::optional<EventError>;

Error Wrong(std::string_view field, std::string problem,
            std::string allowed = {}) {
  return EventError{0, std::string(field), std::move(problem),
                    std::move(allowed)};
}

Error CheckText(std::string_view field, std::string_view value,
                const EventLimits& limits) {
  if (value.size() > limits.text_bytes) {
    return Wrong(field, absl::StrFormat("is %d bytes long", value.size()),
                 absl::StrFormat("at most %d bytes", limits.text_bytes));
  }
  if (!base::IsUtf8(value)) return Wrong(field, "is not UTF-8", "UTF-8 text");
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      return Wrong(field, "holds a control character", "printable text");
    }
  }
  return {};
}

Error CheckLabel(const FieldRow& field, std::string_view value,
                 const schema::Schema& schema) {
  const std::vector<std::string> allowed = AllowedValues(field, schema);
  if (allowed.empty()) return {};
  for (const std::string& one : allowed) {
    if (one == value) return {};
  }
  return Wrong(
      field.name,
      absl::StrFormat("%s is no %s known here", base::Quote(value), field.name),
      Listed(allowed));
}

// The field as far as its own type decides.
Error CheckField(const FieldRow& field, const Event& event,
                 const schema::Schema& schema, const EventLimits& limits) {
  switch (field.type) {
    case FieldType::kText:
    case FieldType::kLabel: {
      const std::string_view value = TextField(event, field.name);
      if (value.empty()) {
        if (!field.required) return {};
        return Wrong(field.name, "is missing",
                     Listed(AllowedValues(field, schema)));
      }
      if (Error error = CheckText(field.name, value, limits)) return error;
      if (field.type == FieldType::kLabel) {
        return CheckLabel(field, value, schema);
      }
      return {};
    }
    case FieldType::kDuration:
      // Written so that NaN is refused.
      if (event.duration &&
          !(*event.duration >= 0 &&
            *event.duration <= static_cast<double>(kLongestDuration))) {
        return Wrong(
            field.name, absl::StrFormat("%g is no duration", *event.duration),
            absl::StrFormat("seconds, 0 to %d (ten years)", kLongestDuration));
      }
      return {};
    case FieldType::kPercentage:
      if (event.percentage &&
          !(*event.percentage >= 0 && *event.percentage <= 100)) {
        return Wrong(field.name,
                     absl::StrFormat("%g is no percentage", *event.percentage),
                     "0 to 100");
      }
      if (!event.percentage && !event.finished) {
        return Wrong(field.name, "is missing from a canary that goes on",
                     "0 to 100");
      }
      return {};
    case FieldType::kBool:
      return {};
  }
  return {};
}

Error CheckTime(const Event& event, base::Timestamp now,
                const EventLimits& limits) {
  if (!event.time) return {};
  if (*event.time <= 0) {
    return Wrong("time", base::FormatTimestamp(*event.time) + " is too early",
                 "a time after 1970");
  }
  if (*event.time > now + limits.ahead) {
    return Wrong("time",
                 absl::StrFormat("%s lies ahead of this clock, which reads %s",
                                 base::FormatTimestamp(*event.time),
                                 base::FormatTimestamp(now)),
                 absl::StrFormat("at most %s ahead",
                                 base::FormatDuration(limits.ahead)));
  }
  return {};
}

// A field that the event has and its kind does not.
Error CheckForeign(const EventKindRow& row, const Event& event) {
  const auto has = [&](std::string_view name) {
    for (const FieldRow& field : row.fields) {
      if (field.name == name) return true;
    }
    return false;
  };
  std::string_view foreign;
  for (const TextMember& text : kTextMembers) {
    if (!(event.*text.member).empty() && !has(text.name)) foreign = text.name;
  }
  if (event.duration && !has("duration")) foreign = "duration";
  if (event.percentage && !has("percentage")) foreign = "percentage";
  if (event.finished && !has("finished")) foreign = "finished";
  if (foreign.empty()) return {};
  return Wrong(foreign, absl::StrFormat("is no field of a %s", row.name));
}

}  // namespace

std::span<const EventKindRow> EventKinds() { return kEventKinds; }

const EventKindRow& Row(EventKind kind) {
  return kEventKinds[static_cast<std::size_t>(kind)];
}

const EventKindRow* FindEventKind(std::string_view name) {
  for (const EventKindRow& row : kEventKinds) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

std::string_view TextField(const Event& event, std::string_view name) {
  const auto member = MemberOf(name);
  return member == nullptr ? std::string_view() : event.*member;
}

void SetTextField(Event& event, std::string_view name, std::string value) {
  const auto member = MemberOf(name);
  assert(member != nullptr);
  event.*member = std::move(value);
}

std::vector<std::string> AllowedValues(const FieldRow& field,
                                       const schema::Schema& schema) {
  const schema::Metric* metric = schema.FindMetric(field.metric);
  if (metric == nullptr) return {};
  std::vector<std::string> allowed;
  if (!field.also.empty()) allowed.emplace_back(field.also);
  for (const schema::LabelFacts& label : metric->labels) {
    if (label.name != field.name) continue;
    if (label.knowledge != schema::Knowledge::kClosed) return {};
    allowed.insert(allowed.end(), label.values.begin(), label.values.end());
  }
  return allowed;
}

std::string ToString(const EventError& error) {
  std::string out = absl::StrFormat("event %d", error.index + 1);
  if (!error.field.empty()) out += ": " + error.field;
  out += (error.field.empty() ? ": " : " ") + error.problem;
  if (!error.allowed.empty()) out += " (allowed: " + error.allowed + ")";
  return out;
}

std::optional<EventError> Validate(const Event& event,
                                   const schema::Schema& schema,
                                   base::Timestamp now,
                                   const EventLimits& limits) {
  if (event.id.empty()) {
    return Wrong("id", "is missing",
                 "any text that is this event's own, the same on a retry");
  }
  if (Error error = CheckText("id", event.id, limits)) return error;
  if (Error error = CheckTime(event, now, limits)) return error;
  const EventKindRow& row = Row(event.kind);
  for (const FieldRow& field : row.fields) {
    if (Error error = CheckField(field, event, schema, limits)) return error;
  }
  if (Error error = CheckForeign(row, event)) return error;
  if (event.status == "started" && event.duration) {
    return Wrong("duration", "is given for a deployment that only started");
  }
  // It becomes a link on the page.
  if (!event.run_url.empty() && !event.run_url.starts_with("https://") &&
      !event.run_url.starts_with("http://")) {
    return Wrong("run_url", base::Quote(event.run_url) + " is no web address",
                 "https://... or http://...");
  }
  return {};
}

std::string_view FirstDifference(const Event& a, const Event& b) {
  if (a.kind != b.kind) return "kind";
  if (a.time != b.time) return "time";
  for (const TextMember& row : kTextMembers) {
    if (a.*row.member != b.*row.member) return row.name;
  }
  if (a.duration != b.duration) return "duration";
  if (a.percentage != b.percentage) return "percentage";
  if (a.finished != b.finished) return "finished";
  return "";
}

}  // namespace exporter
