// What those who report events are answered, however they report them.

#ifndef ROLLWATCH_API_EVENT_ANSWERS_H_
#define ROLLWATCH_API_EVENT_ANSWERS_H_

#include <vector>

#include "exporter/event.h"
#include "exporter/recorder.h"
#include "net/http_message.h"
#include "rollwatch/api/event_tokens.h"

namespace rollwatch {

// 400 with every error, at most a hundred. REQUIRES: there is one.
net::HttpResponse BadEvents(const std::vector<exporter::EventError>& errors);

// Who sent the events.
struct Reporter {
  const net::HttpRequest& request;
  const TokenConfig* token;  // Null: none, so of any scope.
};

// Records the events when they are within the reporter's scope: 200
// {"recorded": 1, "duplicates": 0}, 403, 409, 422 or 503, as EventsResource
// says.
net::HttpResponse RecordEvents(exporter::Recorder& recorder,
                               const Reporter& reporter,
                               std::vector<exporter::Event> events);

}  // namespace rollwatch

#endif  // ROLLWATCH_API_EVENT_ANSWERS_H_
