// rollwatch dashboard lint FILE...

#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/json.h"
#include "dashboards/lint.h"
#include "rollwatch/command_line.h"
#include "rollwatch/commands.h"
#include "rollwatch/files.h"
#include "rollwatch/findings.h"
#include "rollwatch/known_metrics.h"
#include "schema/schema.h"

namespace rollwatch {
namespace {

// What the checks found in one file.
struct Checked {
  base::Source source;
  base::Diagnostics findings;
  bool is_dashboard;
};

Checked CheckFile(const std::string& path, std::string text,
                  const schema::Schema& schema) {
  Checked checked{base::Source(path, std::move(text)), {}, false};
  checked.is_dashboard =
      dashboards::Lint(checked.source, schema, checked.findings);
  return checked;
}

void PrintText(const std::vector<Checked>& files) {
  for (const Checked& file : files) {
    PrintFindings(stdout, file.source, file.findings);
    std::printf("%s: %s\n", file.source.name().c_str(),
                file.is_dashboard ? CountFindings(file.findings).c_str()
                                  : "not a dashboard that can be checked");
  }
}

void PrintJson(const std::vector<Checked>& files) {
  std::string out;
  base::JsonWriter json(&out, 2);
  json.BeginObject().Key("files").BeginArray();
  for (const Checked& file : files) {
    json.BeginObject();
    json.Key("file").String(file.source.name());
    json.Key("valid").Bool(file.is_dashboard);
    json.Key("findings");
    WriteFindings(json, file.source, file.findings);
    json.EndObject();
  }
  json.EndArray().EndObject();
  std::printf("%s\n", out.c_str());
}

std::string Checks() {
  std::string list =
      "checks dashboards: every query parses and reads only metrics, labels\n"
      "and values that exist; ids, places, data sources and units are there\n"
      "\nChecks:";
  for (const dashboards::Check& check : dashboards::Checks()) {
    absl::StrAppendFormat(&list, "\n  %-24s %-8s %s", check.code,
                          base::SeverityName(check.severity), check.catches);
  }
  return list;
}

int Lint(const Arguments& arguments) {
  std::string format = "text";
  std::string fail_on = "error";
  KnownMetricsOptions known;
  std::vector<std::string> paths;
  CommandLine line("dashboard lint", Checks(),
                   "rollwatch dashboard lint dashboards/*.json\n"
                   "rollwatch dashboard lint --schema app.yml overview.json\n"
                   "rollwatch dashboard lint --format json overview.json");
  line.Choice("--format", &format, {"text", "json"}, "output format");
  AddFailOn(line, &fail_on);
  AddKnownMetricsOptions(line, &known);
  line.Positionals("FILE", &paths, "dashboards as Grafana exports them",
                   /*required=*/true);
  if (const auto exit = line.Parse(arguments)) return *exit;

  KnownMetrics metrics;
  if (const auto exit =
          LoadKnownMetrics("dashboard lint", line, known, &metrics)) {
    return *exit;
  }
  std::vector<Checked> files;
  int exit = kExitOk;
  for (const std::string& path : paths) {
    absl::StatusOr<std::string> text = ReadFile(path);
    if (!text.ok()) {
      std::fprintf(stderr, "rollwatch dashboard lint: error: %s\n",
                   std::string(text.status().message()).c_str());
      exit = kExitFailed;
      continue;
    }
    files.push_back(CheckFile(path, *std::move(text), metrics.schema));
    if (!files.back().is_dashboard) {
      exit = kExitFailed;
    } else if (exit == kExitOk && Reaches(files.back().findings, fail_on)) {
      exit = kExitFindings;
    }
  }
  format == "json" ? PrintJson(files) : PrintText(files);
  return exit;
}

}  // namespace

int Dashboard(const Arguments& arguments) {
  const std::string action = arguments.empty() ? "" : arguments[0];
  if (action == "lint") {
    return Lint({arguments.begin() + 1, arguments.end()});
  }
  if (action == "--help" || action == "-h") return Lint({"--help"});
  return WrongUse("dashboard lint",
                  action.empty()
                      ? "say what to do: lint"
                      : "unknown action \"" + action + "\": there is lint");
}

}  // namespace rollwatch
