#include <unistd.h>

#include <cstdio>
#include <functional>

#include "absl/strings/str_format.h"
#include "rollwatch/check_report.h"
#include "rollwatch/command_line.h"

namespace rollwatch {
namespace {

// Where text goes: the two standard streams, or one string.
struct Sink {
  std::function<void(std::string_view)> out;
  std::function<void(std::string_view)> error;
  bool out_colour = false;
  bool error_colour = false;
};

bool IsOfReading(const ReportedFinding& finding) {
  return finding.stage != ReportedFinding::Stage::kLint;
}

void WriteFile(const Sink& sink, const CheckReport& report,
               const CheckedFile& file) {
  sink.out(report.standard_input
               ? "Checking standard input\n"
               : absl::StrFormat("Checking %s\n", file.source->name()));
  const bool failed = !file.valid || !file.duplicates.empty();
  if (failed) sink.error("  FAILED:\n");
  for (const ReportedFinding& finding : report.findings) {
    if (finding.source != file.source ||
        finding.stage != ReportedFinding::Stage::kReading) {
      continue;
    }
    const auto& write = failed ? sink.error : sink.out;
    write(base::Render(*file.source, finding.diagnostic,
                       failed ? sink.error_colour : sink.out_colour));
  }
  if (!file.duplicates.empty()) {
    sink.error(absl::StrFormat("lint error %s\n",
                               alerts::DuplicatesText(file.duplicates)));
  } else if (file.valid) {
    sink.out(absl::StrFormat("  SUCCESS: %d rules found\n",
                             file.rules.rule_count()));
  }
  sink.out("\n");
}

void Write(const Sink& sink, const CheckReport& report) {
  for (const CheckedFile& file : report.files) WriteFile(sink, report, file);
  for (const ReportedFinding& finding : report.findings) {
    if (IsOfReading(finding)) continue;
    sink.out(
        base::Render(*finding.source, finding.diagnostic, sink.out_colour));
  }
  if (report.list_rules) {
    for (const std::string& name : RuleNames(report)) sink.out(name + "\n");
  }
  sink.out(CheckSummary(report) + "\n");
}

}  // namespace

void PrintCheckReport(const CheckReport& report) {
  // Each is flushed, so that the two come in order where they share a terminal.
  const auto to = [](std::FILE* stream) {
    return [stream](std::string_view text) {
      std::fwrite(text.data(), 1, text.size(), stream);
      if (stream == stderr) std::fflush(stream);
    };
  };
  Sink sink;
  sink.out = to(stdout);
  sink.error = [&](std::string_view text) {
    std::fflush(stdout);
    to(stderr)(text);
  };
  sink.out_colour = WantsColour(STDOUT_FILENO);
  sink.error_colour = WantsColour(STDERR_FILENO);
  Write(sink, report);
}

std::string CheckReportText(const CheckReport& report) {
  std::string text;
  Sink sink;
  sink.out = [&](std::string_view part) { text += part; };
  sink.error = sink.out;
  Write(sink, report);
  return text;
}

}  // namespace rollwatch
