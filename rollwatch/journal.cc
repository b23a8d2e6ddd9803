// rollwatch journal: looks after the sidecar's journal.

#include "exporter/journal.h"

#include <cstdio>

#include "absl/strings/str_format.h"
#include "base/json.h"
#include "base/number.h"
#include "rollwatch/command_line.h"
#include "rollwatch/commands.h"
#include "rollwatch/journal_commands.h"

namespace rollwatch {
namespace {

using exporter::Cell;
using exporter::CellDifference;
using exporter::JournalReport;

// With all its digits, or "nothing" for a cell that is not there.
std::string ValueText(const Cell& cell) {
  return cell.part.empty() ? "nothing" : base::FormatGeneral(cell.value);
}

std::string ReportText(const JournalReport& report) {
  std::string out = absl::StrFormat("%s: %d events, %d totals\n", report.file,
                                    report.events, report.cells);
  for (const std::string& damage : report.damage) {
    out += "  damaged: " + damage + "\n";
  }
  for (const CellDifference& difference : report.differences) {
    const Cell& cell = difference.stored.part.empty() ? difference.computed
                                                      : difference.stored;
    absl::StrAppendFormat(&out, "  %s%s %s: stored %s, the events give %s\n",
                          cell.metric, cell.labels, cell.part,
                          ValueText(difference.stored),
                          ValueText(difference.computed));
  }
  out += report.ok()
             ? "OK: every total is what its events add up to, bit for bit\n"
             : absl::StrFormat("FAILED: %d damaged, %d totals differ\n",
                               report.damage.size(), report.differences.size());
  return out;
}

void WriteCell(base::JsonWriter& json, std::string_view key, const Cell& cell) {
  json.Key(key);
  if (cell.part.empty()) {
    json.Null();
  } else {
    json.Number(cell.value);
  }
}

std::string ReportJson(const JournalReport& report) {
  std::string out;
  base::JsonWriter json(&out, 2);
  json.BeginObject().Key("file").String(report.file);
  json.Key("ok").Bool(report.ok());
  json.Key("events").Integer(report.events);
  json.Key("totals").Integer(report.cells);
  json.Key("damage").BeginArray();
  for (const std::string& damage : report.damage) json.String(damage);
  json.EndArray().Key("differences").BeginArray();
  for (const CellDifference& difference : report.differences) {
    const Cell& cell = difference.stored.part.empty() ? difference.computed
                                                      : difference.stored;
    json.BeginObject().Key("metric").String(cell.metric);
    json.Key("labels").String(cell.labels).Key("part").String(cell.part);
    WriteCell(json, "stored", difference.stored);
    WriteCell(json, "computed", difference.computed);
    json.EndObject();
  }
  json.EndArray().EndObject();
  return out + "\n";
}

}  // namespace

int JournalVerify(const Arguments& arguments) {
  std::string path = "data";
  std::string format = "text";
  CommandLine line("journal verify",
                   "recomputes every total from the events and compares bits; "
                   "also while a sidecar runs",
                   "rollwatch journal verify --storage.path data\n"
                   "rollwatch journal verify --storage.path "
                   "/var/lib/rollwatch/journal.sqlite --format json");
  line.Option("--storage.path", &path, "folder of the journal, or its file",
              "PATH");
  line.Choice("--format", &format, {"text", "json"}, "output format");
  if (const auto exit = line.Parse(arguments)) return *exit;
  const auto report = exporter::VerifyJournal(path);
  if (!report.ok()) {
    return JournalFailed("verify", report.status());
  }
  const std::string text =
      format == "text" ? ReportText(*report) : ReportJson(*report);
  std::fputs(text.c_str(), stdout);
  return report->ok() ? kExitOk : kExitFailed;
}

int JournalFailed(std::string_view name, const absl::Status& status) {
  std::fprintf(stderr, "%s\n",
               absl::StrFormat("rollwatch journal %s: error: %s", name,
                               std::string(status.message()))
                   .c_str());
  return kExitFailed;
}

namespace {

struct Subcommand {
  std::string_view name;
  std::string_view summary;
  int (*run)(const Arguments& arguments);
};

constexpr Subcommand kSubcommands[] = {
    {"verify", "recomputes every total from the events and compares",
     JournalVerify},
    {"backup", "copies the journal, also while a sidecar runs", JournalBackup},
    {"restore", "puts a verified backup in the journal's place",
     JournalRestore},
    {"import", "replays a dump of events, each counts once", JournalImport},
};

std::string Names() {
  std::string names;
  for (const Subcommand& subcommand : kSubcommands) {
    names += (names.empty() ? "" : ", ") + std::string(subcommand.name);
  }
  return names;
}

}  // namespace

int RunJournal(const Arguments& arguments) {
  const std::string name = arguments.empty() ? "" : arguments[0];
  for (const Subcommand& subcommand : kSubcommands) {
    if (subcommand.name == name) {
      return subcommand.run({arguments.begin() + 1, arguments.end()});
    }
  }
  if (name != "--help" && name != "-h") {
    return WrongUse("journal",
                    name.empty()
                        ? "what to do is missing: " + Names()
                        : "unknown \"" + name + "\": write one of " + Names());
  }
  std::fputs("rollwatch journal: looks after the sidecar's journal\n\n",
             stdout);
  for (const Subcommand& subcommand : kSubcommands) {
    std::fputs(absl::StrFormat("  rollwatch journal %-8s %s\n", subcommand.name,
                               subcommand.summary)
                   .c_str(),
               stdout);
  }
  std::fputs(
      "\nExamples:\n  rollwatch journal verify --storage.path data\n  "
      "rollwatch "
      "journal backup --storage.path data backup.sqlite\n",
      stdout);
  return kExitOk;
}

}  // namespace rollwatch
