#include <utility>
#include <vector>

#include "base/time.h"
#include "exporter/event.h"
#include "rollwatch/api/event_answers.h"
#include "rollwatch/api/resources.h"

namespace rollwatch {

net::HttpHandler EventsResource(
    exporter::Recorder& recorder, const schema::Schema& schema,
    EventTokens& tokens, std::vector<exporter::GithubWorkflow> workflows) {
  return [&recorder, &schema, &tokens,
          workflows = std::move(workflows)](const net::HttpRequest& request) {
    std::vector<exporter::EventError> errors;
    std::vector<exporter::Event> events = exporter::ParseEvents(
        request.body, schema, base::Now(), errors, {}, workflows);
    if (!errors.empty()) return BadEvents(errors);
    const auto token = tokens.Find(request);
    return RecordEvents(recorder, {request, token.get()}, std::move(events));
  };
}

}  // namespace rollwatch
