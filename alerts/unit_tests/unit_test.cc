#include "alerts/unit_tests/unit_test.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"
#include "alerts/rules/known_rule.h"
#include "alerts/rules/rule_definition.h"
#include "alerts/rules/rule_file.h"
#include "alerts/unit_tests/test_run.h"
#include "base/quote.h"
#include "promql/storage/memory.h"

namespace alerts {
namespace {

// Groups that the order names come as it says, the others before them.
void SortGroups(const std::vector<std::string>& order,
                std::vector<GroupDefinition>& groups) {
  const auto rank = [&](const GroupDefinition& group) {
    const auto found = std::find(order.begin(), order.end(), group.name);
    return found == order.end() ? 0 : found - order.begin();
  };
  std::stable_sort(groups.begin(), groups.end(),
                   [&](const GroupDefinition& a, const GroupDefinition& b) {
                     return rank(a) < rank(b);
                   });
}

void WarnAboutIntervals(const TestContext& context,
                        base::Diagnostics& warnings) {
  if (context.file.group_intervals || context.file.tests.empty()) return;
  for (const GroupDefinition& group : context.groups) {
    if (group.interval == 0 ||
        group.interval == context.file.evaluation_interval) {
      continue;
    }
    warnings.Warning(
        "group-interval", context.file.tests.front().span,
        absl::StrFormat(
            "group %s has the interval %s, but is evaluated every %s, as in "
            "promtool",
            base::Quote(group.name), base::FormatDuration(group.interval),
            base::FormatDuration(context.file.evaluation_interval)),
        "group_intervals: true");
  }
}

// As a test without an assertion reaches it.
std::vector<RuleCoverage> NothingReached(
    const std::vector<GroupDefinition>& groups) {
  const UnitTest none;
  const promql::MemoryStorage storage;
  const promql::EngineOptions options;
  std::vector<RuleCoverage> rules;
  for (const GroupDefinition& group : groups) {
    const GroupCoverage coverage(group, none, storage, options);
    rules.insert(rules.end(), coverage.rules().begin(), coverage.rules().end());
  }
  return rules;
}

}  // namespace

struct UnitTestSuite::Rep {
  TestContext context;
  base::Diagnostics warnings;
  std::vector<RuleCoverage> coverage;
  std::vector<std::size_t> selected;  // Of the file's tests.
};

std::size_t UnitTestResult::failure_count() const {
  std::size_t count = 0;
  for (const UnitTestCase& row : cases) count += row.failures.size();
  return count;
}

bool UnitTestReport::passed() const {
  return std::all_of(
      tests.begin(), tests.end(),
      [](const UnitTestResult& test) { return test.failure_count() == 0; });
}

TestedRules ReadTestedRules(std::shared_ptr<const base::Source> source,
                            bool ignore_unknown_fields,
                            std::optional<promql::Version> compat) {
  TestedRules rules;
  rules.path = source->name();
  base::Diagnostics diagnostics;
  RuleFileOptions options;
  options.ignore_unknown_fields = ignore_unknown_fields;
  const auto file = ParseRuleFile(source, diagnostics, options);
  if (file && compat) {
    for (const Group& group : file->groups) {
      for (const Rule& rule : group.rules) {
        CheckKnownRule(group, rule, *compat, diagnostics);
      }
    }
  }
  if (file && diagnostics.ok()) {
    rules.groups = DefineGroups(*file);
    return rules;
  }
  for (const base::Diagnostic& diagnostic : diagnostics.all()) {
    std::string text = base::Render(*source, diagnostic);
    while (text.ends_with('\n')) text.pop_back();
    rules.errors.push_back(std::move(text));
  }
  return rules;
}

UnitTestSuite::UnitTestSuite(
    UnitTestFile file,
    const std::vector<std::shared_ptr<const TestedRules>>& rules,
    UnitTestOptions options) {
  auto rep = std::make_unique<Rep>();
  TestContext& context = rep->context;
  context.file = std::move(file);
  context.options = std::move(options);
  std::set<std::string_view> seen;
  for (const auto& one : rules) {
    if (!seen.insert(one->path).second) continue;
    context.groups.insert(context.groups.end(), one->groups.begin(),
                          one->groups.end());
    context.errors.insert(context.errors.end(), one->errors.begin(),
                          one->errors.end());
  }
  SortGroups(context.file.group_eval_order, context.groups);
  WarnAboutIntervals(context, rep->warnings);
  if (context.options.coverage) rep->coverage = NothingReached(context.groups);
  for (std::size_t i = 0; i < context.file.tests.size(); ++i) {
    const auto& selects = context.options.selected;
    if (!selects || selects(context.file.tests[i].name)) {
      rep->selected.push_back(i);
    }
  }
  rep_ = std::move(rep);
}

UnitTestSuite::~UnitTestSuite() = default;
UnitTestSuite::UnitTestSuite(UnitTestSuite&&) noexcept = default;
UnitTestSuite& UnitTestSuite::operator=(UnitTestSuite&&) noexcept = default;

const base::Diagnostics& UnitTestSuite::warnings() const {
  return rep_->warnings;
}

const std::vector<RuleCoverage>& UnitTestSuite::coverage() const {
  return rep_->coverage;
}

std::size_t UnitTestSuite::size() const { return rep_->selected.size(); }

UnitTestResult UnitTestSuite::Run(std::size_t i) const {
  const std::size_t index = rep_->selected[i];
  UnitTestResult result =
      RunTest(rep_->context, rep_->context.file.tests[index]);
  if (result.name.empty()) result.name = absl::StrFormat("unnamed#%d", index);
  return result;
}

}  // namespace alerts
