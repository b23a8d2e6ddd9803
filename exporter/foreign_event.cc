#include "exporter/foreign_event.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/quote.h"

namespace exporter {
namespace {

using base::Json;
using base::JsonKind;

constexpr Vocabulary kCd = Vocabulary::kCdEvents;
constexpr Vocabulary kGithub = Vocabulary::kGithub;
constexpr EventKind kDeployment = EventKind::kDeployment;
constexpr EventKind kRollback = EventKind::kRollback;
constexpr EventKind kSmokeTest = EventKind::kSmokeTest;

// clang-format off
constexpr ForeignRow kRows[] = {
    // whose   type                                  outcome            kind         field     value
    {kCd,     "dev.cdevents.service.deployed",      "",                kDeployment, "status", "success"},
    {kCd,     "dev.cdevents.service.upgraded",      "",                kDeployment, "status", "success"},
    {kCd,     "dev.cdevents.service.rolledback",    "",                kRollback,   "reason", "manual"},
    {kCd,     "dev.cdevents.testsuiterun.finished", "pass",            kSmokeTest,  "result", "passed"},
    {kCd,     "dev.cdevents.testsuiterun.finished", "success",         kSmokeTest,  "result", "passed"},
    {kCd,     "dev.cdevents.testsuiterun.finished", "fail",            kSmokeTest,  "result", "failed"},
    {kCd,     "dev.cdevents.testsuiterun.finished", "failure",         kSmokeTest,  "result", "failed"},
    {kCd,     "dev.cdevents.testsuiterun.finished", "error",           kSmokeTest,  "result", "failed"},
    {kCd,     "dev.cdevents.testsuiterun.finished", "cancel",          kSmokeTest,  "result", ""},
    {kGithub, "deployment_status",                  "in_progress",     kDeployment, "status", "started"},
    {kGithub, "deployment_status",                  "success",         kDeployment, "status", "success"},
    {kGithub, "deployment_status",                  "failure",         kDeployment, "status", "failed"},
    {kGithub, "deployment_status",                  "error",           kDeployment, "status", "failed"},
    {kGithub, "workflow_run",                       "in_progress",     kDeployment, "status", "started"},
    {kGithub, "workflow_run",                       "success",         kDeployment, "status", "success"},
    {kGithub, "workflow_run",                       "failure",         kDeployment, "status", "failed"},
    {kGithub, "workflow_run",                       "timed_out",       kDeployment, "status", "failed"},
    {kGithub, "workflow_run",                       "startup_failure", kDeployment, "status", "failed"},
    {kGithub, "workflow_run",                       "success",         kSmokeTest,  "result", "passed"},
    {kGithub, "workflow_run",                       "failure",         kSmokeTest,  "result", "failed"},
    {kGithub, "workflow_run",                       "timed_out",       kSmokeTest,  "result", "failed"},
    {kGithub, "workflow_run",                       "startup_failure", kSmokeTest,  "result", "failed"},
};

// Where the fields of a type stand, as paths of names; of two, the first that
// says something. "" where there is none.
struct LayoutRow {
  Vocabulary vocabulary;
  std::string_view type;  // Begins so.
  std::string_view outcome[2];
  std::string_view environment;
  std::string_view deployment_id;
  std::string_view begun;
  std::string_view time;  // When it ended.
  std::string_view run_url[2];
};
constexpr LayoutRow kLayouts[] = {
    {kCd, "",
     {"data.subject.content.outcome", ""}, "data.subject.content.environment.id", "data.subject.content.artifactId",
     "", "time", {"", ""}},
    {kGithub, "deployment_status",
     {"deployment_status.state", ""}, "deployment_status.environment", "deployment.sha",
     "deployment.created_at", "deployment_status.created_at", {"deployment_status.log_url", "deployment_status.target_url"}},
    // Until it is completed it has no conclusion.
    {kGithub, "workflow_run",
     {"workflow_run.conclusion", "action"}, "", "workflow_run.head_sha",
     "workflow_run.run_started_at", "workflow_run.updated_at", {"workflow_run.html_url", ""}},
};
// clang-format on

const LayoutRow* LayoutOf(Vocabulary vocabulary, std::string_view type) {
  for (const LayoutRow& row : kLayouts) {
    if (row.vocabulary == vocabulary && type.starts_with(row.type)) return &row;
  }
  return nullptr;
}

// Whether `type` is the row's; a type of CDEvents of any version:
// "...deployed.0.2.0".
bool IsOfType(std::string_view type, const ForeignRow& row) {
  if (!type.starts_with(row.type)) return false;
  type.remove_prefix(row.type.size());
  return type.empty() || (row.vocabulary == kCd && type.front() == '.');
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
  const Json* value = path.empty() ? nullptr : FindPath(object, path);
  return value != nullptr && value->is(JsonKind::kString) ? value->text : "";
}

std::string TextAt(const Json& object, const std::string_view (&paths)[2]) {
  std::string text = TextAt(object, paths[0]);
  return text.empty() ? TextAt(object, paths[1]) : text;
}

// A text that must be there; `path` is what its absence is called by.
std::string Needed(std::string text, std::string_view path,
                   std::vector<EventError>& errors) {
  if (text.empty()) {
    errors.push_back({0, std::string(path), "is missing", "a string"});
  }
  return text;
}

std::string Needed(const Json& object, std::string_view path,
                   std::vector<EventError>& errors) {
  return Needed(TextAt(object, path), path, errors);
}

std::optional<base::Timestamp> ReadTime(const Json& object,
                                        std::string_view path,
                                        std::vector<EventError>& errors) {
  const std::string text = TextAt(object, path);
  if (text.empty()) return std::nullopt;
  const std::optional<base::Timestamp> time = base::ParseTimestamp(text);
  if (!time) {
    errors.push_back({0, std::string(path), base::Quote(text) + " is no time",
                      "RFC 3339 (2026-11-23T12:00:00Z)"});
  }
  return time;
}

// How long it took, of what ended and has a duration.
void SetDuration(std::optional<base::Timestamp> begun, Event& event) {
  if (!begun || !event.time || *event.time < *begun) return;
  if (event.status == "started" || Row(event.kind).histogram.empty()) return;
  event.duration = static_cast<double>(*event.time - *begun) / 1000;
}

// What is read, and by which rows.
struct Reading {
  Vocabulary vocabulary;
  std::string_view type;
  const Json& object;
  const LayoutRow& layout;
  std::vector<const ForeignRow*> rows;
};

// The row of the outcome; nullptr when it is not known, or an error was
// reported. `outcome` is what it was.
const ForeignRow* RowOf(const Reading& reading, std::string& outcome,
                        std::vector<EventError>& errors) {
  if (reading.rows.front()->outcome.empty()) return reading.rows.front();
  const std::string_view path = reading.layout.outcome[0];
  outcome =
      Needed(TextAt(reading.object, reading.layout.outcome), path, errors);
  std::string allowed;
  for (const ForeignRow* row : reading.rows) {
    if (row->outcome == outcome) return row;
    allowed += (allowed.empty() ? "" : ", ") + std::string(row->outcome);
  }
  if (!outcome.empty() && reading.vocabulary == kCd) {
    errors.push_back({0, std::string(path),
                      base::Quote(outcome) + " is no outcome known here",
                      allowed});
  }
  return nullptr;
}

ForeignEvent Ignored(std::string why) { return {{}, std::move(why)}; }

// `environment` is what the event is of where the text does not say it.
std::optional<ForeignEvent> Translate(const Reading& reading, std::string id,
                                      std::string_view environment,
                                      std::vector<EventError>& errors) {
  const std::size_t before = errors.size();
  const LayoutRow& layout = reading.layout;
  const Json& object = reading.object;
  Event event;
  event.id = std::move(id);
  event.time = ReadTime(object, layout.time, errors);
  const auto begun = ReadTime(object, layout.begun, errors);
  event.environment = environment.empty()
                          ? Needed(object, layout.environment, errors)
                          : std::string(environment);
  std::string outcome;
  const ForeignRow* row = RowOf(reading, outcome, errors);
  event.deployment_id = TextAt(object, layout.deployment_id);
  if (errors.size() > before) return std::nullopt;
  if (row == nullptr || row->value.empty()) {
    return Ignored(absl::StrFormat("%s \"%s\" counts nothing here",
                                   reading.type, outcome));
  }
  event.kind = row->kind;
  SetTextField(event, row->field, std::string(row->value));
  SetDuration(begun, event);
  std::string link = TextAt(object, layout.run_url);
  // A status may link to anything; only a web address is of use.
  if (link.starts_with("https://") || link.starts_with("http://")) {
    event.run_url = std::move(link);
  }
  return ForeignEvent{std::move(event), {}};
}

std::vector<const ForeignRow*> RowsOf(Vocabulary vocabulary,
                                      std::string_view type,
                                      std::optional<EventKind> kind) {
  std::vector<const ForeignRow*> rows;
  for (const ForeignRow& row : kRows) {
    if (row.vocabulary == vocabulary && IsOfType(type, row) &&
        (!kind || row.kind == *kind)) {
      rows.push_back(&row);
    }
  }
  return rows;
}

// A header of a delivery, whose names are compared without regard to case.
std::string_view HeaderOf(const Json& headers, std::string_view lower_name) {
  for (const base::JsonMember& member : headers.members) {
    const bool same =
        std::ranges::equal(member.name, lower_name, [](char c, char lower) {
          return (c >= 'A' && c <= 'Z' ? c | 0x20 : c) == lower;
        });
    if (same && member.value.is(JsonKind::kString)) return member.value.text;
  }
  return {};
}

}  // namespace

std::span<const ForeignRow> ForeignEvents() { return kRows; }

bool IsCloudEvent(const Json& object) {
  return object.is(JsonKind::kObject) && object.Find("specversion") != nullptr;
}

std::optional<ForeignEvent> ReadCloudEvent(const Json& object,
                                           std::vector<EventError>& errors) {
  const std::size_t before = errors.size();
  const std::string type = Needed(object, "type", errors);
  const std::string id = Needed(object, "id", errors);
  const std::string source = Needed(object, "source", errors);
  if (errors.size() > before) return std::nullopt;
  const auto rows = RowsOf(kCd, type, std::nullopt);
  if (rows.empty()) return Ignored(type + " counts nothing here");
  // A source is a URI, which has no blanks: the two cannot run together.
  return Translate({kCd, type, object, *LayoutOf(kCd, type), rows},
                   source + " " + id, "", errors);
}

std::optional<ForeignEvent> ReadGithubWebhook(
    const GithubWebhook& webhook, std::span<const GithubWorkflow> workflows,
    std::vector<EventError>& errors) {
  const std::string type(webhook.event);
  const auto missing = [&errors](std::string_view header) {
    errors.push_back({0, std::string(header), "is missing", "a header"});
    return std::nullopt;
  };
  if (type.empty()) return missing("X-GitHub-Event");
  if (webhook.delivery.empty()) return missing("X-GitHub-Delivery");
  std::optional<EventKind> kind;
  std::string_view environment;
  if (type == "workflow_run") {
    const std::string name =
        Needed(webhook.payload, "workflow_run.name", errors);
    if (name.empty()) return std::nullopt;
    const auto found =
        std::ranges::find(workflows, name, &GithubWorkflow::name);
    if (found == workflows.end()) {
      return Ignored(absl::StrFormat(
          "the workflow \"%s\" is none that counts here (--github.workflow)",
          name));
    }
    kind = found->kind;
    environment = found->environment;
  }
  const auto rows = RowsOf(kGithub, type, kind);
  if (rows.empty()) return Ignored(type + " counts nothing here");
  return Translate(
      {kGithub, type, webhook.payload, *LayoutOf(kGithub, type), rows},
      absl::StrFormat("github:%s", webhook.delivery), environment, errors);
}

bool IsGithubDelivery(const Json& object) {
  const Json* request = object.Find("request");
  return request != nullptr && request->Find("headers") != nullptr &&
         request->Find("payload") != nullptr;
}

std::optional<ForeignEvent> ReadGithubDelivery(
    const Json& object, std::span<const GithubWorkflow> workflows,
    std::vector<EventError>& errors) {
  const Json& request = *object.Find("request");
  const Json& headers = *request.Find("headers");
  return ReadGithubWebhook(
      {HeaderOf(headers, "x-github-event"),
       HeaderOf(headers, "x-github-delivery"), *request.Find("payload")},
      workflows, errors);
}

}  // namespace exporter
