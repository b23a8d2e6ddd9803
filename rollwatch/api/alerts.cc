#include <string>
#include <utility>

#include "base/json.h"
#include "rollwatch/api/prometheus_json.h"
#include "rollwatch/api/resources.h"
#include "rollwatch/api/router.h"

namespace rollwatch {

net::HttpHandler AlertsResource(const LiveRules& rules) {
  return [&rules](const net::HttpRequest&) {
    std::string body;
    base::JsonWriter json(&body);
    json.BeginObject().Key("status").String("success");
    json.Key("data").BeginObject().Key("alerts").BeginArray();
    const LiveState state = rules.State();
    for (const LiveGroup& group : state.groups) {
      for (const LiveRule& rule : group.rules) {
        for (const alerts::Alert& alert : rule.alerts) WriteAlert(alert, json);
      }
    }
    json.EndArray().EndObject().EndObject();
    return JsonAnswer(200, std::move(body));
  };
}

}  // namespace rollwatch
