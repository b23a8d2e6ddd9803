// Events in the vocabulary of others: CDEvents in CloudEvents' structured form.

#ifndef EXPORTER_CLOUD_EVENT_H_
#define EXPORTER_CLOUD_EVENT_H_

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "exporter/event.h"

namespace exporter {

// Whether the object is a CloudEvent: it says its specversion.
bool IsCloudEvent(const base::Json& object);

struct CloudEvent {
  // Nothing: an event of a kind that counts nothing here.
  std::optional<Event> event;
};

// What a CloudEvent says in our terms; its source and id together are the id.
// Nothing when it lacks what it must have: the error, whose index is 0, names
// it.
std::optional<CloudEvent> ReadCloudEvent(const base::Json& object,
                                         std::vector<EventError>& errors);

// A row a kind of CDEvents that counts; README.md shows it.
struct CdEventRow {
  std::string_view
      type;  // Without its version: "dev.cdevents.service.deployed"
  EventKind kind;
  std::string_view field;  // Which field of ours it sets,
  std::string_view value;  // and to what; "" where its outcome decides.
};
std::span<const CdEventRow> CdEvents();

}  // namespace exporter

#endif  // EXPORTER_CLOUD_EVENT_H_
