#include "exporter/cloud_event.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/labels.h"

namespace exporter {
namespace {

using base::Json;
using base::JsonKind;

// clang-format off
constexpr std::array<CdEventRow, 4> kRows = {{
    {"dev.cdevents.service.deployed",      EventKind::kDeployment, "status", "success"},
    {"dev.cdevents.service.upgraded",      EventKind::kDeployment, "status", "success"},
    {"dev.cdevents.service.rolledback",    EventKind::kRollback,   "reason", "manual"},
    {"dev.cdevents.testsuiterun.finished", EventKind::kSmokeTest,  "result", ""},
}};

// What a test suite's outcome is to us; one that was cancelled says nothing.
struct OutcomeRow {
  std::string_view outcome;
  std::string_view result;
};
constexpr OutcomeRow kOutcomes[] = {
    {"pass",    "passed"},
    {"success", "passed"},
    {"fail",    "failed"},
    {"failure", "failed"},
    {"error",   "failed"},
    {"cancel",  ""},
};
// clang-format on

// Whether `type` is the row's, of any version: "...deployed.0.2.0".
bool IsOfType(std::string_view type, std::string_view row) {
  if (!type.starts_with(row)) return false;
  type.remove_prefix(row.size());
  return type.empty() || type.front() == '.';
}

// The value at the end of a path of names; nullptr when there is none.
const Json* FindPath(const Json& object, std::string_view path) {
  const Json* value = &object;
  while (value != nullptr && !path.empty()) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    value = value->Find(path.substr(0, dot));
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return value;
}

std::string TextAt(const Json& object, std::string_view path) {
  const Json* value = FindPath(object, path);
  return value != nullptr && value->is(JsonKind::kString) ? value->text : "";
}

// The same, which must be there.
std::string Needed(const Json& object, std::string_view path,
                   std::vector<EventError>& errors) {
  std::string text = TextAt(object, path);
  if (text.empty()) {
    errors.push_back({0, std::string(path), "is missing", "a string"});
  }
  return text;
}

void ReadTime(const Json& object, Event& event,
              std::vector<EventError>& errors) {
  const std::string text = TextAt(object, "time");
  if (text.empty()) return;
  event.time = base::ParseTimestamp(text);
  if (!event.time) {
    errors.push_back({0, "time", base::Quote(text) + " is no time",
                      "RFC 3339 (2026-11-23T12:00:00Z)"});
  }
}

// The value that the row gives its field; "" when the event counts nothing.
std::string ValueOf(const CdEventRow& row, const Json& object,
                    std::vector<EventError>& errors) {
  if (!row.value.empty()) return std::string(row.value);
  constexpr std::string_view kPath = "data.subject.content.outcome";
  const std::string outcome = Needed(object, kPath, errors);
  std::string allowed;
  for (const OutcomeRow& one : kOutcomes) {
    if (one.outcome == outcome) return std::string(one.result);
    allowed += (allowed.empty() ? "" : ", ") + std::string(one.outcome);
  }
  if (!outcome.empty()) {
    errors.push_back({0, std::string(kPath),
                      base::Quote(outcome) + " is no outcome known here",
                      allowed});
  }
  return "";
}

}  // namespace

std::span<const CdEventRow> CdEvents() { return kRows; }

bool IsCloudEvent(const Json& object) {
  return object.is(JsonKind::kObject) && object.Find("specversion") != nullptr;
}

std::optional<CloudEvent> ReadCloudEvent(const Json& object,
                                         std::vector<EventError>& errors) {
  const std::size_t before = errors.size();
  const std::string type = Needed(object, "type", errors);
  const std::string id = Needed(object, "id", errors);
  const std::string source = Needed(object, "source", errors);
  const CdEventRow* row = nullptr;
  for (const CdEventRow& one : kRows) {
    if (IsOfType(type, one.type)) row = &one;
  }
  if (errors.size() > before) return std::nullopt;
  if (row == nullptr) return CloudEvent{};
  Event event;
  // A source is a URI, which has no blanks: the two cannot run together.
  event.id = source + " " + id;
  event.kind = row->kind;
  ReadTime(object, event, errors);
  event.environment =
      Needed(object, "data.subject.content.environment.id", errors);
  std::string value = ValueOf(*row, object, errors);
  event.deployment_id = TextAt(object, "data.subject.content.artifactId");
  if (errors.size() > before) return std::nullopt;
  if (value.empty()) return CloudEvent{};
  SetTextField(event, row->field, std::move(value));
  return CloudEvent{std::move(event)};
}

}  // namespace exporter
