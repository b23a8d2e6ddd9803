// Events from and to JSON.

#include <utility>

#include "absl/strings/str_format.h"
#include "base/json.h"
#include "base/quote.h"
#include "exporter/event.h"
#include "exporter/foreign_event.h"

namespace exporter {
namespace {

using base::Json;
using base::JsonKind;

constexpr std::string_view kIdField = "id";
constexpr std::string_view kKindField = "kind";
constexpr std::string_view kTimeField = "time";

std::string KindNames() {
  std::string out;
  for (const EventKindRow& row : EventKinds()) {
    out += (out.empty() ? "" : ", ") + std::string(row.name);
  }
  return out;
}

std::string FieldNames(const EventKindRow& row) {
  std::string out = "id, kind, time";
  for (const FieldRow& field : row.fields) {
    out += ", " + std::string(field.name);
  }
  return out;
}

// Reads one object into an event; every wrong field is an error.
class ObjectReader {
 public:
  ObjectReader(std::size_t index, std::vector<EventError>& errors)
      : index_(index), errors_(errors) {}

  // Nothing when it reported an error.
  std::optional<Event> Read(const Json& object) {
    const std::size_t before = errors_.size();
    if (!object.is(JsonKind::kObject)) {
      Wrong("", absl::StrFormat("is %s", base::JsonKindName(object.kind)),
            "an object");
      return std::nullopt;
    }
    const EventKindRow* row = ReadKind(object);
    if (row == nullptr) return std::nullopt;
    event_.kind = row->kind;
    for (const base::JsonMember& member : object.members) {
      // As if it were not there: scripts print null for what they lack.
      if (member.value.is(JsonKind::kNull)) continue;
      ReadMember(*row, member.name, member.value);
    }
    if (errors_.size() > before) return std::nullopt;
    return std::move(event_);
  }

 private:
  void Wrong(std::string_view field, std::string problem, std::string allowed) {
    errors_.push_back(
        {index_, std::string(field), std::move(problem), std::move(allowed)});
  }

  const EventKindRow* ReadKind(const Json& object) {
    const Json* kind = object.Find(kKindField);
    if (kind == nullptr || !kind->is(JsonKind::kString)) {
      Wrong(kKindField,
            kind == nullptr
                ? "is missing"
                : absl::StrFormat("is %s", base::JsonKindName(kind->kind)),
            KindNames());
      return nullptr;
    }
    const EventKindRow* row = FindEventKind(kind->text);
    if (row == nullptr) {
      Wrong(kKindField, base::Quote(kind->text) + " is no kind of event",
            KindNames());
    }
    return row;
  }

  void ReadMember(const EventKindRow& row, const std::string& name,
                  const Json& value) {
    if (name == kKindField) return;
    if (name == kIdField) {
      if (Is(name, value, JsonKind::kString)) event_.id = value.text;
      return;
    }
    if (name == kTimeField) {
      ReadTime(value);
      return;
    }
    for (const FieldRow& field : row.fields) {
      if (field.name == name) {
        ReadField(field, value);
        return;
      }
    }
    Wrong(name, absl::StrFormat("is no field of a %s", row.name),
          FieldNames(row));
  }

  void ReadField(const FieldRow& field, const Json& value) {
    switch (field.type) {
      case FieldType::kText:
      case FieldType::kLabel:
        if (Is(field.name, value, JsonKind::kString)) {
          SetTextField(event_, field.name, value.text);
        }
        return;
      case FieldType::kDuration:
        // Adding 0 turns -0 into 0, so that sums never depend on it.
        if (Is(field.name, value, JsonKind::kNumber)) {
          event_.duration = value.number + 0.0;
        }
        return;
      case FieldType::kPercentage:
        if (Is(field.name, value, JsonKind::kNumber)) {
          event_.percentage = value.number + 0.0;
        }
        return;
      case FieldType::kBool:
        if (Is(field.name, value, JsonKind::kBool)) {
          event_.finished = value.boolean;
        }
        return;
    }
  }

  void ReadTime(const Json& value) {
    if (value.is(JsonKind::kString) || value.is(JsonKind::kNumber)) {
      event_.time = base::ParseTimestamp(value.text);
      if (event_.time) return;
      Wrong(kTimeField, base::Quote(value.text) + " is no time",
            "RFC 3339 (2026-11-23T12:00:00Z) or Unix seconds");
      return;
    }
    Wrong(kTimeField, absl::StrFormat("is %s", base::JsonKindName(value.kind)),
          "RFC 3339 (2026-11-23T12:00:00Z) or Unix seconds");
  }

  bool Is(std::string_view field, const Json& value, JsonKind kind) {
    if (value.is(kind)) return true;
    Wrong(field, absl::StrFormat("is %s", base::JsonKindName(value.kind)),
          std::string(base::JsonKindName(kind)));
    return false;
  }

