#include "alerts/lint/rule_facts.h"

#include <optional>
#include <string>

#include "absl/strings/str_format.h"
#include "promql/check/intervals.h"
#include "promql/check/label_losses.h"
#include "promql/check/value_ranges.h"

namespace alerts {
namespace {

// How long a chain of recording rules is followed; rules may even record what
// they read.
constexpr std::size_t kLongestLabelChain = 16;

// What the rule makes of the label: its text, which may be empty; nothing when
// it leaves it as it is.
std::optional<std::string> WrittenLabel(const Group& group, const Rule& rule,
                                        std::string_view label) {
  for (const TemplateField& field : MergedLabels(group, rule)) {
    if (field.name == label) return std::string(field.value.view());
  }
  return std::nullopt;
}

}  // namespace

// The facts as a recording rule some steps down the chain sees them.
class RuleFacts::Chained : public promql::SeriesFacts {
 public:
  Chained(const RuleFacts& facts, std::size_t depth)
      : facts_(facts), depth_(depth) {}

  std::string WhyWithout(const promql::VectorSelector& selector,
                         std::string_view label) const override {
    return facts_.WhyRecordedWithout(selector, label, depth_);
  }
  promql::Values ValuesOf(
      const promql::VectorSelector& selector) const override {
    return facts_.ValuesOf(selector);
  }

 private:
  const RuleFacts& facts_;
  std::size_t depth_;
};

RuleFacts::RuleFacts(const schema::Schema& schema,
                     const std::vector<const RuleFile*>& files)
    : schema_(schema), schema_facts_(schema) {
  for (const RuleFile* file : files) {
    for (const Group& group : file->groups) {
      for (const Rule& rule : group.rules) {
        by_name_[rule.name.view()].push_back({file, &group, &rule});
        if (rule.kind != Rule::Kind::kRecord) continue;
        order_.push_back({&group, &rule});
        recorded_[std::string(rule.name.view())].recordings.push_back(
            order_.back());
      }
    }
  }
  ComputeValues();
}

// A metric's values are those that its rules give it, once all of them are
// known; a rule that reads it before that can read anything.
void RuleFacts::ComputeValues() {
  struct Progress {
    promql::Values values = promql::Values::Never();
    std::size_t done = 0;
  };
  std::map<const Recorded*, Progress> progress;
  for (const Recording& recording : order_) {
    Recorded& recorded = recorded_.find(recording.rule->name.view())->second;
    Progress& so_far = progress[&recorded];
    so_far.values = promql::Hull(
        so_far.values,
        promql::AnalyseValues(*recording.rule->expr, *this).values);
    if (++so_far.done == recorded.recordings.size()) {
      recorded.values = so_far.values;
    }
  }
}

bool RuleFacts::IsRecorded(std::string_view metric) const {
  return recorded_.contains(metric);
}

std::vector<const Rule*> RuleFacts::RecordingsOf(
    std::string_view metric) const {
  std::vector<const Rule*> rules;
  const auto found = recorded_.find(metric);
  if (found == recorded_.end()) return rules;
  for (const Recording& recording : found->second.recordings) {
    rules.push_back(recording.rule);
  }
  return rules;
}

std::vector<RuleFacts::Place> RuleFacts::RulesNamed(
    std::string_view name) const {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return {};
  return found->second;
}

std::string_view RuleFacts::Nearest(std::string_view metric) const {
  const std::lock_guard lock(mutex_);
  const auto known = nearest_.find(metric);
  if (known != nearest_.end()) return known->second;
  std::string_view near = schema_.Nearest(metric);
  if (near.empty()) {
    std::vector<std::string_view> names;
    for (const auto& [name, recorded] : recorded_) names.push_back(name);
    near = base::Nearest(metric, names);
  }
  nearest_.emplace(metric, near);
  return near;
}

std::string RuleFacts::WhyRecordedWithout(
    const promql::VectorSelector& selector, std::string_view label,
    std::size_t depth) const {
  const auto found = recorded_.find(selector.name);
  if (found == recorded_.end()) {
    return schema_facts_.WhyWithout(selector, label);
  }
  // It is scraped as well, or a chain without an end.
  if (schema_.FindSample(selector.name) != nullptr || depth == 0) return {};
  const Chained next(*this, depth - 1);
  for (const Recording& recording : found->second.recordings) {
    const auto written = WrittenLabel(*recording.group, *recording.rule, label);
    const bool removed = written && written->empty();
    if (written && !removed) return {};
    if (!removed &&
        promql::FindLabelLosses(*recording.rule->expr, label, next).empty()) {
      return {};
    }
  }
  const Recording& first = found->second.recordings.front();
  return absl::StrFormat(
      "%s, as rule %d of group \"%s\" records it, has no label \"%s\"",
      selector.name, first.rule->number, first.group->name.view(), label);
}

std::string RuleFacts::WhyWithout(const promql::VectorSelector& selector,
                                  std::string_view label) const {
  // A recorded metric has the name it is selected by.
  if (label == base::kMetricName) return {};
  return WhyRecordedWithout(selector, label, kLongestLabelChain);
}

promql::Values RuleFacts::ValuesOf(
    const promql::VectorSelector& selector) const {
  const auto found = recorded_.find(selector.name);
  if (found == recorded_.end()) return schema_facts_.ValuesOf(selector);
  if (schema_.FindSample(selector.name) != nullptr) {
    return promql::Values::Any();
  }
  return found->second.values;
}

std::vector<double> RuleFacts::BucketsOf(
    const promql::VectorSelector& selector) const {
  if (IsRecorded(selector.name)) return {};
  return schema_facts_.BucketsOf(selector);
}

}  // namespace alerts
