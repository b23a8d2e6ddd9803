#include <cstdint>

#include "base/json.h"
#include "rollwatch/check_report.h"

namespace rollwatch {
namespace {

void WriteFile(base::JsonWriter& json, const CheckedFile& file) {
  const auto integer = [&](std::string_view key, std::size_t value) {
    json.Key(key).Integer(static_cast<std::int64_t>(value));
  };
  json.BeginObject();
  json.Key("file").String(file.source->name());
  json.Key("valid").Bool(file.valid);
  if (file.valid) integer("rules", file.rules.rule_count());
  integer("duplicates", file.duplicates.size());
  json.EndObject();
}

void WriteFinding(base::JsonWriter& json, const ReportedFinding& finding) {
  const base::Diagnostic& diagnostic = finding.diagnostic;
  const base::Position begin =
      finding.source->PositionAt(diagnostic.span.begin);
  const base::Position end = finding.source->PositionAt(diagnostic.span.end);
  const auto integer = [&](std::string_view key, std::size_t value) {
    json.Key(key).Integer(static_cast<std::int64_t>(value));
  };
  json.BeginObject();
  json.Key("code").String(diagnostic.code);
  json.Key("severity").String(base::SeverityName(diagnostic.severity));
  json.Key("file").String(finding.source->name());
  integer("line", begin.line);
  integer("column", begin.column);
  integer("end_line", end.line);
  integer("end_column", end.column);
  json.Key("group").String(finding.group);
  json.Key("rule").String(finding.rule);
  json.Key("message").String(diagnostic.message);
  json.Key("help").String(diagnostic.help);
  json.Key("fingerprint").String(finding.fingerprint);
  json.EndObject();
}

}  // namespace

// {"files": [...], "findings": [...], "rules": [...], "alerts": n,
// "cannot_fire": [...]}
std::string CheckReportJson(const CheckReport& report) {
  std::string out;
  base::JsonWriter json(&out, 2);
  json.BeginObject().Key("files").BeginArray();
  for (const CheckedFile& file : report.files) WriteFile(json, file);
  json.EndArray().Key("findings").BeginArray();
  for (const ReportedFinding& finding : report.findings) {
    WriteFinding(json, finding);
  }
  json.EndArray().Key("rules").BeginArray();
  for (const std::string& name : RuleNames(report)) json.String(name);
  json.EndArray();
  json.Key("alerts").Integer(static_cast<std::int64_t>(CountAlerts(report)));
  json.Key("cannot_fire").BeginArray();
  for (const alerts::Rule* rule : report.cannot_fire) {
    json.String(rule->name.view());
  }
  json.EndArray().EndObject();
  return out + "\n";
}

}  // namespace rollwatch
