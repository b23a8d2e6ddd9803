#include "rollwatch/findings.h"

#include <unistd.h>

#include <algorithm>

#include "absl/strings/str_format.h"

namespace rollwatch {
namespace {

using base::Severity;

constexpr Severity kSeverities[] = {Severity::kError, Severity::kWarning,
                                    Severity::kInfo};

}  // namespace

void AddFailOn(CommandLine& line, std::string* fail_on) {
  line.Choice("--fail-on", fail_on, {"error", "warning", "info", "none"},
              "exits 3 when a finding is at least this severe");
}

bool IsAtLeast(Severity severity, std::string_view fail_on) {
  return std::ranges::any_of(kSeverities, [&](const Severity least) {
    return base::SeverityName(least) == fail_on && severity >= least;
  });
}

bool Reaches(const base::Diagnostics& findings, std::string_view fail_on) {
  return std::ranges::any_of(findings.all(), [&](const auto& finding) {
    return IsAtLeast(finding.severity, fail_on);
  });
}

void PrintFindings(std::FILE* out, const base::Source& source,
                   const base::Diagnostics& findings, std::size_t most) {
  const bool colour = WantsColour(fileno(out));
  const auto& all = findings.all();
  for (std::size_t i = 0; i < std::min(all.size(), most); ++i) {
    std::fputs(base::Render(source, all[i], colour).c_str(), out);
  }
  if (all.size() > most) {
    std::fprintf(out, "and %zu more\n", all.size() - most);
  }
}

void WriteFindings(base::JsonWriter& json, const base::Source& source,
                   const base::Diagnostics& findings) {
  const auto integer = [&](std::string_view name, std::size_t value) {
    json.Key(name).Integer(static_cast<std::int64_t>(value));
  };
  json.BeginArray();
  for (const base::Diagnostic& finding : findings.all()) {
    const base::Position begin = source.PositionAt(finding.span.begin);
    const base::Position end = source.PositionAt(finding.span.end);
    json.BeginObject();
    json.Key("severity").String(base::SeverityName(finding.severity));
    json.Key("code").String(finding.code);
    integer("line", begin.line);
    integer("column", begin.column);
    integer("end_line", end.line);
    integer("end_column", end.column);
    json.Key("message").String(finding.message);
    if (!finding.help.empty()) json.Key("help").String(finding.help);
    json.EndObject();
  }
  json.EndArray();
}

std::string CountFindings(const base::Diagnostics& findings) {
  std::string counts;
  for (const Severity severity : kSeverities) {
    const auto count = std::ranges::count(findings.all(), severity,
                                          &base::Diagnostic::severity);
    if (count == 0) continue;
    // "info" has no plural.
    const bool plural = count > 1 && severity != Severity::kInfo;
    absl::StrAppendFormat(&counts, "%s%d %s%s", counts.empty() ? "" : ", ",
                          count, base::SeverityName(severity),
                          plural ? "s" : "");
  }
  return counts.empty() ? "no findings" : counts;
}

}  // namespace rollwatch
