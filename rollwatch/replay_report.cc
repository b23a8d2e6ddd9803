#include "rollwatch/replay_report.h"

#include <algorithm>
#include <map>
#include <vector>

#include "absl/strings/str_format.h"
#include "alerts/replay/summary.h"
#include "base/json.h"
#include "base/time.h"
#include "promql/syntax/printer.h"
#include "rollwatch/api/prometheus_json.h"

namespace rollwatch {
namespace {

using alerts::AlertSummary;
using alerts::Episode;

// Of one alert's intervals in the text; JSON has all.
constexpr std::size_t kMostShown = 20;

std::string Times(std::size_t count) {
  if (count == 1) return "once";
  if (count == 2) return "twice";
  return absl::StrFormat("%d times", count);
}

std::string Values(const Episode& episode) {
  if (episode.lowest == episode.highest) {
    return absl::StrFormat("value %.6g", episode.first);
  }
  return absl::StrFormat("value %.6g to %.6g", episode.lowest, episode.highest);
}

// Without the alert's name.
std::string OtherLabels(const base::Labels& labels) {
  return base::ToString(
      base::LabelsBuilder(labels).Remove("alertname").Build());
}

std::string IntervalText(const Episode& episode, base::Timestamp end) {
  const base::Timestamp over = episode.ended_at.value_or(end);
  const std::string_view open =
      episode.ended_at ? "" : ", and still at the end";
  if (!episode.fired_at) {
    return absl::StrFormat(
        "%s pending for %s, never firing; %s%s", Moment(episode.active_at),
        base::FormatDuration(over - episode.active_at), Values(episode), open);
  }
  std::string text = Moment(episode.active_at);
  if (*episode.fired_at != episode.active_at) {
    absl::StrAppendFormat(
        &text, " pending for %s, %s",
        base::FormatDuration(*episode.fired_at - episode.active_at),
        Moment(*episode.fired_at));
  }
  absl::StrAppendFormat(&text, " firing for %s%s; %s",
                        base::FormatDuration(over - *episode.fired_at), open,
                        Values(episode));
  return text;
}

std::string Headline(const AlertSummary& alert) {
  std::string text = alert.definition->name + ": ";
  if (alert.fired == 0) {
    text += "never fired";
    if (alert.pending_only > 0) {
      text += ", pending " + Times(alert.pending_only);
    }
  } else {
    absl::StrAppendFormat(&text, "fired %s for %s in all, at most %s",
                          Times(alert.fired),
                          base::FormatDuration(alert.firing),
                          base::FormatDuration(alert.longest));
    absl::StrAppendFormat(&text, "; %s from true to firing",
                          base::FormatDuration(alert.quickest));
    if (alert.slowest != alert.quickest) {
      absl::StrAppendFormat(&text, " to %s",
                            base::FormatDuration(alert.slowest));
    }
    if (alert.flaps > 0) {
      text += absl::StrFormat("; flapped %s", Times(alert.flaps));
    }
    if (alert.pending_only > 0) {
      text += ", only pending " + Times(alert.pending_only);
    }
  }
  return text + "\n";
}

std::string FailureText(const alerts::ReplayedRule& rule) {
  if (rule.failures == 0) return "";
  return absl::StrFormat("  %d of %d evaluations failed, first at %s: %s\n",
                         rule.failures, rule.evaluations,
                         Moment(rule.first_failures.front().time),
                         rule.first_failures.front().message);
}

using ByLabels = std::map<base::Labels, std::vector<const Episode*>>;

ByLabels SortByLabels(const AlertSummary& alert) {
  ByLabels sorted;
  for (const Episode& episode : alert.rule->episodes) {
    sorted[episode.labels].push_back(&episode);
  }
  return sorted;
}

std::string AlertText(const AlertSummary& alert,
                      const alerts::ReplayOptions& replay,
                      const TimelineOptions& options) {
  std::string text = Headline(alert) + FailureText(*alert.rule);
  if (alert.why_never) {
    text += "  " + alert.why_never->text + "\n";
    if (!alert.why_never->part.empty()) {
      text += "  in: " + alert.why_never->part + "\n";
    }
  }
  std::size_t shown = 0;
  for (const auto& [labels, episodes] : SortByLabels(alert)) {
    if (shown++ == kMostShown) {
      text += "  and other labels: --format json has all\n";
      break;
    }
    text += "  " + OtherLabels(labels) + "\n  " +
            DrawTimeline(episodes, replay.start, replay.end, options) + "\n";
    for (std::size_t i = 0; i < std::min(episodes.size(), kMostShown); ++i) {
      text += "    " + IntervalText(*episodes[i], replay.end) + "\n";
    }
    if (episodes.size() > kMostShown) {
      absl::StrAppendFormat(&text, "    and %d more: --format json has all\n",
                            episodes.size() - kMostShown);
    }
  }
  return text;
}

struct Counts {
  std::size_t fired = 0;
  std::size_t pending = 0;
  std::size_t quiet = 0;
};

Counts Count(const std::vector<AlertSummary>& summaries) {
  Counts counts;
  for (const AlertSummary& alert : summaries) {
    if (alert.fired > 0) {
      ++counts.fired;
    } else if (alert.pending_only > 0) {
      ++counts.pending;
    } else {
      ++counts.quiet;
    }
  }
  return counts;
}

std::string Period(const alerts::ReplayOptions& options) {
  return absl::StrFormat("%s to %s (%s)", Moment(options.start),
                         Moment(options.end),
                         base::FormatDuration(options.end - options.start));
}

std::string CountsText(const std::vector<AlertSummary>& summaries) {
  const Counts counts = Count(summaries);
  return absl::StrFormat("%d alert%s: %d fired, %d only pending, %d never true",
                         summaries.size(), summaries.size() == 1 ? "" : "s",
                         counts.fired, counts.pending, counts.quiet);
}

// What is worth saying of a recording rule.
std::string RecordingText(const alerts::Replay& replay,
                          const alerts::ReplayedRule& rule) {
  const alerts::RuleDefinition& definition = replay.definition(rule);
  if (definition.kind == alerts::RuleDefinition::Kind::kAlerting) return "";
  std::string text = FailureText(rule);
  if (rule.samples == 0 && rule.at_once) text += "  recorded nothing\n";
  return text.empty() ? text : definition.name + ":\n" + text;
}

void WriteTime(base::JsonWriter& json, std::string_view name,
               std::optional<base::Timestamp> time) {
  json.Key(name);
  if (time) {
    json.String(Moment(*time));
  } else {
    json.Null();
  }
}

void WriteEpisode(base::JsonWriter& json, const Episode& episode) {
  json.BeginObject().Key("labels");
  WriteLabels(episode.labels, json);
  WriteTime(json, "active_at", episode.active_at);
  WriteTime(json, "fired_at", episode.fired_at);
  WriteTime(json, "ended_at", episode.ended_at);
  WriteTime(json, "last_true", episode.last_true);
  json.Key("evaluations")
      .Integer(static_cast<std::int64_t>(episode.evaluations));
  json.Key("first_value").Number(episode.first);
  json.Key("last_value").Number(episode.last);
  json.Key("lowest").Number(episode.lowest);
  json.Key("highest").Number(episode.highest).EndObject();
}

void WriteRule(base::JsonWriter& json, const alerts::Replay& replay,
               const alerts::ReplayedRule& rule) {
  const alerts::GroupDefinition& group = replay.groups()[rule.group];
  json.Key("file").String(group.file).Key("group").String(group.name);
  json.Key("query").String(promql::Print(*replay.definition(rule).expr));
  json.Key("at_once").Bool(rule.at_once);
  json.Key("evaluations").Integer(static_cast<std::int64_t>(rule.evaluations));
  json.Key("failures").Integer(static_cast<std::int64_t>(rule.failures));
  json.Key("first_failures").BeginArray();
  for (const alerts::FailedQuery& failure : rule.first_failures) {
    json.BeginObject();
    WriteTime(json, "time", failure.time);
    json.Key("message").String(failure.message).EndObject();
  }
  json.EndArray();
}

void WriteAlert(base::JsonWriter& json, const alerts::Replay& replay,
                const AlertSummary& alert) {
  json.BeginObject().Key("alert").String(alert.definition->name);
  WriteRule(json, replay, *alert.rule);
  json.Key("for_seconds").Number(base::Seconds(alert.definition->hold));
  json.Key("fired").Integer(static_cast<std::int64_t>(alert.fired));
  json.Key("pending_only")
      .Integer(static_cast<std::int64_t>(alert.pending_only));
  json.Key("flaps").Integer(static_cast<std::int64_t>(alert.flaps));
  json.Key("firing_seconds").Number(base::Seconds(alert.firing));
  json.Key("longest_seconds").Number(base::Seconds(alert.longest));
  json.Key("true_to_firing_seconds");
  if (alert.fired == 0) {
    json.Null();
  } else {
    json.BeginObject().Key("shortest").Number(base::Seconds(alert.quickest));
    json.Key("longest").Number(base::Seconds(alert.slowest)).EndObject();
  }
  json.Key("never");
  if (!alert.why_never) {
    json.Null();
  } else {
    const alerts::Reason& why = *alert.why_never;
    json.BeginObject().Key("kind").String(ReasonKindName(why.kind));
    json.Key("reason").String(why.text).Key("part").String(why.part);
    json.Key("longest_true_seconds").Number(base::Seconds(why.longest_true));
    json.EndObject();
  }
  json.Key("intervals").BeginArray();
  for (const Episode& episode : alert.rule->episodes) {
    WriteEpisode(json, episode);
  }
  json.EndArray().EndObject();
}

}  // namespace

std::string Moment(base::Timestamp time) {
  std::string text = base::FormatTimestamp(time);
  if (time % 1000 == 0) text.replace(text.size() - 5, 5, "Z");
  return text;
}

std::string MarkdownCell(std::string text) {
  for (std::size_t i = text.find('|'); i != std::string::npos;
       i = text.find('|', i + 2)) {
    text.insert(i, "\\");
  }
  return text;
}

std::string ReplayAsText(const alerts::Replay& replay,
                         const TimelineOptions& options) {
  const std::vector<AlertSummary> summaries = alerts::Summarise(replay);
  TimelineOptions drawn = options;
  drawn.width = std::max(options.width, kNarrowestTimeline + 2) - 2;
  std::string text =
      Period(replay.options()) + ", every " +
      base::FormatDuration(replay.options().interval) + "\n" +
      CountsText(summaries) + "\n" + TimelineLegend(drawn) + "\n\n  " +
      DrawAxis(replay.options().start, replay.options().end, drawn) + "\n";
  // What happened first, then what did not.
  for (const bool quiet : {false, true}) {
    for (const AlertSummary& alert : summaries) {
      if (alert.rule->episodes.empty() != quiet) continue;
      text += AlertText(alert, replay.options(), drawn);
    }
  }
  for (const alerts::ReplayedRule& rule : replay.rules()) {
    text += RecordingText(replay, rule);
  }
  return text;
}

std::string ReplayAsJson(const alerts::Replay& replay) {
  std::string out;
  base::JsonWriter json(&out, 2);
  json.BeginObject();
  WriteTime(json, "start", replay.options().start);
  WriteTime(json, "end", replay.options().end);
  json.Key("interval_seconds").Number(base::Seconds(replay.options().interval));
  json.Key("alerts").BeginArray();
  for (const AlertSummary& alert : alerts::Summarise(replay)) {
    WriteAlert(json, replay, alert);
  }
  json.EndArray().Key("recordings").BeginArray();
  for (const alerts::ReplayedRule& rule : replay.rules()) {
    const alerts::RuleDefinition& definition = replay.definition(rule);
    if (definition.kind == alerts::RuleDefinition::Kind::kAlerting) continue;
    json.BeginObject().Key("record").String(definition.name);
    WriteRule(json, replay, rule);
    json.EndObject();
  }
  json.EndArray().EndObject();
  return out + "\n";
}

std::string ReplayAsMarkdown(const alerts::Replay& replay) {
  const std::vector<AlertSummary> summaries = alerts::Summarise(replay);
  std::string text = absl::StrFormat(
      "### Replay of %s\n\n%s.\n\n| alert | fired | firing | longest | flaps | "
      "why never |\n|---|---|---|---|---|---|\n",
      Period(replay.options()), CountsText(summaries));
  for (const AlertSummary& alert : summaries) {
    const std::string why =
        MarkdownCell(alert.why_never ? alert.why_never->text : "");
    absl::StrAppendFormat(
        &text, "| %s | %d | %s | %s | %d | %s |\n", alert.definition->name,
        alert.fired, base::FormatDuration(alert.firing),
        base::FormatDuration(alert.longest), alert.flaps, why);
  }
  return text;
}

}  // namespace rollwatch
