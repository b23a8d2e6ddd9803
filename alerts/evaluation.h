// Evaluation of rule groups, one point in time after the other.

#ifndef ALERTS_EVALUATION_H_
#define ALERTS_EVALUATION_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "alerts/alert_state.h"
#include "alerts/templates/template.h"
#include "base/labels.h"
#include "base/time.h"
#include "promql/syntax/parser.h"
#include "promql/syntax/tree.h"

namespace alerts {

// One rule, ready to be evaluated. Exactly what a rule file says, with the
// labels of its group merged in.
struct RuleDefinition {
  enum class Kind { kRecording, kAlerting };
  Kind kind = Kind::kAlerting;
  std::string name;  // The alert's, or the metric's that is recorded.
  promql::ExprPtr expr;
  base::Duration hold = 0;  // `for`
  base::Duration keep_firing_for = 0;
  base::Labels labels;  // Of an alert, templates.
  // Labels that the file gives no value: the result loses them.
  std::vector<std::string> removed_labels;
  Annotations annotations;  // Templates.
};

inline bool IsAlerting(const RuleDefinition& rule) {
  return rule.kind == RuleDefinition::Kind::kAlerting;
}

struct GroupDefinition {
  std::string name;
  std::string file;
  base::Duration interval = 0;  // For whoever keeps the clock.
  base::Duration query_offset = 0;
  std::size_t limit = 0;  // 0 is none.
  std::vector<RuleDefinition> rules;
};

// What rules are evaluated against and what they write to.
class EvaluationHost {
 public:
  virtual ~EvaluationHost() = default;

  // An instant query. A scalar result is one sample without labels; a string
  // or a matrix is the error "rule result is not a vector or scalar".
  virtual absl::StatusOr<std::vector<TemplateSample>> Query(
      const promql::Expr& expr, base::Timestamp time) = 0;

  // The same for the text in a template's query(): parses it, then Query().
  virtual absl::StatusOr<std::vector<TemplateSample>> QueryText(
      std::string_view text, base::Timestamp time);

  // How QueryText() parses.
  virtual promql::ParserOptions parser_options() const { return {}; }

  // Stores a sample that later queries see; fails when it cannot be stored,
  // as one at a time that already has another value.
  virtual absl::Status Append(const base::Labels& labels, base::Timestamp time,
                              const TemplateSample& sample) = 0;
  // Says that the series has ended.
  virtual void AppendStale(const base::Labels& labels,
                           base::Timestamp time) = 0;

  // Seconds on a clock that only runs forward; durations are taken from it.
  virtual double Clock() { return 0; }
};

// Watches the evaluations of a group.
class EvaluationObserver : public TemplateObserver {
 public:
  // The rule is evaluated from now on; counts in its group, from 0.
  virtual void BeginRule(std::size_t rule) = 0;
};

struct EvaluationSettings {
  base::Labels external_labels;  // For templates.
  std::string external_url;
  EvaluationObserver* observer = nullptr;  // May be null; not owned.
};

enum class RuleHealth { kUnknown, kOk, kError };

// "unknown", "ok", "err", as Prometheus' API says.
std::string_view RuleHealthName(RuleHealth health);

// How the last evaluation of one rule went.
struct RuleStatus {
  RuleHealth health = RuleHealth::kUnknown;
  std::string error;  // With kError.
  std::optional<base::Timestamp> last_evaluation;
  double duration_seconds = 0;
};

// What happened to an alert, and whose it is.
struct RuleTransition {
  std::size_t rule = 0;  // In the group.
  AlertTransition transition;
};

// One group: its rules' alerts, and the series they wrote last. Not safe for
// use by several threads.
class GroupEvaluation {
 public:
  GroupEvaluation(GroupDefinition group, EvaluationSettings settings);
  ~GroupEvaluation();
  GroupEvaluation(GroupEvaluation&&) noexcept;
  GroupEvaluation& operator=(GroupEvaluation&&) noexcept;

  // Evaluates all rules in order; each sees what the earlier ones wrote. An
  // error stands in the rule's status, keeps its alerts as they were, and does
  // not stop the others. REQUIRES: times ascend.
  void Evaluate(base::Timestamp time, EvaluationHost& host,
                std::vector<RuleTransition>* transitions = nullptr);

  // Goes on from what alerts(rule) returned elsewhere, as before a restart.
  // REQUIRES: Evaluate was not called before.
  void Restore(std::size_t rule, std::vector<Alert> alerts);

  const GroupDefinition& group() const;
  // REQUIRES: rule < group().rules.size(), for all below.
  const RuleStatus& status(std::size_t rule) const;
  // The greatest state of its alerts; kInactive for a recording rule.
  AlertState state(std::size_t rule) const;
  // Pending and firing alerts, sorted by labels.
  std::vector<Alert> alerts(std::size_t rule) const;

 private:
  struct Rep;
  std::unique_ptr<Rep> rep_;
};

}  // namespace alerts

#endif  // ALERTS_EVALUATION_H_
