// Events in the vocabularies of others: CDEvents in CloudEvents' structured
// form, and GitHub's webhooks.

#ifndef EXPORTER_FOREIGN_EVENT_H_
#define EXPORTER_FOREIGN_EVENT_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "exporter/event.h"

namespace exporter {

enum class Vocabulary { kCdEvents, kGithub };

// What an event of others is in our terms.
struct ForeignEvent {
  std::optional<Event> event;
  std::string ignored;  // Why there is none: it counts nothing here.
};

// Whether the object is a CloudEvent: it says its specversion.
bool IsCloudEvent(const base::Json& object);

// Its source and id together are the id. Nothing when it lacks what it must
// have: the error, whose index is 0, names it.
std::optional<ForeignEvent> ReadCloudEvent(const base::Json& object,
                                           std::vector<EventError>& errors);

// A webhook's request: two of its headers, and its body.
struct GithubWebhook {
  std::string_view event;     // X-GitHub-Event
  std::string_view delivery;  // X-GitHub-Delivery: a redelivery has the same.
  const base::Json& payload;
};

// The delivery is the id. Likewise nothing and an error when it lacks what it
// must have; an event or state that is not known is ignored, because GitHub
// may add more.
std::optional<ForeignEvent> ReadGithubWebhook(
    const GithubWebhook& webhook, std::span<const GithubWorkflow> workflows,
    std::vector<EventError>& errors);

// Whether the object is a delivery as GitHub's API gives it back
// (/repos/OWNER/REPO/hooks/HOOK/deliveries/ID): {"request": {"headers": {...},
// "payload": {...}}, ...}.
bool IsGithubDelivery(const base::Json& object);
std::optional<ForeignEvent> ReadGithubDelivery(
    const base::Json& object, std::span<const GithubWorkflow> workflows,
    std::vector<EventError>& errors);

// THE table of what others say: a row an outcome that is known here; README.md
// shows it.
struct ForeignRow {
  Vocabulary vocabulary;
  std::string_view type;     // CDEvents: without its version.
  std::string_view outcome;  // "" for a type that has none.
  EventKind kind;
  std::string_view field;  // Which field of ours it sets,
  std::string_view value;  // and to what; "" when it counts nothing.
};
std::span<const ForeignRow> ForeignEvents();

}  // namespace exporter

#endif  // EXPORTER_FOREIGN_EVENT_H_
