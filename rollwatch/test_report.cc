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

// "  at tests.yml:12:5" and what differs, each line of it marked.
std::string Explanation(const TestedFile& file,
                        const alerts::UnitTestFailure& failure) {
  std::string text;
  if (HasPlace(failure.span)) {
    const base::Position at = file.source->PositionAt(failure.span.begin);
    text +=
        absl::StrFormat("      at %s:%d:%d\n", file.path, at.line, at.column);
  }
  std::string_view rest = failure.hint;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    text += absl::StrFormat("      = %s\n", rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
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
    json.Key("difference").String(failure.hint).EndObject();
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

}  // namespace

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

std::string TestsAsJson(const std::vector<TestedFile>& files) {
  std::string out;
  base::JsonWriter json(&out, 2);
  bool passed = true;
  for (const TestedFile& file : files) passed = passed && file.passed();
  json.BeginObject().Key("passed").Bool(passed).Key("files").BeginArray();
  for (const TestedFile& file : files) WriteFile(json, file);
  json.EndArray().EndObject();
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
