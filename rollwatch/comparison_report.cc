// The comparison of two replays, as text, JSON and Markdown.

#include <array>
#include <cstdint>
#include <string>

#include "absl/strings/str_format.h"
#include "base/json.h"
#include "rollwatch/replay_report.h"

namespace rollwatch {
namespace {

using alerts::Firing;
using alerts::FiringChange;

std::string Span(const Firing& firing) {
  if (!firing.to) return Moment(firing.from) + " until the end";
  return absl::StrFormat("%s for %s", Moment(firing.from),
                         base::FormatDuration(*firing.to - firing.from));
}

std::string Labels(const Firing& firing) {
  return base::ToString(
      base::LabelsBuilder(firing.labels).Remove("alertname").Build());
}

std::size_t CountOf(const alerts::Comparison& comparison,
                    FiringChange::Kind kind) {
  std::size_t count = 0;
  for (const FiringChange& change : comparison.changes) {
    count += change.kind == kind ? 1 : 0;
  }
  return count;
}

std::string Totals(const alerts::Comparison& comparison) {
  using Kind = FiringChange::Kind;
  return absl::StrFormat(
      "%d gained, %d lost, %d moved, %d relabelled, %d "
      "unchanged",
      CountOf(comparison, Kind::kGained), CountOf(comparison, Kind::kLost),
      CountOf(comparison, Kind::kMoved), CountOf(comparison, Kind::kRelabelled),
      comparison.unchanged);
}

std::string Before(const FiringChange& change) {
  return change.before ? Span(*change.before) : "";
}

std::string After(const FiringChange& change) {
  return change.after ? Span(*change.after) : "";
}

std::string LabelChange(const FiringChange& change) {
  if (!change.before) return Labels(*change.after);
  if (!change.after || change.before->labels == change.after->labels) {
    return Labels(*change.before);
  }
  return Labels(*change.before) + " -> " + Labels(*change.after);
}

void WriteFiring(base::JsonWriter& json, const std::optional<Firing>& firing) {
  if (!firing) {
    json.Null();
    return;
  }
  json.BeginObject().Key("labels").BeginObject();
  for (const base::Label& label : firing->labels) {
    json.Key(label.name).String(label.value);
  }
  json.EndObject().Key("from").String(Moment(firing->from)).Key("to");
  if (firing->to) {
    json.String(Moment(*firing->to));
  } else {
    json.Null();
  }
  json.EndObject();
}

}  // namespace

std::string ComparisonAsText(const alerts::Comparison& comparison) {
  std::string text;
  for (const FiringChange& change : comparison.changes) {
    absl::StrAppendFormat(&text, "%-10s %s %s\n", FiringChangeName(change.kind),
                          change.alert, LabelChange(change));
    if (change.before) text += "           - " + Before(change) + "\n";
    if (change.after) text += "           + " + After(change) + "\n";
  }
  return text + Totals(comparison) + "\n";
}

std::string ComparisonAsJson(const alerts::Comparison& comparison) {
  std::string out;
  base::JsonWriter json(&out, 2);
  json.BeginObject().Key("changes").BeginArray();
  for (const FiringChange& change : comparison.changes) {
    json.BeginObject().Key("change").String(FiringChangeName(change.kind));
    json.Key("alert").String(change.alert).Key("before");
    WriteFiring(json, change.before);
    json.Key("after");
    WriteFiring(json, change.after);
    json.EndObject();
  }
  json.EndArray()
      .Key("unchanged")
      .Integer(static_cast<std::int64_t>(comparison.unchanged));
  json.EndObject();
  return out + "\n";
}

std::string ComparisonAsMarkdown(const alerts::Comparison& comparison) {
  std::string text = absl::StrFormat(
      "### What the change of the rules does\n\n"
      "Firings on the same data: %s.\n",
      Totals(comparison));
  if (comparison.changes.empty()) return text;
  text += "\n| | alert | labels | before | after |\n|---|---|---|---|---|\n";
  for (const FiringChange& change : comparison.changes) {
    absl::StrAppendFormat(&text, "| %s | %s | `%s` | %s | %s |\n",
                          FiringChangeName(change.kind), change.alert,
                          MarkdownCell(LabelChange(change)), Before(change),
                          After(change));
  }
  return text;
}

}  // namespace rollwatch
