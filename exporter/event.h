// What a pipeline reports: one thing that happened.

#ifndef EXPORTER_EVENT_H_
#define EXPORTER_EVENT_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/source.h"
#include "base/time.h"
#include "schema/schema.h"

namespace exporter {

enum class EventKind { kDeployment, kRollback, kCanary, kSmokeTest, kQuery };

// An event as its client wrote it. Fields that its kind does not have stay
// empty (kEventKinds says which it has).
struct Event {
  std::string id;  // Made by the client; a retry carries the same.
  EventKind kind = EventKind::kDeployment;
  // When it happened. Nothing: when it was received; a retry of such an event
  // is still the same event.
  std::optional<base::Timestamp> time;
  std::string environment;
  std::string workflow;
  std::string status;                // Of a deployment.
  std::string reason;                // Of a rollback.
  std::string result;                // Of a smoke test or query.
  std::optional<double> duration;    // Seconds.
  std::optional<double> percentage;  // 0 to 100.
  bool finished = false;             // Of a canary: its rollout is over.
  std::string deployment_id;
  std::string run_url;

  friend bool operator==(const Event&, const Event&) = default;
};

enum class FieldType { kText, kLabel, kDuration, kPercentage, kBool };

// A field of an event, in JSON, on the command line and in the journal. The
// allowed values of a kLabel are those of the label `name` of `metric`, and
// `also`.
struct FieldRow {
  std::string_view name;
  FieldType type;
  bool required;
  std::string_view metric;
  std::string_view also;
  std::string_view help;
};

struct EventKindRow {
  EventKind kind;
  std::string_view name;       // "smoke-test": the value of "kind".
  std::string_view counter;    // Counts it, by the fields that are its labels.
  std::string_view histogram;  // Observes `duration`; "" for none.
  std::string_view gauge;      // Shows `percentage`; "" for none.
  std::span<const FieldRow> fields;  // Without id and time.
  std::string_view help;
};

// THE event table: a row a kind, in the order of the enumeration.
std::span<const EventKindRow> EventKinds();
const EventKindRow& Row(EventKind kind);
// By name; nullptr when there is none.
const EventKindRow* FindEventKind(std::string_view name);

// The text of a label or text field ("status", "deployment_id"); "" when the
// event has none.
std::string_view TextField(const Event& event, std::string_view name);
// REQUIRES: `name` is a label or text field.
void SetTextField(Event& event, std::string_view name, std::string value);

// The values that a kLabel field takes under this schema, `also` included;
// empty when it takes any.
std::vector<std::string> AllowedValues(const FieldRow& field,
                                       const schema::Schema& schema);

// What is wrong with an event, in the client's terms.
struct EventError {
  std::size_t index = 0;  // Which of the batch, from 0.
  std::string field;      // "status"; "" when the text is no event at all.
  std::string problem;    // "\"sucess\" is not a status"
  std::string allowed;    // "started, success, failed, rolled_back"
};

// "event 2: status: \"sucess\" is not a status (allowed: started, ...)".
std::string ToString(const EventError& error);

struct EventLimits {
  std::size_t events = 10000;
  std::size_t text_bytes = 1024;  // Of each text field, id and run_url too.
  base::Duration ahead = 10 * 60 * 1000;  // How far `time` may lie ahead.
};

// What the runs of a workflow of GitHub count as; those of others count
// nothing.
struct GithubWorkflow {
  std::string name;
  EventKind kind = EventKind::kDeployment;  // Or kSmokeTest.
  std::string environment;
};

// Reads one JSON object, an array of them, or one object a line; each is an
// event of ours, a CloudEvent or a delivery of GitHub's (foreign_event.h). All
// or nothing: when `errors` is not empty the result is. An unknown field of
// ours is an error, so that a misspelt one is not lost. Events of others that
// count nothing here are left out: the result may be empty.
std::vector<Event> ParseEvents(std::string_view text,
                               const schema::Schema& schema,
                               base::Timestamp now,
                               std::vector<EventError>& errors,
                               const EventLimits& limits = {},
                               std::span<const GithubWorkflow> workflows = {});

// Checks an event that was not read from JSON by the same rules; nothing when
// it is right.
std::optional<EventError> Validate(const Event& event,
                                   const schema::Schema& schema,
                                   base::Timestamp now,
                                   const EventLimits& limits = {});

// One line of JSON that ParseEvents reads back equal.
std::string ToJson(const Event& event);

// The first field in which two events of one id differ; "" when they are
// equal.
std::string_view FirstDifference(const Event& a, const Event& b);

}  // namespace exporter

#endif  // EXPORTER_EVENT_H_
