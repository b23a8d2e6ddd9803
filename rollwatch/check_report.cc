#include "rollwatch/check_report.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "absl/strings/str_format.h"
#include "base/json.h"
#include "rollwatch/command_line.h"

namespace rollwatch {
namespace {

std::vector<std::string> RuleNames(const CheckReport& report) {
  std::vector<std::string> names;
  for (const CheckedFile& file : report.files) {
    if (!file.rules) continue;
    for (const alerts::Group& group : file.rules->groups) {
      for (const alerts::Rule& rule : group.rules) {
        names.emplace_back(rule.name.view());
      }
    }
  }
  std::ranges::sort(names);
  return names;
}

std::size_t CountAlerts(const CheckReport& report) {
  std::size_t alerts = 0;
  for (const CheckedFile& file : report.files) {
    if (!file.rules) continue;
    for (const alerts::Group& group : file.rules->groups) {
      alerts += static_cast<std::size_t>(std::ranges::count(
          group.rules, alerts::Rule::Kind::kAlert, &alerts::Rule::kind));
    }
  }
  return alerts;
}

void PrintFile(const CheckReport& report, const CheckedFile& file) {
  if (report.standard_input) {
    std::puts("Checking standard input");
  } else {
    std::printf("Checking %s\n", file.source->name().c_str());
  }
  // So that the two streams come in order where they share a terminal.
  std::fflush(stdout);
  const bool colour = WantsColour(STDERR_FILENO);
  if (!file.rules || !file.duplicates.empty()) {
    std::fputs("  FAILED:\n", stderr);
  }
  for (const base::Diagnostic& diagnostic : file.diagnostics.all()) {
    std::fputs(base::Render(*file.source, diagnostic, colour).c_str(), stderr);
  }
  if (!file.duplicates.empty()) {
    std::fprintf(stderr, "lint error %s\n",
                 alerts::DuplicatesText(file.duplicates).c_str());
  } else if (file.rules) {
    std::printf("  SUCCESS: %zu rules found\n", file.rules->rule_count());
  }
  std::fflush(stderr);
  std::puts("");
}

std::string Plural(std::size_t count, std::string_view word) {
  return absl::StrFormat("%d %s%s", count, word, count == 1 ? "" : "s");
}

// "9 rules in 1 file: 2 errors, 1 warning; 1 of 9 alerts cannot fire"
std::string Summary(const CheckReport& report) {
  std::string text =
      absl::StrFormat("%s in %s: ", Plural(RuleNames(report).size(), "rule"),
                      Plural(report.files.size(), "file"));
  const auto invalid = static_cast<std::size_t>(std::ranges::count_if(
      report.files, [](const CheckedFile& file) { return !file.rules; }));
  if (invalid > 0) text += Plural(invalid, "invalid file") + ", ";
  std::size_t counts[3] = {};
  for (const alerts::Finding& finding : report.lint.findings) {
    ++counts[static_cast<std::size_t>(finding.diagnostic.severity)];
  }
  text += Plural(counts[2], "error") + ", " + Plural(counts[1], "warning");
  if (counts[0] > 0) text += absl::StrFormat(", %d info", counts[0]);
  const std::size_t dead = report.lint.cannot_fire.size();
  const std::size_t alerts = CountAlerts(report);
  if (dead == 0) return text + "; 0 alerts cannot fire";
  return text + absl::StrFormat("; %d of %s cannot fire", dead,
                                Plural(alerts, "alert"));
}

// The same for the same finding wherever its line moves to. FNV-1a, 64 bits.
std::string Fingerprint(std::initializer_list<std::string_view> parts) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const std::string_view part : parts) {
    for (const char c : part) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
    hash = (hash ^ 0xFF) * 0x100000001b3;
  }
  return absl::StrFormat("%016x", hash);
}

// A message names other places as "(14:13)"; they move with their lines.
std::string WithoutPlaces(std::string_view message) {
  std::string out;
  for (const char c : message) {
    if (c < '0' || c > '9') out += c;
  }
  return out;
}

void WriteFinding(base::JsonWriter& json, const base::Source& source,
                  const base::Diagnostic& diagnostic, std::string_view group,
                  std::string_view rule) {
  const base::Position at = source.PositionAt(diagnostic.span.begin);
  json.BeginObject();
  json.Key("code").String(diagnostic.code);
  json.Key("severity").String(base::SeverityName(diagnostic.severity));
  json.Key("file").String(source.name());
  json.Key("line").Integer(static_cast<std::int64_t>(at.line));
  json.Key("column").Integer(static_cast<std::int64_t>(at.column));
  if (!rule.empty()) {
    json.Key("group").String(group);
    json.Key("rule").String(rule);
  }
  json.Key("message").String(diagnostic.message);
  if (!diagnostic.help.empty()) json.Key("help").String(diagnostic.help);
  json.Key("fingerprint")
      .String(Fingerprint({diagnostic.code, source.name(), group, rule,
                           WithoutPlaces(diagnostic.message)}));
  json.EndObject();
}

void WriteFindings(base::JsonWriter& json, const CheckReport& report) {
  json.Key("findings").BeginArray();
  for (const CheckedFile& file : report.files) {
    for (const base::Diagnostic& diagnostic : file.diagnostics.all()) {
      WriteFinding(json, *file.source, diagnostic, "", "");
    }
  }
  for (const alerts::Finding& finding : report.lint.findings) {
    WriteFinding(json, *finding.file->source, finding.diagnostic,
                 finding.group->name.view(), finding.rule->name.view());
  }
  json.EndArray();
}

}  // namespace

void PrintCheckReport(const CheckReport& report) {
  for (const CheckedFile& file : report.files) PrintFile(report, file);
  const bool colour = WantsColour(STDOUT_FILENO);
  for (const alerts::Finding& finding : report.lint.findings) {
    std::fputs(
        base::Render(*finding.file->source, finding.diagnostic, colour).c_str(),
        stdout);
  }
  if (report.list_rules) {
    for (const std::string& name : RuleNames(report)) std::puts(name.c_str());
  }
  std::puts(Summary(report).c_str());
}

std::string CheckReportJson(const CheckReport& report) {
  std::string out;
  base::JsonWriter json(&out, 2);
  json.BeginObject().Key("files").BeginArray();
  for (const CheckedFile& file : report.files) {
    json.BeginObject();
    json.Key("file").String(file.source->name());
    json.Key("valid").Bool(file.rules.has_value());
    if (file.rules) {
      json.Key("rules").Integer(
          static_cast<std::int64_t>(file.rules->rule_count()));
    }
    json.Key("duplicates")
        .Integer(static_cast<std::int64_t>(file.duplicates.size()));
    json.EndObject();
  }
  json.EndArray();
  WriteFindings(json, report);
  json.Key("rules").BeginArray();
  for (const std::string& name : RuleNames(report)) json.String(name);
  json.EndArray();
  json.Key("alerts").Integer(static_cast<std::int64_t>(CountAlerts(report)));
  json.Key("cannot_fire").BeginArray();
  for (const alerts::Rule* rule : report.lint.cannot_fire) {
    json.String(rule->name.view());
  }
  json.EndArray().EndObject();
  return out + "\n";
}

}  // namespace rollwatch
