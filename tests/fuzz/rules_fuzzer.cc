// Any bytes as a rule file: nothing crashes, every place that is named lies in
// the file, and a formatted file is a rule file that formatting leaves alone.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "alerts/lint/lint.h"
#include "alerts/rules/duplicates.h"
#include "alerts/rules/format.h"
#include "alerts/rules/rule_file.h"
#include "base/diagnostic.h"
#include "schema/schema.h"
#include "tests/fuzz/require.h"

namespace {

using tests::Require;

void CheckDiagnostic(const base::Diagnostic& diagnostic,
                     const base::Source& source) {
  Require(diagnostic.span.begin <= diagnostic.span.end &&
              diagnostic.span.end <= source.text().size(),
          "a span lies outside the file", diagnostic.message);
  Require(!diagnostic.message.empty(), "an error says nothing", source.text());
  base::Render(source, diagnostic);
}

std::optional<alerts::RuleFile> Parse(
    const std::shared_ptr<const base::Source>& source) {
  base::Diagnostics diagnostics;
  auto file = alerts::ParseRuleFile(source, diagnostics);
  Require(file.has_value() == diagnostics.ok(), "nothing without an error",
          source->text());
  return file;
}

void CheckFormat(const alerts::RuleFile& file) {
  base::Diagnostics diagnostics;
  const std::string once = alerts::FormatRules(file, diagnostics);
  const auto again = Parse(std::make_shared<base::Source>("again", once));
  Require(again.has_value(), "is no rule file when formatted", once);
  Require(again->rule_count() == file.rule_count(), "rules are lost", once);
  base::Diagnostics ignored;
  Require(alerts::FormatRules(*again, ignored) == once,
          "is formatted to another text", once);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static const schema::Schema schema = schema::Schema::Ours();
  const auto source = std::make_shared<base::Source>(
      "rules.yml", std::string(reinterpret_cast<const char*>(data), size));
  base::Diagnostics diagnostics;
  const alerts::RuleFile file = alerts::ReadRuleFile(source, diagnostics);
  for (const base::Diagnostic& diagnostic : diagnostics.all()) {
    CheckDiagnostic(diagnostic, *source);
  }
  alerts::FindDuplicates(file);
  const alerts::LintResult lint = alerts::Lint({&file}, schema);
  for (const alerts::Finding& finding : lint.findings) {
    CheckDiagnostic(finding.diagnostic, *source);
  }
  if (const auto valid = Parse(source)) CheckFormat(*valid);
  return 0;
}
