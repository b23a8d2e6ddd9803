#include <map>
#include <utility>

#include "absl/strings/str_format.h"
#include "rollwatch/check_report.h"
#include "rollwatch/findings.h"
#include "rollwatch/reports/xml.h"

namespace rollwatch {
namespace {

// By the file and where its rule begins; a finding of no rule is at 0.
using FindingsByRule =
    std::multimap<std::pair<const base::Source*, std::size_t>,
                  const ReportedFinding*>;

// One testsuite: a file. Its testcases are the file itself, failed by what is
// said of no rule, and the rules.
struct Suite {
  std::string cases;
  std::size_t tests = 0;
  std::size_t failures = 0;
};

// A finding that --fail-on does not name is output of a case that passed.
void AddCase(Suite& suite, const CheckReport& report,
             const FindingsByRule& findings, const CheckedFile& file,
             const alerts::Group* group, const alerts::Rule* rule) {
  const std::size_t begin = rule == nullptr ? 0 : rule->span.begin;
  std::string inside;
  bool failed = false;
  const auto [first, last] = findings.equal_range({file.source.get(), begin});
  for (auto at = first; at != last; ++at) {
    const base::Diagnostic& diagnostic = at->second->diagnostic;
    const std::string text = EscapeXml(base::Render(*file.source, diagnostic));
    if (IsAtLeast(diagnostic.severity, report.fail_on)) {
      absl::StrAppendFormat(
          &inside, "      <failure type=\"%s\" message=\"%s\">%s</failure>\n",
          EscapeXml(diagnostic.code), EscapeXml(diagnostic.message), text);
      failed = true;
    } else {
      absl::StrAppendFormat(&inside, "      <system-out>%s</system-out>\n",
                            text);
    }
  }
  ++suite.tests;
  suite.failures += failed ? 1 : 0;
  absl::StrAppendFormat(
      &suite.cases,
      "    <testcase name=\"%s\" classname=\"%s\" file=\"%s\" line=\"%d\"%s",
      EscapeXml(rule == nullptr ? "rule file" : rule->name.view()),
      EscapeXml(group == nullptr ? "" : group->name.view()),
      EscapeXml(file.source->name()), file.source->PositionAt(begin).line,
      inside.empty() ? "/>\n" : ">\n");
  if (!inside.empty()) suite.cases += inside + "    </testcase>\n";
}

}  // namespace

std::string CheckReportJunit(const CheckReport& report) {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  FindingsByRule findings;
  for (const ReportedFinding& finding : report.findings) {
    findings.insert(
        {{finding.source.get(), finding.rule_span.begin}, &finding});
  }
  for (const CheckedFile& file : report.files) {
    Suite suite;
    AddCase(suite, report, findings, file, nullptr, nullptr);
    for (const alerts::Group& group : file.rules.groups) {
      for (const alerts::Rule& rule : group.rules) {
        AddCase(suite, report, findings, file, &group, &rule);
      }
    }
    absl::StrAppendFormat(
        &out,
        "  <testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"0\" "
        "skipped=\"0\">\n%s  </testsuite>\n",
        EscapeXml(file.source->name()), suite.tests, suite.failures,
        suite.cases);
  }
  return out + "</testsuites>\n";
}

}  // namespace rollwatch
