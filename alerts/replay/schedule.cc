#include "alerts/replay/schedule.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "alerts/replay/reads.h"
#include "alerts/rule_outputs.h"
#include "promql/check/types.h"

namespace alerts {
namespace {

// What one rule reads.
struct RuleReads {
  explicit RuleReads(const RuleDefinition& rule)
      : selectors(Selectors(*rule.expr)),
        everything(ReadsUnnamed(*rule.expr) ||
                   RuleTemplates(rule).labels_may_query()) {}

  // Whether it can find a series that `writer` writes.
  bool Reads(const RuleDefinition& writer) const {
    return everything ||
           std::ranges::any_of(
               selectors, [&](const promql::VectorSelector* selector) {
                 if (!IsAlerting(writer)) {
                   return CanSelect(*selector, writer.name, "");
                 }
                 return CanSelect(*selector, kAlertsMetric, writer.name) ||
                        CanSelect(*selector, kForStateMetric, writer.name);
               });
  }

  std::vector<const promql::VectorSelector*> selectors;
  bool everything;
};

using Readers = std::vector<std::vector<RuleReads>>;  // By group and rule.

// Groups in file order, writers moved before their readers; as they are when
// they read each other in a circle.
class GroupOrder {
 public:
  GroupOrder(std::size_t count,
             const std::set<std::pair<std::size_t, std::size_t>>& reads)
      : reads_(reads), marks_(count, Mark::kNew) {}

  std::vector<std::size_t> Find() {
    for (std::size_t group = 0; group < marks_.size(); ++group) Visit(group);
    return order_;
  }

 private:
  enum class Mark { kNew, kOpen, kDone };

  void Visit(std::size_t group) {
    if (marks_[group] != Mark::kNew) return;
    marks_[group] = Mark::kOpen;
    for (auto it = reads_.lower_bound({group, 0});
         it != reads_.end() && it->first == group; ++it) {
      Visit(it->second);
    }
    marks_[group] = Mark::kDone;
    order_.push_back(group);
  }

  const std::set<std::pair<std::size_t, std::size_t>>& reads_;
  std::vector<Mark> marks_;
  std::vector<std::size_t> order_;
};

std::vector<std::size_t> OrderGroups(const std::vector<GroupDefinition>& groups,
                                     const Readers& readers) {
  std::set<std::pair<std::size_t, std::size_t>> reads;
  for (std::size_t a = 0; a < groups.size(); ++a) {
    for (std::size_t b = 0; b < groups.size(); ++b) {
      if (a == b) continue;
      const bool any =
          std::ranges::any_of(readers[a], [&](const RuleReads& reader) {
            return std::ranges::any_of(groups[b].rules,
                                       [&](const RuleDefinition& writer) {
                                         return reader.Reads(writer);
                                       });
          });
      if (any) reads.emplace(a, b);
    }
  }
  return GroupOrder(groups.size(), reads).Find();
}

// Metrics that groups of different offsets record: whose sample comes in time
// is known only step by step.
std::set<std::string_view> ContestedNames(
    const std::vector<GroupDefinition>& groups) {
  std::map<std::string_view, base::Duration> offsets;
  std::set<std::string_view> contested;
  for (const GroupDefinition& group : groups) {
    for (const RuleDefinition& rule : group.rules) {
      if (IsAlerting(rule)) continue;
      const auto [known, fresh] =
          offsets.emplace(rule.name, group.query_offset);
      if (!fresh && known->second != group.query_offset) {
        contested.insert(rule.name);
      }
    }
  }
  return contested;
}

// Takes `at_once` from every rule that must wait for one that has it not, until
// nothing changes.
void Settle(const std::vector<GroupDefinition>& groups,
            std::vector<ScheduledRule>& schedule) {
  for (bool changed = true; changed;) {
    changed = false;
    const auto take = [&](ScheduledRule& rule) {
      changed = changed || rule.at_once;
      rule.at_once = false;
    };
    for (std::size_t i = 0; i < schedule.size(); ++i) {
      for (const std::size_t writer : schedule[i].reads) {
        // What it writes later, or for later, must not be there yet.
        const bool timely =
            writer < i && groups[schedule[writer].group].query_offset <=
                              groups[schedule[i].group].query_offset;
        if (!timely) take(schedule[writer]);
        if (!schedule[writer].at_once) take(schedule[i]);
      }
    }
  }
}

}  // namespace

std::vector<ScheduledRule> MakeSchedule(
    const std::vector<GroupDefinition>& groups, base::Timestamp start) {
  const std::set<std::string_view> contested = ContestedNames(groups);
  Readers readers;
  for (const GroupDefinition& group : groups) {
    readers.emplace_back(group.rules.begin(), group.rules.end());
  }
  std::vector<ScheduledRule> schedule;
  for (const std::size_t group : OrderGroups(groups, readers)) {
    const base::Timestamp first = start - groups[group].query_offset;
    for (std::size_t i = 0; i < groups[group].rules.size(); ++i) {
      const RuleDefinition& rule = groups[group].rules[i];
      const promql::ValueType type = promql::TypeOf(*rule.expr);
      const bool at_once = (type == promql::ValueType::kScalar ||
                            type == promql::ValueType::kInstantVector) &&
                           !readers[group][i].everything &&
                           IsTheSameInARange(*rule.expr, first) &&
                           (IsAlerting(rule) || !contested.contains(rule.name));
      schedule.push_back({group, i, at_once, {}, false});
    }
  }
  for (ScheduledRule& rule : schedule) {
    const RuleReads& reader = readers[rule.group][rule.rule];
    for (std::size_t i = 0; i < schedule.size(); ++i) {
      const ScheduledRule& writer = schedule[i];
      if (!reader.Reads(groups[writer.group].rules[writer.rule])) continue;
      rule.reads.push_back(i);
      schedule[i].is_read = true;
    }
  }
  Settle(groups, schedule);
  return schedule;
}

}  // namespace alerts
