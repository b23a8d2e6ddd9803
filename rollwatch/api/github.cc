#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/diagnostic.h"
#include "base/json.h"
#include "base/source.h"
#include "base/time.h"
#include "exporter/event.h"
#include "exporter/foreign_event.h"
#include "rollwatch/api/event_answers.h"
#include "rollwatch/api/resources.h"
#include "rollwatch/api/router.h"

namespace rollwatch {
namespace {

// As of other events.
constexpr base::JsonLimits kJsonLimits = {.depth = 16};

net::HttpResponse Ignored(std::string_view why) {
  std::string body;
  base::JsonWriter(&body).BeginObject().Key("ignored").String(why).EndObject();
  return JsonAnswer(200, std::move(body));
}

// Why the request is not from whom it says; nothing when `token` signed it.
std::optional<net::HttpResponse> NotSigned(const net::HttpRequest& request,
                                           const TokenConfig* token) {
  if (token != nullptr) return std::nullopt;
  if (net::FindHeader(request.headers, kGithubSignature).empty()) {
    return JsonError(
        401, absl::StrFormat("a webhook is signed: %s is missing; give it a "
                             "secret, that of a token of this sidecar",
                             kGithubSignature));
  }
  return JsonError(403, absl::StrFormat("%s is by no token of this sidecar",
                                        kGithubSignature));
}

// What the payload says, in our terms; nothing, and errors, when it is wrong.
std::optional<exporter::ForeignEvent> Read(
    const net::HttpRequest& request,
    const std::vector<exporter::GithubWorkflow>& workflows,
    std::vector<exporter::EventError>& errors) {
  const base::Source source("payload", request.body);
  base::Diagnostics diagnostics;
  const auto payload = base::ReadJson(source, diagnostics, kJsonLimits);
  if (!payload) {
    const base::Diagnostic& first = diagnostics.first_error();
    const base::Position place = source.PositionAt(first.span.begin);
    errors.push_back(
        {0, "",
         absl::StrFormat("%d:%d: %s", place.line, place.column, first.message),
         "JSON"});
    return std::nullopt;
  }
  return exporter::ReadGithubWebhook(
      {net::FindHeader(request.headers, "X-GitHub-Event"),
       net::FindHeader(request.headers, "X-GitHub-Delivery"), *payload},
      workflows, errors);
}

WebhookResult ResultOf(const net::HttpResponse& response) {
  if (response.status == 503) return WebhookResult::kFailed;
  return response.status == 200 ? WebhookResult::kRecorded
                                : WebhookResult::kRejected;
}

// A token's deliveries, one after the other.
class Receiver {
 public:
  Receiver(exporter::Recorder& recorder, const schema::Schema& schema,
           std::vector<exporter::GithubWorkflow> workflows,
           WebhookCounts& counts)
      : recorder_(recorder),
        schema_(schema),
        workflows_(std::move(workflows)),
        counts_(counts) {}

  net::HttpResponse Answer(const net::HttpRequest& request,
                           const TokenConfig* token) const {
    if (auto refusal = NotSigned(request, token)) {
      counts_.Add(WebhookResult::kRefused);
      return *std::move(refusal);
    }
    const std::string_view type =
        net::FindHeader(request.headers, "Content-Type");
    if (!type.starts_with("application/json")) {
      counts_.Add(WebhookResult::kRejected);
      return JsonError(415,
                       "set the webhook's content type to "
                       "application/json");
    }
    std::vector<exporter::EventError> errors;
    auto read = Read(request, workflows_, errors);
    if (read && !read->event) {
      counts_.Add(WebhookResult::kIgnored);
      return Ignored(read->ignored);
    }
    net::HttpResponse response =
        Record(std::move(read), {request, token}, errors);
    counts_.Add(ResultOf(response));
    return response;
  }

 private:
  net::HttpResponse Record(std::optional<exporter::ForeignEvent> read,
                           const Reporter& reporter,
                           std::vector<exporter::EventError>& errors) const {
    if (read) {
      auto error = exporter::Validate(*read->event, schema_, base::Now());
      if (error) errors.push_back(*std::move(error));
    }
    if (!errors.empty()) return BadEvents(errors);
    return RecordEvents(recorder_, reporter, {*std::move(read->event)});
  }

  exporter::Recorder& recorder_;
  const schema::Schema& schema_;
  const std::vector<exporter::GithubWorkflow> workflows_;
  WebhookCounts& counts_;
};

}  // namespace

net::HttpHandler GithubResource(exporter::Recorder& recorder,
                                const schema::Schema& schema,
                                EventTokens& tokens,
                                std::vector<exporter::GithubWorkflow> workflows,
                                WebhookCounts& counts) {
  const auto receiver = std::make_shared<const Receiver>(
      recorder, schema, std::move(workflows), counts);
  return [receiver, &tokens](const net::HttpRequest& request) {
    return receiver->Answer(request, tokens.FindSigner(request).get());
  };
}

}  // namespace rollwatch
