#include "rollwatch/reports/github.h"

#include "absl/strings/str_format.h"

namespace rollwatch {
namespace {

std::string_view CommandOf(base::Severity severity) {
  switch (severity) {
    case base::Severity::kInfo:
      return "notice";
    case base::Severity::kWarning:
      return "warning";
    case base::Severity::kError:
      return "error";
  }
  return "error";
}

// (actions/toolkit, escapeData and escapeProperty.)
std::string Escape(std::string_view text, bool property) {
  std::string escaped;
  for (const char c : text) {
    const bool separates = property && (c == ':' || c == ',');
    if (c == '%' || c == '\r' || c == '\n' || separates) {
      absl::StrAppendFormat(&escaped, "%%%02X", static_cast<unsigned char>(c));
    } else {
      escaped += c;
    }
  }
  return escaped;
}

// In a cell of a table: neither ends it nor is taken for Markdown or HTML.
std::string TableCell(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '\n':
      case '\r':
        escaped += ' ';
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '&':
        escaped += "&amp;";
        break;
      case '|':
      case '*':
      case '_':
      case '`':
      case '[':
      case ']':
      case '\\':
      case '~':
      case '$':
        escaped += '\\';
        [[fallthrough]];
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string WithHelp(const base::Diagnostic& diagnostic,
                     std::string_view before_help) {
  if (diagnostic.help.empty()) return diagnostic.message;
  return absl::StrFormat("%s%s%s", diagnostic.message, before_help,
                         diagnostic.help);
}

}  // namespace

std::string FindingsAsGithub(const std::vector<ReportedFinding>& findings) {
  std::string out;
  for (const ReportedFinding& finding : findings) {
    const base::Diagnostic& diagnostic = finding.diagnostic;
    const CharacterPosition begin =
        CharacterAt(*finding.source, diagnostic.span.begin);
    const CharacterPosition end =
        CharacterAt(*finding.source, diagnostic.span.end);
    absl::StrAppendFormat(&out, "::%s file=%s,line=%d,endLine=%d",
                          CommandOf(diagnostic.severity),
                          Escape(RelativePath(finding.source->name()), true),
                          begin.line, end.line);
    // GitHub takes columns only within one line.
    if (begin.line == end.line && end.column > begin.column) {
      absl::StrAppendFormat(&out, ",col=%d,endColumn=%d", begin.column,
                            end.column);
    }
    absl::StrAppendFormat(&out, ",title=%s::%s\n",
                          Escape(diagnostic.code, true),
                          Escape(WithHelp(diagnostic, "\nhelp: "), false));
  }
  return out;
}

std::string FindingsAsMarkdown(const std::vector<ReportedFinding>& findings,
                               std::string_view title,
                               std::string_view summary) {
  std::string out =
      absl::StrFormat("### %s\n\n%s\n", TableCell(title), TableCell(summary));
  if (findings.empty()) return out + "\n";
  out += "\n| | place | finding | check |\n|---|---|---|---|\n";
  for (const ReportedFinding& finding : findings) {
    const base::Diagnostic& diagnostic = finding.diagnostic;
    absl::StrAppendFormat(
        &out, "| %s | %s:%d | %s | %s |\n",
        base::SeverityName(diagnostic.severity),
        TableCell(RelativePath(finding.source->name())),
        finding.source->PositionAt(diagnostic.span.begin).line,
        TableCell(WithHelp(diagnostic, " — ")), TableCell(diagnostic.code));
  }
  return out + "\n";
}

}  // namespace rollwatch
