// What of the rules unit tests reached.

#ifndef ALERTS_UNIT_TESTS_COVERAGE_H_
#define ALERTS_UNIT_TESTS_COVERAGE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "alerts/evaluation.h"
#include "alerts/unit_tests/unit_test_file.h"
#include "base/labels.h"
#include "base/time.h"
#include "promql/engine/engine.h"
#include "promql/engine/storage.h"

namespace alerts {

// One thing that tests can reach.
struct CoverageItem {
  std::string what;  // "firing", "annotation summary: else of {{if ...}}"
  bool reached = false;
};

// Of one rule: the states quiet, pending (when it has a `for`), firing and
// resolved of an alert, or "recorded"; both ways of each branch of its
// templates; each arm of an `or`.
struct RuleCoverage {
  std::string file;
  std::string group;
  std::string rule;
  std::size_t number = 0;  // In the group, from 0.
  std::vector<CoverageItem> items;

  std::size_t reached() const;
};

struct Coverage {
  std::vector<RuleCoverage> rules;

  std::size_t items() const;
  std::size_t reached() const;
  // 0 when there is nothing to reach: nothing was shown then.
  double percent() const;
  // Adds the rules, or, to those that are here already, what was reached of
  // them.
  void Merge(const std::vector<RuleCoverage>& other);
};

// Records what one test reaches of one group. An alert's state is reached when
// an assertion about the alert looks at it; branches and arms when they are
// evaluated in a test that has such an assertion. Not safe for use by several
// threads.
class GroupCoverage : public EvaluationObserver {
 public:
  // `test` is the one that runs. What is given must outlive it.
  GroupCoverage(const GroupDefinition& group, const UnitTest& test,
                const promql::Storage& storage,
                const promql::EngineOptions& options);
  ~GroupCoverage() override;

  void BeginRule(std::size_t rule) override;
  void BeginField(bool annotation, std::string_view name) override;
  void OnBranch(std::size_t id, bool body) override;

  // After the group was evaluated at `time`.
  void Evaluated(const GroupEvaluation& evaluation, base::Timestamp time);
  // An assertion about the alerts of this name looked.
  void Asserted(const GroupEvaluation& evaluation, const std::string& alert);

  const std::vector<RuleCoverage>& rules() const { return rules_; }

 private:
  struct Arm;
  struct RuleState;

  void AddStates(const RuleDefinition& rule, RuleState& state);
  void AddBranches(const RuleDefinition& rule, RuleState& state);
  void AddArms(const promql::Expr& expr, RuleState& state);
  void Reach(std::size_t rule, std::size_t item);
  bool Gives(const promql::Expr& expr, base::Timestamp time,
             std::size_t& count) const;

  const GroupDefinition& group_;
  const promql::Storage& storage_;
  const promql::EngineOptions& options_;
  std::vector<RuleCoverage> rules_;
  std::vector<RuleState> states_;
  std::size_t rule_ = 0;
  std::string field_;
};

}  // namespace alerts

#endif  // ALERTS_UNIT_TESTS_COVERAGE_H_
