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

// "12 s", "3 min", "2 h", "5 d".
std::string Age(base::Timestamp time, base::Timestamp now) {
  const base::Duration seconds = std::max<base::Duration>(now - time, 0) / 1000;
  if (seconds < 120) return absl::StrFormat("%d s", seconds);
  if (seconds < 7200) return absl::StrFormat("%d min", seconds / 60);
  if (seconds < 172800) return absl::StrFormat("%d h", seconds / 3600);
  return absl::StrFormat("%d d", seconds / 86400);
}

std::string Ago(base::Timestamp time, base::Timestamp now) {
  return Age(time, now) + " ago";
}

// In UTC: "14:03:12" of this day, "11-22 14:03" of another. A narrow screen
// does without the seconds.
std::string TimeTag(base::Timestamp time, base::Timestamp now) {
  // 2026-11-22T14:03:12.345Z
  const std::string exact = base::FormatTimestamp(time);
  const bool today =
      exact.substr(0, 10) == base::FormatTimestamp(now).substr(0, 10);
  return absl::StrFormat("<time datetime=\"%s\" title=\"%s\">%s%s%s</time>",
                         exact, exact, today ? "" : exact.substr(5, 5) + " ",
                         exact.substr(11, 5),
                         today ? "<i>" + exact.substr(16, 3) + "</i>" : "");
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

// "Last event 14:03:12, 20 s ago, by token release", and the last scrape.
void WriteVisits(const PageContent& content, std::string& out) {
  const base::Timestamp now = content.now;
  out += "<p class=\"visits\">";
  if (!content.events.empty()) {
    const exporter::RecordedEvent& last = content.events.front();
    absl::StrAppendFormat(&out, "<span>Last event %s, %s",
                          TimeTag(last.received, now), Ago(last.received, now));
    if (!last.reporter.empty()) out += ", by " + EscapeHtml(last.reporter);
    out += "</span> ";
  }
  if (!content.last_scrape) {
    out += "<span class=\"none\">Not scraped since the start</span></p>\n";
    return;
  }
  const Visit& scrape = *content.last_scrape;
  absl::StrAppendFormat(&out, "<span%s>Last scrape %s, %s, by %s</span></p>\n",
                        now - scrape.time > kStale ? " class=\"none\"" : "",
                        TimeTag(scrape.time, now), Ago(scrape.time, now),
                        EscapeHtml(scrape.who));
}

void WriteAlertCard(const LiveRule& rule, const alerts::Alert& alert,
                    base::Timestamp now, std::string& out) {
  const std::string_view state = alerts::AlertStateName(alert.state);
  const bool firing = alert.state == alerts::AlertState::kFiring;
  absl::StrAppendFormat(
      &out,
      "<article class=\"card is-%s\"><h3>%s</h3> %s <span "
      "class=\"facts\"><b>%.6g</b>%s; for %s<i class=\"since\">, since "
      "%s</i></span>\n",
      state, EscapeHtml(rule.name), Tag(state, firing ? "bad" : "warn"),
      alert.value,
      rule.bound.empty() ? "" : ", bound " + EscapeHtml(rule.bound),
      Age(alert.active_at, now), TimeTag(alert.active_at, now));
  for (const char* name : {"summary", "description"}) {
    const std::string_view text = Find(alert.annotations, name);
    if (!text.empty()) {
      absl::StrAppendFormat(&out, "<p class=\"%s\">%s</p>\n", name,
                            EscapeHtml(text));
    }
  }
  out += "<p class=\"tags\">";
  for (const base::Label& label : alert.labels) {
    if (label.name == "alertname") continue;
    out += Tag(label.name + "=" + label.value);
  }
  const std::string_view runbook = Find(alert.annotations, "runbook_url");
  if (!runbook.empty()) {
    absl::StrAppendFormat(&out, "<span class=\"runbook\">%s</span>",
                          net::ParseUrl(runbook).ok()
                              ? Link(runbook, "runbook")
                              : "runbook: " + EscapeHtml(runbook));
  }
  out += "</p></article>\n";
}

// The rules that only a server with other metrics can evaluate.
void WriteForeign(const LiveState& state, std::string& out) {
  std::string rules;
  std::size_t count = 0;
  for (const LiveGroup& group : state.groups) {
    for (const LiveRule& rule : group.rules) {
      if (IsForeign(rule)) {
        ++count;
        rules += Tag(rule.name + ": " + rule.foreign_metric);
      }
    }
  }
  if (rules.empty()) return;
  absl::StrAppendFormat(&out,
                        "<details class=\"soft\"><summary>%s not watched "
                        "here, for want of the metric</summary>%s</details>\n",
                        Plural(count, "alert rule"), rules);
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

// When it was started, and where its run is.
std::string RolloutFacts(const exporter::OpenRollout& rollout,
                         base::Timestamp now) {
  return absl::StrFormat(
      "%s<span class=\"soft\">started %s, %s</span> %s",
      now - rollout.started > kAbandoned ? Tag("never finished", "warn") + " "
                                         : "",
      TimeTag(rollout.started, now), Ago(rollout.started, now),
      rollout.run_url.empty() ? "" : Link(rollout.run_url, "run"));
}

// A canary's weight, and beside it what is known of its rollout.
void WriteCanary(const CanaryWeight& canary,
                 const exporter::OpenRollout* rollout, base::Timestamp now,
                 std::string& out) {
  const double share = std::clamp(canary.percentage, 0.0, 100.0);
  const std::string number = base::FormatDecimal(canary.percentage);
  absl::StrAppendFormat(
      &out,
      "<article class=\"card canary\"><div><h3>%s</h3> %s %s</div>"
      "<div class=\"weight\"><b>%s %%</b><svg role=\"img\" "
      "aria-label=\"%s percent\" viewBox=\"0 0 100 1\" "
      "preserveAspectRatio=\"none\"><rect width=\"%s\" height=\"1\"/></svg>"
      "<span class=\"soft\">for %s</span></div></article>\n",
      EscapeHtml(canary.environment), Tag(canary.deployment_id),
      rollout == nullptr ? "" : RolloutFacts(*rollout, now), number, number,
      base::FormatDecimal(share), Age(canary.time, now));
}

void WriteRollouts(const PageContent& content, std::string& out) {
  out += "<h2>Rollouts and canaries</h2>\n";
  std::vector<const exporter::OpenRollout*> others;
  for (const exporter::OpenRollout& rollout : content.rollouts) {
    others.push_back(&rollout);
  }
  for (const CanaryWeight& canary : content.canaries) {
    const auto same =
        std::find_if(others.begin(), others.end(),
                     [&canary](const exporter::OpenRollout* rollout) {
                       return rollout->environment == canary.environment &&
                              rollout->deployment_id == canary.deployment_id;
                     });
    WriteCanary(canary, same == others.end() ? nullptr : *same, content.now,
                out);
    if (same != others.end()) others.erase(same);
  }
  for (const exporter::OpenRollout* rollout : others) {
    absl::StrAppendFormat(
        &out, "<article class=\"card\"><h3>%s</h3> %s %s</article>\n",
        EscapeHtml(rollout->environment),
        rollout->deployment_id.empty() ? "" : Tag(rollout->deployment_id),
        RolloutFacts(*rollout, content.now));
  }
  if (content.canaries.empty() && content.rollouts.empty()) {
    out += "<p class=\"soft\">None is under way.</p>\n";
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
      "<tr><td class=\"time\">%s</td><td>%s</td><td class=\"where\">%s</td>"
      "<td>%s</td><td class=\"took\">%s</td><td class=\"id\" "
      "title=\"%s\">%s</td>"
      "<td class=\"run\">%s</td></tr>\n",
      TimeTag(recorded.time(), now), exporter::Row(event.kind).name,
      EscapeHtml(event.environment.empty() ? event.workflow
                                           : event.environment),
      Outcome(event),
      event.duration ? base::FormatDecimal(*event.duration) + " s" : "",
      EscapeHtml(event.deployment_id), EscapeHtml(event.deployment_id),
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
      "<div class=\"card scroll\"><table><thead><tr><th>UTC</th><th>What</th>"
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
  WriteVisits(content, out);
  WriteAlerts(content, out);
  WriteRollouts(content, out);
  WriteEvents(content, out);
  absl::StrAppendFormat(&out,
                        "<p class=\"soft\">As of %s; all times are UTC. "
                        "Paging is done by your Prometheus and Alertmanager."
                        "</p>\n</main></body>"
                        "</html>\n",
                        base::FormatTimestamp(content.now));
  return out;
}

}  // namespace rollwatch
