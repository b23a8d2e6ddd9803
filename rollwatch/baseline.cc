#include "rollwatch/baseline.h"

#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/diagnostic.h"
#include "base/json.h"
#include "base/source.h"
#include "rollwatch/files.h"

namespace rollwatch {
namespace {

bool CanBeAccepted(const ReportedFinding& finding) {
  return finding.stage != ReportedFinding::Stage::kReading;
}

}  // namespace

std::string BaselineText(const std::vector<ReportedFinding>& findings) {
  std::string out;
  base::JsonWriter json(&out, 2);
  json.BeginObject().Key("findings").BeginArray();
  for (const ReportedFinding& finding : findings) {
    if (!CanBeAccepted(finding)) continue;
    json.BeginObject();
    json.Key("fingerprint").String(finding.fingerprint);
    json.Key("code").String(finding.diagnostic.code);
    json.Key("file").String(RelativePath(finding.source->name()));
    json.Key("rule").String(finding.rule);
    json.Key("message").String(finding.diagnostic.message);
    json.EndObject();
  }
  json.EndArray().EndObject();
  return out + "\n";
}

absl::StatusOr<std::set<std::string>> ReadBaseline(const std::string& path) {
  absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) return text.status();
  const base::Source source(path, *std::move(text));
  base::Diagnostics diagnostics;
  const std::optional<base::Json> json = base::ReadJson(source, diagnostics);
  if (!json) {
    return absl::InvalidArgumentError(
        base::Render(source, diagnostics.first_error()));
  }
  const base::Json* findings = json->Find("findings");
  if (findings == nullptr || !findings->is(base::JsonKind::kArray)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: no baseline: it has no array \"findings\"", path));
  }
  std::set<std::string> fingerprints;
  for (const base::Json& finding : findings->elements) {
    const std::string_view fingerprint = finding.TextOf("fingerprint");
    if (fingerprint.empty()) {
      diagnostics.Error("baseline", finding.span,
                        "a finding has a fingerprint");
      return absl::InvalidArgumentError(
          base::Render(source, diagnostics.first_error()));
    }
    fingerprints.emplace(fingerprint);
  }
  return fingerprints;
}

BaselineUse ApplyBaseline(const std::set<std::string>& baseline,
                          std::vector<ReportedFinding>& findings) {
  BaselineUse use;
  use.hidden = std::erase_if(findings, [&](const ReportedFinding& finding) {
    return CanBeAccepted(finding) && baseline.contains(finding.fingerprint);
  });
  use.gone = baseline.size() - use.hidden;
  return use;
}

}  // namespace rollwatch