  std::size_t index_;
  std::vector<EventError>& errors_;
  Event event_;
};

// An event of ours or of others. Nothing when it counts nothing, or an error
// was reported.
std::optional<Event> ReadEvent(const Json& object, std::size_t index,
                               std::span<const GithubWorkflow> workflows,
                               std::vector<EventError>& errors) {
  const std::size_t before = errors.size();
  std::optional<ForeignEvent> read;
  if (IsCloudEvent(object)) {
    read = ReadCloudEvent(object, errors);
  } else if (IsGithubDelivery(object)) {
    read = ReadGithubDelivery(object, workflows, errors);
  } else {
    return ObjectReader(index, errors).Read(object);
  }
  for (std::size_t i = before; i < errors.size(); ++i) errors[i].index = index;
  return read ? std::move(read->event) : std::nullopt;
}

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// The lines that are not blank, as places in the text.
std::vector<base::Span> FilledLines(std::string_view text) {
  std::vector<base::Span> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (!IsBlank(text.substr(begin, end - begin)))
      lines.push_back({begin, end});
    begin = end + 1;
  }
  return lines;
}

// One JSON document, or nothing and an error.
std::optional<Json> ReadDocument(const base::Source& source, base::Span part,
                                 std::size_t index,
                                 std::vector<EventError>& errors) {
  base::Diagnostics diagnostics;
  std::optional<Json> json =
      base::ReadJson(source, part, diagnostics, {.depth = 16});
  if (json) return json;
  const base::Diagnostic& first = diagnostics.first_error();
  const base::Position place = source.PositionAt(first.span.begin);
  errors.push_back(
      {index, "",
       absl::StrFormat("%d:%d: %s", place.line, place.column, first.message),
       "JSON: an object, an array of them, or one a line"});
  return std::nullopt;
}

// The objects of a text in any of the three forms.
std::vector<Json> ReadObjects(const base::Source& source,
                              std::vector<EventError>& errors) {
  const std::vector<base::Span> lines = FilledLines(source.text());
  std::vector<EventError> ignored;
  std::vector<Json> objects;
  const bool by_line =
      lines.size() > 1 && ReadDocument(source, lines[0], 0, ignored);
  if (by_line) {
    for (const base::Span& line : lines) {
      if (auto json = ReadDocument(source, line, objects.size(), errors)) {
        objects.push_back(*std::move(json));
      } else {
        objects.emplace_back();
      }
    }
    return objects;
  }
  auto json = ReadDocument(source, {0, source.text().size()}, 0, errors);
  if (!json) return {};
  if (json->is(JsonKind::kArray)) return std::move(json->elements);
  objects.push_back(*std::move(json));
  return objects;
}

}  // namespace

std::vector<Event> ParseEvents(std::string_view text,
                               const schema::Schema& schema,
                               base::Timestamp now,
                               std::vector<EventError>& errors,
                               const EventLimits& limits,
                               std::span<const GithubWorkflow> workflows) {
  const base::Source source("events", std::string(text));
  const std::vector<Json> objects = ReadObjects(source, errors);
  if (!errors.empty()) return {};
  if (objects.empty()) {
    errors.push_back({0, "", "is missing: the batch is empty", "an event"});
    return {};
  }
  if (objects.size() > limits.events) {
    errors.push_back(
        {limits.events, "",
         absl::StrFormat("is one too many: there are %d", objects.size()),
         absl::StrFormat("at most %d in a batch", limits.events)});
    return {};
  }
  std::vector<Event> events;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    auto event = ReadEvent(objects[i], i, workflows, errors);
    if (!event) continue;
    if (auto error = Validate(*event, schema, now, limits)) {
      error->index = i;
      errors.push_back(*std::move(error));
      continue;
    }
    events.push_back(*std::move(event));
  }
  if (!errors.empty()) return {};
  return events;
}

std::string ToJson(const Event& event) {
  const EventKindRow& row = Row(event.kind);
  std::string out;
  base::JsonWriter json(&out);
  json.BeginObject();
  json.Key(kIdField).String(event.id).Key(kKindField).String(row.name);
  if (event.time) {
    json.Key(kTimeField).String(base::FormatTimestamp(*event.time));
  }
  for (const FieldRow& field : row.fields) {
    switch (field.type) {
      case FieldType::kText:
      case FieldType::kLabel: {
        const std::string_view value = TextField(event, field.name);
        if (!value.empty()) json.Key(field.name).String(value);
        break;
      }
      case FieldType::kDuration:
        if (event.duration) json.Key(field.name).Number(*event.duration);
        break;
      case FieldType::kPercentage:
        if (event.percentage) json.Key(field.name).Number(*event.percentage);
        break;
      case FieldType::kBool:
        if (event.finished) json.Key(field.name).Bool(true);
        break;
    }
  }
  json.EndObject();
  return out;
}

}  // namespace exporter
