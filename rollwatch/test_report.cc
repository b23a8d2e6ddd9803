#include "rollwatch/test_report.h"

#include <unistd.h>

#include <cstdio>
#include <string_view>

#include "absl/strings/str_format.h"
#include "base/json.h"
#include "rollwatch/command_line.h"
#include "rollwatch/findings.h"
#include "rollwatch/reports/xml.h"

namespace rollwatch {
namespace {

void Say(std::FILE* stream, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stream);
}

bool HasPlace(const base::Span& span) { return span.end > 0; }

// Each line of `lines`, indented behind the mark.
void AppendMarked(std::string_view lines, char mark, std::string& text) {
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    absl::StrAppendFormat(&text, "      %c %s\n", mark, lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
}

// "  at tests.yml:12:5", what differs, and where series were lost.
std::string Explanation(const TestedFile& file,
                        const alerts::UnitTestFailure& failure) {
  std::string text;
  if (HasPlace(failure.span)) {
    const base::Position at = file.source->PositionAt(failure.span.begin);
    text +=
        absl::StrFormat("      at %s:%d:%d\n", file.path, at.line, at.column);
  }
  AppendMarked(failure.hint, '=', text);
  AppendMarked(failure.explanation, '|', text);
  return text;
}

void PrintFailures(const TestedFile& file) {
  for (const alerts::UnitTestResult& test : file.report.tests) {
    for (const alerts::UnitTestCase& row : test.cases) {
      for (const alerts::UnitTestFailure& failure : row.failures) {
        Say(stderr, failure.message + "\n" + Explanation(file, failure));
        Say(stdout, "\n");
      }
    }
  }
}

// The texts of a file that could not run.
std::vector<std::string> Reasons(const TestedFile& file) {
  if (!file.unreadable.empty()) return {file.unreadable};
  std::vector<std::string> reasons;
  if (file.valid) return reasons;
  for (const base::Diagnostic& diagnostic : file.diagnostics.all()) {
    reasons.push_back(base::Render(*file.source, diagnostic));
  }
  return reasons;
}

std::string JunitCase(const TestedFile& file,
                      const alerts::UnitTestResult& test,
                      const alerts::UnitTestCase& row) {
  std::string text = absl::StrFormat(
      "    <testcase name=\"%s\" classname=\"%s\" file=\"%s\" line=\"%d\"",
      EscapeXml(row.name), EscapeXml(test.name), EscapeXml(file.path),
      file.source->PositionAt(row.span.begin).line);
  if (row.failures.empty()) return text + "/>\n";
  text += ">\n";
  for (const alerts::UnitTestFailure& failure : row.failures) {
    text += "      <failure>" +
            EscapeXml(failure.message + "\n" + Explanation(file, failure)) +
            "</failure>\n";
  }
  return text + "    </testcase>\n";
}

void WriteCase(base::JsonWriter& json, const TestedFile& file,
               const alerts::UnitTestCase& row) {
  json.BeginObject().Key("name").String(row.name);
  json.Key("line").Integer(
      static_cast<std::int64_t>(file.source->PositionAt(row.span.begin).line));
  json.Key("passed").Bool(row.failures.empty());
  json.Key("failures").BeginArray();
  for (const alerts::UnitTestFailure& failure : row.failures) {
    json.BeginObject().Key("message").String(failure.message);
    json.Key("difference").String(failure.hint);
    json.Key("explanation").String(failure.explanation).EndObject();
  }
  json.EndArray().EndObject();
}

void WriteFile(base::JsonWriter& json, const TestedFile& file) {
  json.BeginObject().Key("file").String(file.path);
  json.Key("passed").Bool(file.passed());
  json.Key("errors").BeginArray();
  for (const std::string& reason : Reasons(file)) json.String(reason);
  json.EndArray().Key("findings");
  if (file.source != nullptr) {
    WriteFindings(json, *file.source, file.diagnostics);
  } else {
    json.BeginArray().EndArray();
  }
  json.Key("unmatched").BeginArray();
  for (const std::string& pattern : file.unmatched) json.String(pattern);
  json.EndArray().Key("tests").BeginArray();
  for (const alerts::UnitTestResult& test : file.report.tests) {
    json.BeginObject().Key("name").String(test.name);
    json.Key("passed").Bool(test.failure_count() == 0);
    json.Key("cases").BeginArray();
    for (const alerts::UnitTestCase& row : test.cases) {
      WriteCase(json, file, row);
    }
    json.EndArray().EndObject();
  }
  json.EndArray().EndObject();
}

void WriteCoverage(base::JsonWriter& json, const alerts::Coverage& coverage) {
  const auto count = [&](std::string_view key, std::size_t value) {
    json.Key(key).Integer(static_cast<std::int64_t>(value));
  };
  json.BeginObject().Key("percent").Number(coverage.percent());
  count("reached", coverage.reached());
  count("items", coverage.items());
  json.Key("rules").BeginArray();
  for (const alerts::RuleCoverage& rule : coverage.rules) {
    json.BeginObject().Key("file").String(rule.file);
    json.Key("group").String(rule.group);
    json.Key("rule").String(rule.rule);
    json.Key("items").BeginArray();
    for (const alerts::CoverageItem& item : rule.items) {
      json.BeginObject().Key("what").String(item.what);
      json.Key("reached").Bool(item.reached).EndObject();
    }
    json.EndArray().EndObject();
  }
  json.EndArray().EndObject();
}

}  // namespace

std::string CoverageAsText(const alerts::Coverage& coverage) {
  std::string text =
      absl::StrFormat("Coverage: %.1f%%, %d of %d reached\n",
                      coverage.percent(), coverage.reached(), coverage.items());
  std::string_view file;
  for (const alerts::RuleCoverage& rule : coverage.rules) {
    if (rule.file != file) absl::StrAppendFormat(&text, "  %s\n", rule.file);
    file = rule.file;
    absl::StrAppendFormat(&text, "    %s: %d of %d\n", rule.rule,
                          rule.reached(), rule.items.size());
    for (const alerts::CoverageItem& item : rule.items) {
      if (item.reached) continue;
      absl::StrAppendFormat(&text, "      not reached: %s\n", item.what);
    }
  }
  return text;
}

void PrintTestedFile(const TestedFile& file) {
  for (const std::string& pattern : file.unmatched) {
    Say(stderr, "  WARNING: no file match pattern " + pattern + "\n");
  }
  if (file.valid) PrintFindings(stderr, *file.source, file.diagnostics);
  if (file.passed()) {
    Say(stdout, "  SUCCESS\n\n");
    return;
  }
  Say(stderr, "  FAILED:\n");
  for (const std::string& reason : Reasons(file)) {
    Say(stderr, reason.ends_with('\n') ? reason : reason + "\n");
    Say(stdout, "\n");
  }
  PrintFailures(file);
  Say(stdout, "\n");
}

std::string TestsAsJson(const std::vector<TestedFile>& files,
                        const alerts::Coverage* coverage) {
  std::string out;
  base::JsonWriter json(&out, 2);
  bool passed = true;
  for (const TestedFile& file : files) passed = passed && file.passed();
  json.BeginObject().Key("passed").Bool(passed).Key("files").BeginArray();
  for (const TestedFile& file : files) WriteFile(json, file);
  json.EndArray();
  if (coverage != nullptr) {
    json.Key("coverage");
    WriteCoverage(json, *coverage);
  }
  json.EndObject();
  return out + "\n";
}

std::string TestsAsJunit(const std::vector<TestedFile>& files,
                         base::Timestamp now) {
  const std::string timestamp = base::FormatTimestamp(now).substr(0, 19);
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (const TestedFile& file : files) {
    std::string cases;
    std::size_t count = 0;
    std::size_t failures = 0;
    const std::vector<std::string> reasons = Reasons(file);
    for (const std::string& reason : reasons) {
      cases += "    <testcase name=\"unknown\">\n      <error>" +
               EscapeXml(reason) + "</error>\n    </testcase>\n";
    }
    for (const alerts::UnitTestResult& test : file.report.tests) {
      for (const alerts::UnitTestCase& row : test.cases) {
        cases += JunitCase(file, test, row);
        ++count;
        failures += row.failures.empty() ? 0 : 1;
      }
    }
    out += absl::StrFormat(
        "  <testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"%d\" "
        "skipped=\"0\" timestamp=\"%s\">\n%s  </testsuite>\n",
        EscapeXml(file.path), count + reasons.size(), failures, reasons.size(),
        timestamp, cases);
  }
  return out + "</testsuites>\n";
}

}  // namespace rollwatch
