#include "rollwatch/page.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_format.h"
#include "base/number.h"
#include "net/url.h"
#include "rollwatch/page_style.h"
#include "rollwatch/version.h"

namespace rollwatch {
namespace {

// Without a script the page loads itself again.
constexpr int kReloadSeconds = 15;
// Prometheus' lookback: older samples are none to a query.
constexpr base::Duration kStale = 5 * 60 * 1000;
// A rollout that takes longer was abandoned, or its pipeline forgot to say how
// it ended.
constexpr base::Duration kAbandoned = 6 * 60 * 60 * 1000;

struct Counts {
  std::size_t rules = 0;
  std::size_t alert_rules = 0;
  std::size_t foreign = 0;  // Alert rules that nothing here can make fire.
  std::size_t broken = 0;
  std::size_t waiting = 0;  // Not evaluated yet.
  std::size_t firing = 0;
  std::size_t pending = 0;
};

bool IsAlert(const LiveRule& rule) {
  return rule.kind == alerts::RuleDefinition::Kind::kAlerting;
}

// An alert rule about what is not measured here: its silence says nothing.
bool IsForeign(const LiveRule& rule) {
  return IsAlert(rule) && !rule.foreign_metric.empty() && rule.alerts.empty();
}

Counts Count(const LiveState& state) {
  Counts counts;
  for (const LiveGroup& group : state.groups) {
    for (const LiveRule& rule : group.rules) {
      ++counts.rules;
      counts.alert_rules += IsAlert(rule) ? 1 : 0;
      counts.foreign += IsForeign(rule) ? 1 : 0;
      counts.broken += rule.status.health == alerts::RuleHealth::kError;
      counts.waiting += rule.status.health == alerts::RuleHealth::kUnknown;
      for (const alerts::Alert& alert : rule.alerts) {
        ++(alert.state == alerts::AlertState::kFiring ? counts.firing
                                                      : counts.pending);
      }
    }
  }
  return counts;
}

std::string Plural(std::size_t count, std::string_view noun) {
  return absl::StrFormat("%d %s%s", count, noun, count == 1 ? "" : "s");
}

// "12 s ago", "3 min ago", "2 h ago", "5 d ago".
std::string Ago(base::Timestamp time, base::Timestamp now) {
  const base::Duration seconds = std::max<base::Duration>(now - time, 0) / 1000;
  if (seconds < 120) return absl::StrFormat("%d s ago", seconds);
  if (seconds < 7200) return absl::StrFormat("%d min ago", seconds / 60);
  if (seconds < 172800) return absl::StrFormat("%d h ago", seconds / 3600);
  return absl::StrFormat("%d d ago", seconds / 86400);
}

std::string TimeTag(base::Timestamp time, base::Timestamp now) {
  const std::string exact = base::FormatTimestamp(time);
  return absl::StrFormat("<time datetime=\"%s\" title=\"%s\">%s</time>", exact,
                         exact, Ago(time, now));
}

std::string Tag(std::string_view text, std::string_view style = "") {
  return absl::StrFormat("<span class=\"tag %s\">%s</span>", style,
                         EscapeHtml(text));
}

// A link only to http and https: a client may have sent anything.
std::string Link(std::string_view url, std::string_view text) {
  if (!net::ParseUrl(url).ok()) return EscapeHtml(url);
  return absl::StrFormat("<a href=\"%s\" rel=\"noreferrer noopener\">%s</a>",
                         EscapeHtml(url), EscapeHtml(text));
}

std::string_view Find(const alerts::Annotations& annotations,
                      const std::string& name) {
  const auto found = annotations.find(name);
  return found == annotations.end() ? std::string_view()
                                    : std::string_view(found->second);
}

void WriteAlertCard(const LiveRule& rule, const alerts::Alert& alert,
                    base::Timestamp now, std::string& out) {
  const std::string_view state = alerts::AlertStateName(alert.state);
  const bool firing = alert.state == alerts::AlertState::kFiring;
  absl::StrAppendFormat(
      &out,
      "<article class=\"card is-%s\"><h3>%s</h3> %s <span class=\"soft\">since "
      "%s, value %s</span>\n",
      state, EscapeHtml(rule.name), Tag(state, firing ? "bad" : "warn"),
      TimeTag(alert.active_at, now), absl::StrFormat("%.6g", alert.value));
  for (const char* name : {"summary", "description"}) {
    const std::string_view text = Find(alert.annotations, name);
    if (!text.empty()) {
      absl::StrAppendFormat(&out, "<p>%s</p>\n", EscapeHtml(text));
    }
  }
  out += "<p>";
  for (const base::Label& label : alert.labels) {
    if (label.name == "alertname") continue;
    out += Tag(label.name + "=" + label.value);
  }
  const std::string_view runbook = Find(alert.annotations, "runbook_url");
  if (net::ParseUrl(runbook).ok()) out += " " + Link(runbook, "runbook");
  out += "</p></article>\n";
}

// The rules that only a server with other metrics can evaluate.
void WriteForeign(const LiveState& state, std::string& out) {
  std::string rules;
  for (const LiveGroup& group : state.groups) {
    for (const LiveRule& rule : group.rules) {
      if (IsForeign(rule)) {
        rules += Tag(rule.name + ": " + rule.foreign_metric);
      }
    }
  }
  if (rules.empty()) return;
  absl::StrAppendFormat(&out,
                        "<p class=\"soft\">Not watched here, for want of the "
                        "metric: %s</p>\n",
                        rules);
}

void WriteAlerts(const PageContent& content, std::string& out) {
  const Counts counts = Count(content.rules);
  out += "<h2>Alerts</h2>\n";
  for (const auto wanted :
       {alerts::AlertState::kFiring, alerts::AlertState::kPending}) {
    for (const LiveGroup& group : content.rules.groups) {
      for (const LiveRule& rule : group.rules) {
        for (const alerts::Alert& alert : rule.alerts) {
          if (alert.state == wanted) {
            WriteAlertCard(rule, alert, content.now, out);
          }
        }
      }
    }
  }
  for (const LiveGroup& group : content.rules.groups) {
    for (const LiveRule& rule : group.rules) {
      if (rule.status.health != alerts::RuleHealth::kError) continue;
      absl::StrAppendFormat(
          &out,
          "<article class=\"card is-broken\"><h3>%s</h3> %s<p>%s</p>"
          "</article>\n",
          EscapeHtml(rule.name), Tag("cannot be evaluated", "bad"),
          EscapeHtml(rule.status.error));
    }
  }
  if (counts.rules == 0) {
    out +=
        "<p class=\"soft\">No rules are loaded, so nothing is watched here. "
        "Start with <code>rollwatch serve --rules FILE</code>.</p>\n";
  } else if (counts.firing + counts.pending + counts.broken == 0) {
    absl::StrAppendFormat(
        &out,
        "<p class=\"soft\">None is pending or firing, of %s."
        "</p>\n",
        Plural(counts.alert_rules - counts.foreign, "alert rule"));
  }
  WriteForeign(content.rules, out);
}

void WriteCanaries(const PageContent& content, std::string& out) {
  out += "<h2>Canaries</h2>\n";
  if (content.canaries.empty()) {
    out += "<p class=\"soft\">No canary is under way.</p>\n";
  }
  for (const CanaryWeight& canary : content.canaries) {
    const double share = std::clamp(canary.percentage, 0.0, 100.0);
    const std::string number = base::FormatDecimal(canary.percentage);
    absl::StrAppendFormat(
        &out,
        "<article class=\"card\"><h3>%s</h3> %s <span class=\"soft\">%s</span>"
        "<div class=\"weight\"><b>%s %%</b><svg role=\"img\" "
        "aria-label=\"%s percent\" viewBox=\"0 0 100 1\" "
        "preserveAspectRatio=\"none\"><rect width=\"%s\" height=\"1\"/></svg>"
        "</div></article>\n",
        EscapeHtml(canary.environment), Tag(canary.deployment_id),
        TimeTag(canary.time, content.now), number, number,
        base::FormatDecimal(share));
  }
}

void WriteRollouts(const PageContent& content, std::string& out) {
  if (content.rollouts.empty()) return;
  out += "<h2>Rollouts under way</h2>\n";
  for (const exporter::OpenRollout& rollout : content.rollouts) {
    absl::StrAppendFormat(
        &out,
        "<article class=\"card\"><h3>%s</h3> %s%s <span class=\"soft\">started "
        "%s</span> %s</article>\n",
        EscapeHtml(rollout.environment),
        rollout.deployment_id.empty() ? "" : Tag(rollout.deployment_id),
        content.now - rollout.started > kAbandoned
            ? " " + Tag("never finished", "warn")
            : "",
        TimeTag(rollout.started, content.now),
        rollout.run_url.empty() ? "" : Link(rollout.run_url, "run"));
  }
}

std::string_view OutcomeStyle(std::string_view outcome) {
  if (outcome == "success" || outcome == "passed") return "good";
  return outcome == "started" ? "" : "bad";
}

// What came out of it: the status, result, reason or weight.
std::string Outcome(const exporter::Event& event) {
  std::string out;
  for (const std::string& text : {event.status, event.result, event.reason}) {
    if (!text.empty()) out += Tag(text, OutcomeStyle(text));
  }
  if (event.percentage) {
    out += Tag(base::FormatDecimal(*event.percentage) + " %");
  }
  if (event.finished) out += Tag("finished");
  return out;
}

void WriteEvent(const exporter::RecordedEvent& recorded, base::Timestamp now,
                std::string& out) {
  const exporter::Event& event = recorded.event;
  absl::StrAppendFormat(
      &out,
      "<tr><td class=\"time\">%s</td><td>%s</td><td>%s</td><td>%s</td>"
      "<td>%s</td><td>%s</td><td>%s</td></tr>\n",
      TimeTag(recorded.time(), now), exporter::Row(event.kind).name,
      EscapeHtml(event.environment.empty() ? event.workflow
                                           : event.environment),
      Outcome(event),
      event.duration ? base::FormatDecimal(*event.duration) + " s" : "",
      event.deployment_id.empty() ? "" : Tag(event.deployment_id),
      event.run_url.empty() ? "" : Link(event.run_url, "run"));
}

void WriteEvents(const PageContent& content, std::string& out) {
  out += "<h2>Last events</h2>\n";
  if (!content.events_error.empty()) {
    absl::StrAppendFormat(&out,
                          "<article class=\"card is-broken\">The journal "
                          "cannot be read: %s</article>\n",
                          EscapeHtml(content.events_error));
    return;
  }
  if (content.events.empty()) {
    out +=
        "<p class=\"soft\">No event was ever reported. <code>rollwatch report "
        "--help</code> says how.</p>\n";
    return;
  }
  out +=
      "<div class=\"card scroll\"><table><thead><tr><th>When</th><th>What</th>"
      "<th>Where</th><th>Outcome</th><th>Took</th><th>Deployment</th><th>Run"
      "</th></tr></thead><tbody>\n";
  for (const exporter::RecordedEvent& event : content.events) {
    WriteEvent(event, content.now, out);
  }
  out += "</tbody></table></div>\n";
}

struct MoodRow {
  Mood mood;
  std::string_view style;
};

// clang-format off
constexpr MoodRow kMoods[] = {
    {Mood::kNoRules, "norules"},
    {Mood::kNoData,  "nodata"},
    {Mood::kBroken,  "broken"},
    {Mood::kFiring,  "firing"},
    {Mood::kPending, "pending"},
    {Mood::kQuiet,   "quiet"},
};
// clang-format on

}  // namespace

std::string EscapeHtml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

Headline MakeHeadline(const PageContent& content) {
  const Counts counts = Count(content.rules);
  if (counts.firing > 0) {
    std::string text = Plural(counts.firing, "alert") + " firing";
    if (counts.broken > 0) {
      text += ", " + Plural(counts.broken, "rule") + " cannot be evaluated";
    }
    return {Mood::kFiring, text};
  }
  if (counts.rules == 0) {
    return {Mood::kNoRules, "No rules loaded: nothing is watched here"};
  }
  if (counts.broken > 0) {
    return {Mood::kBroken,
            Plural(counts.broken, "rule") + " cannot be evaluated"};
  }
  if (!content.events_error.empty()) {
    return {Mood::kBroken, "The journal cannot be read"};
  }
  if (!content.rules.last_snapshot || counts.waiting > 0) {
    return {Mood::kNoData, "No data yet: the rules have not been evaluated"};
  }
  if (counts.pending > 0) {
    return {Mood::kPending, Plural(counts.pending, "alert") + " pending"};
  }
  const base::Duration age = content.now - *content.rules.last_snapshot;
  if (age > kStale) {
    return {Mood::kNoData,
            absl::StrFormat("No data: the last snapshot is from %s",
                            Ago(*content.rules.last_snapshot, content.now))};
  }
  if (content.events.empty()) {
    return {Mood::kNoData,
            "No data: no event was ever reported, so no alert about one can "
            "fire"};
  }
  if (counts.foreign > 0 && counts.foreign == counts.alert_rules) {
    return {Mood::kNoData,
            "No data: every alert rule reads a metric that is not measured "
            "here"};
  }
  std::string text =
      absl::StrFormat("All quiet: %s, evaluated on data from %s",
                      Plural(counts.alert_rules - counts.foreign, "alert rule"),
                      Ago(*content.rules.last_snapshot, content.now));
  if (counts.foreign > 0) {
    absl::StrAppendFormat(&text, "; %d more not watched here", counts.foreign);
  }
  return {Mood::kQuiet, text};
}

std::string WriteHtmlPage(const PageContent& content) {
  const Headline headline = MakeHeadline(content);
  const MoodRow& mood = kMoods[static_cast<std::size_t>(headline.mood)];
  std::string out = absl::StrFormat(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, "
      "initial-scale=1\">\n<meta http-equiv=\"refresh\" content=\"%d\">\n"
      "<title>%s - rollwatch</title>\n<style>%s</style></head>\n<body><main>\n"
      "<header><h1>rollwatch</h1><span class=\"soft\">%s</span><nav>"
      "<a href=\"/metrics\">metrics</a><a href=\"/api/v1/alerts\">alerts</a>"
      "<a href=\"/api/v1/rules\">rules</a></nav></header>\n"
      "<div class=\"headline %s\" role=\"status\">%s</div>\n",
      kReloadSeconds, EscapeHtml(headline.text), kPageStyle, kVersion,
      mood.style, EscapeHtml(headline.text));
  WriteAlerts(content, out);
  WriteCanaries(content, out);
  WriteRollouts(content, out);
  WriteEvents(content, out);
  absl::StrAppendFormat(&out,
                        "<p class=\"soft\">As of %s. Paging is done by your "
                        "Prometheus and Alertmanager.</p>\n</main></body>"
                        "</html>\n",
                        base::FormatTimestamp(content.now));
  return out;
}

}  // namespace rollwatch
