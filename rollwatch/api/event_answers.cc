#include "rollwatch/api/event_answers.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/json.h"
#include "rollwatch/api/resources.h"
#include "rollwatch/api/router.h"

namespace rollwatch {
namespace {

constexpr std::size_t kMostErrors = 100;

net::HttpResponse Conflicting(const exporter::Conflict& conflict) {
  std::string body;
  base::JsonWriter json(&body);
  json.BeginObject().Key("error").String(absl::StrFormat(
      "event %d: the id %s was recorded before with another %s: \"%s\", now "
      "\"%s\"",
      conflict.index + 1, conflict.id, conflict.field, conflict.recorded,
      conflict.offered));
  json.Key("event").Integer(static_cast<std::int64_t>(conflict.index) + 1);
  json.Key("id").String(conflict.id);
  json.Key("field").String(conflict.field);
  json.Key("recorded").String(conflict.recorded);
  json.Key("offered").String(conflict.offered);
  json.EndObject();
  return JsonAnswer(409, std::move(body));
}

// The token's first event that it may not report. Events without environment
// (queries) are anybody's.
std::optional<net::HttpResponse> OutOfScope(
    const TokenConfig& token, const std::vector<exporter::Event>& events) {
  if (token.environments.empty()) return std::nullopt;
  for (const exporter::Event& event : events) {
    if (event.environment.empty() ||
        std::ranges::count(token.environments, event.environment) > 0) {
      continue;
    }
    std::string allowed;
    for (const std::string& name : token.environments) {
      allowed += (allowed.empty() ? "" : ", ") + name;
    }
    return JsonError(
        403, absl::StrFormat("event %d: the token \"%s\" may not report the "
                             "environment \"%s\", only %s",
                             &event - events.data() + 1, token.name,
                             event.environment, allowed));
  }
  return std::nullopt;
}

net::HttpResponse Rejected(const exporter::Rejection& rejection) {
  std::string body;
  base::JsonWriter json(&body);
  json.BeginObject().Key("error").String(
      absl::StrFormat("event %d: %s", rejection.index + 1, rejection.problem));
  json.Key("code").String(rejection.code);
  json.Key("event").Integer(static_cast<std::int64_t>(rejection.index) + 1);
  json.Key("field").String(rejection.field);
  if (!rejection.metric.empty()) json.Key("metric").String(rejection.metric);
  json.EndObject();
  return JsonAnswer(422, std::move(body));
}

net::HttpResponse Recorded(const std::vector<exporter::Outcome>& outcomes) {
  std::int64_t recorded = 0;
  std::int64_t duplicates = 0;
  for (const exporter::Outcome outcome : outcomes) {
    ++(outcome == exporter::Outcome::kRecorded ? recorded : duplicates);
  }
  std::string body;
  base::JsonWriter json(&body);
  json.BeginObject().Key("recorded").Integer(recorded);
  json.Key("duplicates").Integer(duplicates).EndObject();
  return JsonAnswer(200, std::move(body));
}

std::string NameOf(const Reporter& reporter) {
  return reporter.token == nullptr ? ClientOf(reporter.request)
                                   : "token " + reporter.token->name;
}

}  // namespace

net::HttpResponse BadEvents(const std::vector<exporter::EventError>& errors) {
  std::string body;
  base::JsonWriter json(&body);
  json.BeginObject().Key("error").String(exporter::ToString(errors.front()));
  json.Key("errors").BeginArray();
  for (const exporter::EventError& error : errors) {
    json.BeginObject();
    json.Key("event").Integer(static_cast<std::int64_t>(error.index) + 1);
    json.Key("field").String(error.field);
    json.Key("problem").String(error.problem);
    json.Key("allowed").String(error.allowed);
    json.EndObject();
    if (&error - errors.data() + 1 == kMostErrors) break;
  }
  json.EndArray().EndObject();
  return JsonAnswer(400, std::move(body));
}

net::HttpResponse RecordEvents(exporter::Recorder& recorder,
                               const Reporter& reporter,
                               std::vector<exporter::Event> events) {
  if (reporter.token != nullptr) {
    if (const auto refusal = OutOfScope(*reporter.token, events)) {
      return *refusal;
    }
  }
  const absl::StatusOr<exporter::Receipt> receipt =
      recorder.Record(std::move(events), NameOf(reporter));
  if (!receipt.ok()) {
    net::HttpResponse response =
        JsonError(503, std::string(receipt.status().message()));
    response.headers.push_back({"Retry-After", "1"});
    return response;
  }
  if (receipt->rejection) return Rejected(*receipt->rejection);
  if (receipt->conflict) return Conflicting(*receipt->conflict);
  return Recorded(receipt->outcomes);
}

}  // namespace rollwatch
