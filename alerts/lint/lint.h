// Runs the checks of the table over rules.

#ifndef ALERTS_LINT_LINT_H_
#define ALERTS_LINT_LINT_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/lint/rule_facts.h"
#include "alerts/rules/rule_file.h"
#include "alerts/templates/template.h"
#include "base/diagnostic.h"
#include "base/labels.h"
#include "base/source.h"
#include "base/time.h"
#include "base/version.h"
#include "promql/check/value_ranges.h"
#include "schema/schema.h"

namespace alerts {

struct Check;

// Which checks run, and what they know of the server beside the schema.
struct LintOptions {
  // A metric that is neither in the schema nor recorded does not exist.
  bool closed_schema = false;
  // Of the server; nothing when they are not known.
  std::optional<base::Labels> external_labels = {};
  // The server's version, when it is not today's.
  std::optional<base::Version> version = {};
  // Codes of checks. What is in neither runs when its row says so.
  std::vector<std::string> enabled = {};
  std::vector<std::string> disabled = {};
  // For comments that hide findings "until"; nothing: the wall clock.
  std::optional<base::Timestamp> now = {};
};

struct Finding {
  const RuleFile* file = nullptr;
  const Group* group = nullptr;
  const Rule* rule = nullptr;
  base::Diagnostic diagnostic;  // Its span is in the file.
};

struct LintResult {
  std::vector<Finding> findings;  // In the order of the files and of places.
  // Alerts that have no result whatever happens, or that a finding says so of.
  std::vector<const Rule*> cannot_fire;
};

// A label or annotation of a rule and its template.
struct ParsedField {
  const TemplateField* field;
  std::string_view what;  // "label", "annotation"
  std::shared_ptr<const Template> parsed;
};

// One rule, and what is known of it: what a check reads, and where it reports.
// The code and the severity come from the row of the check that runs.
class LintContext {
 public:
  LintContext(const RuleFile& file, const Group& group, const Rule& rule,
              const RuleFacts& facts, const LintOptions& options,
              LintResult& result);

  const RuleFile& file() const { return file_; }
  const Group& group() const { return group_; }
  const Rule& rule() const { return rule_; }
  const promql::Expr& expr() const { return *rule_.expr; }
  const RuleFacts& facts() const { return facts_; }
  const schema::Schema& schema() const { return facts_.schema(); }
  const LintOptions& options() const { return options_; }
  // Of the rule's expression.
  const promql::ValueAnalysis& values() const { return values_; }
  // Of an alert.
  const std::vector<ParsedField>& templates() const { return templates_; }

  // Where a part of the expression stands in the file.
  base::Span InFile(base::Span in_expr) const;
  // "14:13"
  std::string PlaceOf(base::Span in_expr) const;
  // That part of the expression on one line, cut when it is long.
  std::string TextOf(const promql::Expr& part) const;

  void Report(base::Span in_file, std::string message, std::string help = {});
  // The same, of another severity than the check's row has.
  void ReportAs(base::Severity severity, base::Span in_file,
                std::string message, std::string help = {});
  // The alert has no result, or never long enough.
  void ReportCannotFire(base::Span in_file, std::string message,
                        std::string help = {});
  void Run(const Check& check);

 private:
  const RuleFile& file_;
  const Group& group_;
  const Rule& rule_;
  const RuleFacts& facts_;
  const LintOptions& options_;
  LintResult& result_;
  promql::ValueAnalysis values_;
  std::vector<ParsedField> templates_;
  const Check* check_ = nullptr;
  bool cannot_fire_ = false;
};

// Runs the wanted checks on every rule; what comments hide (comments.h) is not
// among the findings. Recording rules of any of the files
// count as metrics in all of them. `files` and `schema` must outlive the
// result.
LintResult Lint(const std::vector<const RuleFile*>& files,
                const schema::Schema& schema, const LintOptions& options = {});

}  // namespace alerts

#endif  // ALERTS_LINT_LINT_H_
