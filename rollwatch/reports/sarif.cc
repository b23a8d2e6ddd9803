#include "rollwatch/reports/sarif.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_format.h"
#include "base/json.h"
#include "rollwatch/version.h"

namespace rollwatch {
namespace {

constexpr std::string_view kSchema =
    "https://json.schemastore.org/sarif-2.1.0.json";
constexpr std::string_view kRoot = "%SRCROOT%";

std::string_view Level(base::Severity severity) {
  return severity == base::Severity::kInfo ? "note"
                                           : base::SeverityName(severity);
}

// A path as a relative reference (RFC 3986), or a file URI when it lies outside
// of the working directory.
std::string Uri(const std::string& path) {
  std::string uri;
  for (const char c : path) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
        (c >= '0' && c <= '9') ||
        std::string_view("-._~/").find(c) != std::string_view::npos;
    if (plain) {
      uri += c;
    } else {
      absl::StrAppendFormat(&uri, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return uri.starts_with('/') ? "file://" + uri : uri;
}

void WriteText(base::JsonWriter& json, std::string_view key,
               std::string_view text) {
  json.Key(key).BeginObject().Key("text").String(text).EndObject();
}

void WriteRule(base::JsonWriter& json, const SarifRule& rule) {
  json.BeginObject();
  json.Key("id").String(rule.code);
  WriteText(json, "shortDescription",
            rule.summary.empty() ? rule.code : rule.summary);
  if (!rule.help.empty()) {
    json.Key("help").BeginObject();
    json.Key("text").String(rule.help);
    json.Key("markdown").String(rule.help);
    json.EndObject();
  }
  json.Key("defaultConfiguration").BeginObject();
  json.Key("level").String(Level(rule.severity));
  json.EndObject().EndObject();
}

void WriteRegion(base::JsonWriter& json, const ReportedFinding& finding) {
  const base::Span span = finding.diagnostic.span;
  const CharacterPosition begin = CharacterAt(*finding.source, span.begin);
  const CharacterPosition end = CharacterAt(*finding.source, span.end);
  const auto integer = [&](std::string_view key, std::size_t value) {
    json.Key(key).Integer(static_cast<std::int64_t>(value));
  };
  json.Key("region").BeginObject();
  integer("startLine", begin.line);
  integer("startColumn", begin.column);
  integer("endLine", end.line);
  integer("endColumn", end.column);
  json.EndObject();
}

void WriteLocation(base::JsonWriter& json, const ReportedFinding& finding) {
  const std::string uri = Uri(RelativePath(finding.source->name()));
  json.Key("locations").BeginArray().BeginObject();
  json.Key("physicalLocation").BeginObject();
  json.Key("artifactLocation").BeginObject().Key("uri").String(uri);
  if (!uri.starts_with("file:")) json.Key("uriBaseId").String(kRoot);
  json.EndObject();
  WriteRegion(json, finding);
  json.EndObject();
  if (!finding.rule.empty()) {
    json.Key("logicalLocations").BeginArray().BeginObject();
    json.Key("name").String(finding.rule);
    json.Key("fullyQualifiedName").String(finding.group + "/" + finding.rule);
    json.EndObject().EndArray();
  }
  json.EndObject().EndArray();
}

void WriteResult(base::JsonWriter& json, const ReportedFinding& finding,
                 std::size_t rule_index) {
  const base::Diagnostic& diagnostic = finding.diagnostic;
  json.BeginObject();
  json.Key("ruleId").String(diagnostic.code);
  json.Key("ruleIndex").Integer(static_cast<std::int64_t>(rule_index));
  json.Key("level").String(Level(diagnostic.severity));
  WriteText(json, "message",
            diagnostic.help.empty()
                ? diagnostic.message
                : diagnostic.message + "\nhelp: " + diagnostic.help);
  WriteLocation(json, finding);
  json.Key("partialFingerprints").BeginObject();
  json.Key("rollwatch/v1").String(finding.fingerprint);
  json.EndObject().EndObject();
}

}  // namespace

std::string FindingsAsSarif(const std::vector<ReportedFinding>& findings,
                            std::vector<SarifRule> rules) {
  const auto index_of = [&](std::string_view code) {
    return static_cast<std::size_t>(
        std::ranges::find(rules, code, &SarifRule::code) - rules.begin());
  };
  for (const ReportedFinding& finding : findings) {
    const base::Diagnostic& diagnostic = finding.diagnostic;
    if (index_of(diagnostic.code) == rules.size()) {
      rules.push_back({diagnostic.code, diagnostic.severity, {}, {}});
    }
  }
  std::string out;
  base::JsonWriter json(&out, 2);
  json.BeginObject();
  json.Key("$schema").String(kSchema);
  json.Key("version").String("2.1.0");
  json.Key("runs").BeginArray().BeginObject();
  json.Key("tool").BeginObject().Key("driver").BeginObject();
  json.Key("name").String("rollwatch");
  json.Key("version").String(kVersion);
  json.Key("rules").BeginArray();
  for (const SarifRule& rule : rules) WriteRule(json, rule);
  json.EndArray().EndObject().EndObject();
  json.Key("columnKind").String("unicodeCodePoints");
  json.Key("results").BeginArray();
  for (const ReportedFinding& finding : findings) {
    WriteResult(json, finding, index_of(finding.diagnostic.code));
  }
  json.EndArray().EndObject().EndArray().EndObject();
  return out + "\n";
}

}  // namespace rollwatch
