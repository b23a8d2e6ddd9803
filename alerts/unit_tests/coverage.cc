#include "alerts/unit_tests/coverage.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_format.h"
#include "alerts/templates/template.h"
#include "promql/syntax/printer.h"

namespace alerts {
namespace {

constexpr std::string_view kQuiet = "quiet";
constexpr std::string_view kPending = "pending";
constexpr std::string_view kFiring = "firing";
constexpr std::string_view kResolved = "resolved";
constexpr std::string_view kRecorded = "recorded";

std::string FieldName(bool annotation, std::string_view name) {
  return absl::StrFormat("%s %s", annotation ? "annotation" : "label", name);
}

// Whether the test says anything about the rule. A recording rule is what
// others read: any assertion counts.
bool Concerns(const UnitTest& test, const RuleDefinition& rule) {
  if (rule.kind == RuleDefinition::Kind::kRecording) {
    return !test.alerts.empty() || !test.queries.empty();
  }
  return std::ranges::any_of(test.alerts, [&](const AlertAssertion& assertion) {
    return assertion.alertname == rule.name;
  });
}

}  // namespace

// One side of an `or`: the right one is reached when the whole has more series
// than the left side alone.
struct GroupCoverage::Arm {
  const promql::Expr* left = nullptr;
  const promql::Expr* whole = nullptr;  // Null: the arm is `left`.
  std::size_t item = 0;
};

struct GroupCoverage::RuleState {
  bool concerned = false;
  std::map<std::string, std::size_t, std::less<>> states;  // Items.
  // By field, branch and way.
  std::map<std::tuple<std::string, std::size_t, bool>, std::size_t> branches;
  std::vector<Arm> arms;
  std::set<base::Labels> fired;  // Alerts that have.
};

std::size_t RuleCoverage::reached() const {
  return static_cast<std::size_t>(
      std::ranges::count(items, true, &CoverageItem::reached));
}

std::size_t Coverage::items() const {
  std::size_t count = 0;
  for (const RuleCoverage& rule : rules) count += rule.items.size();
  return count;
}

std::size_t Coverage::reached() const {
  std::size_t count = 0;
  for (const RuleCoverage& rule : rules) count += rule.reached();
  return count;
}

double Coverage::percent() const {
  if (items() == 0) return 0;
  return 100 * static_cast<double>(reached()) / static_cast<double>(items());
}

void Coverage::Merge(const std::vector<RuleCoverage>& other) {
  for (const RuleCoverage& rule : other) {
    const auto found =
        std::ranges::find_if(rules, [&](const RuleCoverage& known) {
          return std::tie(known.file, known.group, known.number) ==
                 std::tie(rule.file, rule.group, rule.number);
        });
    if (found == rules.end()) {
      rules.push_back(rule);
      continue;
    }
    for (std::size_t i = 0; i < rule.items.size(); ++i) {
      found->items[i].reached |= rule.items[i].reached;
    }
  }
}

GroupCoverage::GroupCoverage(const GroupDefinition& group, const UnitTest& test,
                             const promql::Storage& storage,
                             const promql::EngineOptions& options)
    : group_(group), storage_(storage), options_(options) {
  for (const RuleDefinition& rule : group.rules) {
    rules_.push_back({group.file, group.name, rule.name, rules_.size(), {}});
    RuleState state;
    state.concerned = Concerns(test, rule);
    AddStates(rule, state);
    AddBranches(rule, state);
    AddArms(*rule.expr, state);
    states_.push_back(std::move(state));
  }
}

GroupCoverage::~GroupCoverage() = default;

void GroupCoverage::AddStates(const RuleDefinition& rule, RuleState& state) {
  auto& items = rules_.back().items;
  const auto add = [&](std::string_view name) {
    state.states[std::string(name)] = items.size();
    items.push_back({std::string(name), false});
  };
  if (rule.kind == RuleDefinition::Kind::kRecording) return add(kRecorded);
  add(kQuiet);
  if (rule.hold > 0) add(kPending);
  add(kFiring);
  add(kResolved);
}

void GroupCoverage::AddBranches(const RuleDefinition& rule, RuleState& state) {
  if (rule.kind == RuleDefinition::Kind::kRecording) return;
  auto& items = rules_.back().items;
  const auto add = [&](bool annotation, const std::string& name,
                       const std::string& text) {
    base::Diagnostics diagnostics;
    const auto parsed = ParseTemplate(rule.name, text, diagnostics);
    if (parsed == nullptr) return;
    const std::string field = FieldName(annotation, name);
    for (const TemplateBranch& branch : parsed->branches()) {
      for (const bool body : {true, false}) {
        state.branches[{field, branch.id, body}] = items.size();
        items.push_back({absl::StrFormat("%s: %s{{%s}}", field,
                                         body ? "" : "else of ", branch.text),
                         false});
      }
    }
  };
  for (const base::Label& label : rule.labels) {
    add(false, label.name, label.value);
  }
  for (const auto& [name, text] : rule.annotations) add(true, name, text);
}

// The arms of a chain, from left to right: a or b or c is (a or b) or c.
void GroupCoverage::AddArms(const promql::Expr& expr, RuleState& state) {
  // What a subquery holds is evaluated at other times.
  if (std::holds_alternative<promql::Subquery>(expr.node)) return;
  for (const promql::ExprPtr& child : promql::Children(expr)) {
    AddArms(*child, state);
  }
  const auto* binary = std::get_if<promql::Binary>(&expr.node);
  if (binary == nullptr || binary->op != base::BinaryOp::kOr) return;
  auto& items = rules_.back().items;
  const auto add = [&](const promql::Expr& arm, const promql::Expr* whole) {
    state.arms.push_back({binary->left.get(), whole, items.size()});
    items.push_back({"or: " + promql::Print(arm), false});
  };
  const auto* left =
      std::get_if<promql::Binary>(&promql::StripParens(*binary->left).node);
  if (left == nullptr || left->op != base::BinaryOp::kOr) {
    add(*binary->left, nullptr);
  }
  add(*binary->right, &expr);
}

void GroupCoverage::BeginRule(std::size_t rule) { rule_ = rule; }

void GroupCoverage::BeginField(bool annotation, std::string_view name) {
  field_ = FieldName(annotation, name);
}

void GroupCoverage::OnBranch(std::size_t id, bool body) {
  const RuleState& state = states_[rule_];
  if (!state.concerned) return;
  const auto found = state.branches.find({field_, id, body});
  if (found != state.branches.end()) Reach(rule_, found->second);
}

void GroupCoverage::Reach(std::size_t rule, std::size_t item) {
  rules_[rule].items[item].reached = true;
}

// How many series the expression gives; false after an error.
bool GroupCoverage::Gives(const promql::Expr& expr, base::Timestamp time,
                          std::size_t& count) const {
  base::Diagnostics diagnostics;
  const auto result =
      promql::EvaluateInstant(storage_, expr, time, options_, diagnostics);
  if (!result) return false;
  count = result->series.size();
  return true;
}

void GroupCoverage::Evaluated(const GroupEvaluation& evaluation,
                              base::Timestamp time) {
  for (std::size_t i = 0; i < states_.size(); ++i) {
    RuleState& state = states_[i];
    if (!state.concerned) continue;
    for (const Arm& arm : state.arms) {
      if (rules_[i].items[arm.item].reached) continue;
      std::size_t left = 0;
      std::size_t whole = 0;
      const base::Timestamp at = time - group_.query_offset;
      if (!Gives(*arm.left, at, left)) continue;
      if (arm.whole == nullptr ? left > 0
                               : Gives(*arm.whole, at, whole) && whole > left) {
        Reach(i, arm.item);
      }
    }
    if (group_.rules[i].kind == RuleDefinition::Kind::kRecording) {
      std::size_t count = 0;
      CoverageItem& recorded = rules_[i].items[state.states.begin()->second];
      recorded.reached =
          recorded.reached ||
          (Gives(*group_.rules[i].expr, time - group_.query_offset, count) &&
           count > 0);
      continue;
    }
    for (const Alert& alert : evaluation.alerts(i)) {
      if (alert.state == AlertState::kFiring) state.fired.insert(alert.labels);
    }
  }
}

void GroupCoverage::Asserted(const GroupEvaluation& evaluation,
                             const std::string& alert) {
  for (std::size_t i = 0; i < states_.size(); ++i) {
    const RuleDefinition& rule = group_.rules[i];
    if (rule.kind != RuleDefinition::Kind::kAlerting || rule.name != alert) {
      continue;
    }
    RuleState& state = states_[i];
    const auto reach = [&](std::string_view name) {
      const auto item = state.states.find(name);
      if (item != state.states.end()) Reach(i, item->second);
    };
    std::set<base::Labels> resolved = state.fired;
    const std::vector<Alert> active = evaluation.alerts(i);
    for (const Alert& one : active) {
      reach(one.state == AlertState::kFiring ? kFiring : kPending);
      if (one.state == AlertState::kFiring) resolved.erase(one.labels);
    }
    if (!resolved.empty()) reach(kResolved);
    if (active.empty() && state.fired.empty()) reach(kQuiet);
  }
}

}  // namespace alerts
