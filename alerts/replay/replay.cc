#include "alerts/replay/replay.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "alerts/replay/alert_run.h"
#include "alerts/replay/overlay.h"
#include "alerts/replay/recording.h"
#include "alerts/replay/schedule.h"
#include "alerts/replay/step_host.h"
#include "base/parallel.h"

namespace alerts {
namespace {

// Evaluations of a rule that are held in memory at a time.
constexpr std::size_t kStretch = 8192;

// Those from `start` on.
void AddFailures(std::vector<FailedQuery> failures, base::Timestamp start,
                 ReplayedRule& result) {
  for (FailedQuery& failure : failures) {
    if (failure.time < start) continue;
    ++result.failures;
    if (result.first_failures.size() < Replay::kShownFailures) {
      result.first_failures.push_back(std::move(failure));
    }
  }
}

// When the first evaluation of a warm-up lies earliest.
base::Timestamp WarmStart(const std::vector<GroupDefinition>& groups,
                          const ReplayOptions& options) {
  base::Duration longest = options.interval;
  for (const GroupDefinition& group : groups) {
    longest = std::max(longest, group.interval);
  }
  return options.warm_up == 0 ? options.start
                              : options.start - options.warm_up - longest;
}

// A rule that is evaluated by range queries.
struct AtOnce {
  std::size_t result = 0;  // In the results.
  std::size_t level = 0;   // All it reads is of lower levels.
  bool outputs = false;    // Whether what it writes is stored.
  std::optional<AlertRun> alert;
  RuleWriter writer;
  std::vector<Answer> parts;
  Answer written;
};

// The rules of a group that are evaluated step by step.
struct ByStep {
  std::size_t group = 0;
  GroupEvaluation evaluation;
  std::vector<std::size_t> results;  // By rule of `evaluation`.
  std::vector<Episodes> episodes;
};

// A range query for a rule.
struct Piece {
  AtOnce* rule = nullptr;
  std::size_t part = 0;
  base::TimeGrid grid;
};

}  // namespace

struct Replay::Rep {
  std::vector<GroupDefinition> groups;
  ReplayOptions options;
  base::Timestamp begin;  // No evaluation lies before.
  Overlay overlay;
  std::vector<ReplayedRule> results;
  // By group: the first evaluation in the results, and the first at all.
  std::vector<base::Timestamp> firsts;
  std::vector<base::Timestamp> warm_firsts;
  std::vector<AtOnce> at_once;  // In the order of evaluation.
  std::vector<ByStep> by_step;  // In the order of evaluation.
  std::size_t levels = 0;

  Rep(const promql::Storage& data, std::vector<GroupDefinition> rule_groups,
      ReplayOptions replay_options)
      : groups(std::move(rule_groups)),
        options(std::move(replay_options)),
        begin(WarmStart(groups, options)),
        overlay(data, groups, begin) {}

  const RuleDefinition& Definition(const ReplayedRule& rule) const {
    return groups[rule.group].rules[rule.rule];
  }
  void Prepare();
  void AddAtOnce(const std::vector<ScheduledRule>& schedule, std::size_t at,
                 std::size_t result, std::vector<std::size_t>& levels_of);
  void AddByStep(const ScheduledRule& rule, std::size_t result);
  base::TimeGrid Within(std::size_t group, base::Timestamp from,
                        base::Timestamp to) const;
  void RunLevel(std::size_t level, base::Timestamp from, base::Timestamp to);
  void Finish(AtOnce& rule);
  void Step(base::Timestamp from, base::Timestamp to);
  void StepGroup(ByStep& group, base::Timestamp time, StepHost& host);
};

void Replay::Rep::AddAtOnce(const std::vector<ScheduledRule>& schedule,
                            std::size_t at, std::size_t result,
                            std::vector<std::size_t>& levels_of) {
  const RuleDefinition& rule = Definition(results[result]);
  AtOnce added;
  added.result = result;
  added.outputs = schedule[at].is_read || options.keep_written;
  for (const std::size_t read : schedule[at].reads) {
    added.level = std::max(added.level, levels_of[read] + 1);
  }
  // Of two that record the same, the first must write first.
  for (const AtOnce& other : at_once) {
    const RuleDefinition& definition = Definition(results[other.result]);
    if (definition.kind == rule.kind && definition.name == rule.name) {
      added.level = std::max(added.level, other.level);
    }
  }
  if (IsAlerting(rule)) {
    added.alert.emplace(rule, groups[results[result].group], options.settings);
  }
  levels_of[at] = added.level;
  levels = std::max(levels, added.level + 1);
  at_once.push_back(std::move(added));
}

void Replay::Rep::AddByStep(const ScheduledRule& rule, std::size_t result) {
  if (by_step.empty() || by_step.back().group != rule.group) {
    GroupDefinition group = groups[rule.group];
    group.rules.clear();
    for (const ReplayedRule& other : results) {
      if (other.group == rule.group && !other.at_once) {
        group.rules.push_back(Definition(other));
      }
    }
    by_step.push_back({rule.group,
                       GroupEvaluation(std::move(group), options.settings),
                       {},
                       {}});
  }
  by_step.back().results.push_back(result);
  by_step.back().episodes.emplace_back();
}

void Replay::Rep::Prepare() {
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> places;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    GroupDefinition& group = groups[g];
    if (group.interval == 0) group.interval = options.interval;
    firsts.push_back(options.first_evaluation ? options.first_evaluation(group)
                                              : options.start);
    const base::Duration steps =
        (options.warm_up + group.interval - 1) / group.interval;
    warm_firsts.push_back(firsts.back() - steps * group.interval);
    for (std::size_t r = 0; r < group.rules.size(); ++r) {
      places[{g, r}] = results.size();
      ReplayedRule result;
      result.group = g;
      result.rule = r;
      results.push_back(std::move(result));
    }
  }
  const std::vector<ScheduledRule> schedule = MakeSchedule(groups, begin);
  for (const ScheduledRule& rule : schedule) {
    results[places[{rule.group, rule.rule}]].at_once = rule.at_once;
  }
  std::vector<std::size_t> levels_of(schedule.size(), 0);
  for (std::size_t i = 0; i < schedule.size(); ++i) {
    const std::size_t result = places[{schedule[i].group, schedule[i].rule}];
    if (schedule[i].at_once) {
      AddAtOnce(schedule, i, result, levels_of);
    } else {
      AddByStep(schedule[i], result);
    }
  }
}

// The evaluations of a group in [from, to); 0 steps when it has none.
base::TimeGrid Replay::Rep::Within(std::size_t group, base::Timestamp from,
                                   base::Timestamp to) const {
  const base::Duration interval = groups[group].interval;
  base::Timestamp first = warm_firsts[group];
  if (from > first) {
    first += (from - first + interval - 1) / interval * interval;
  }
  if (first >= to) return {first, interval, 0};
  return base::TimeGrid::Range(first, to - 1, interval);
}

// What one rule's queries answered becomes alerts and series.
void Replay::Rep::Finish(AtOnce& rule) {
  ReplayedRule& result = results[rule.result];
  const GroupDefinition& group = groups[result.group];
  Answer answer = Join(std::move(rule.parts));
  rule.parts.clear();
  for (FailedQuery& failure : answer.failures) {
    failure.time += group.query_offset;
    if (failure.time >= options.start) ++result.evaluations;
  }
  // Steps of the warm-up.
  const auto warm = static_cast<std::size_t>(
      std::ranges::lower_bound(answer.times,
                               options.start - group.query_offset) -
      answer.times.begin());
  result.evaluations += answer.times.size() - warm;
  if (rule.alert) {
    rule.written = rule.alert->Take(answer, rule.outputs);
  } else {
    rule.written = Record(Definition(result), group, std::move(answer));
    for (const AnswerRow& row : rule.written.rows) {
      result.samples += static_cast<std::size_t>(
          row.steps.end() - std::ranges::lower_bound(row.steps, warm));
    }
  }
  AddFailures(std::move(rule.written.failures), options.start, result);
}

void Replay::Rep::RunLevel(std::size_t level, base::Timestamp from,
                           base::Timestamp to) {
  std::vector<Piece> pieces;
  std::vector<AtOnce*> rules;
  for (AtOnce& rule : at_once) {
    if (rule.level != level) continue;
    const std::size_t group = results[rule.result].group;
    base::TimeGrid grid = Within(group, from, to);
    if (grid.steps == 0) continue;
    grid.start -= groups[group].query_offset;
    rules.push_back(&rule);
    rule.parts.resize((grid.steps + kPiece - 1) / kPiece);
    for (std::size_t part = 0; part < rule.parts.size(); ++part) {
      const std::size_t first = part * kPiece;
      pieces.push_back(
          {&rule,
           part,
           {grid.at(first), grid.step, std::min(kPiece, grid.steps - first)}});
    }
  }
  base::ForEachInParallel(pieces.size(), options.threads, [&](std::size_t i) {
    const Piece& piece = pieces[i];
    piece.rule->parts[piece.part] =
        Ask(overlay, *Definition(results[piece.rule->result]).expr, piece.grid,
            options.engine);
  });
  base::ForEachInParallel(rules.size(), options.threads,
                          [&](std::size_t i) { Finish(*rules[i]); });
  for (AtOnce* rule : rules) {
    if (!rule->outputs) continue;
    std::vector<FailedQuery> failures;
    rule->writer.Write(rule->written, overlay, failures);
    AddFailures(std::move(failures), options.start, results[rule->result]);
    rule->written = {};
  }
}

void Replay::Rep::StepGroup(ByStep& group, base::Timestamp time,
                            StepHost& host) {
  std::vector<RuleTransition> changes;
  host.set_now(time);
  group.evaluation.Evaluate(time, host, &changes);
  for (std::size_t i = 0; i < group.results.size(); ++i) {
    ReplayedRule& result = results[group.results[i]];
    if (time >= options.start) ++result.evaluations;
    std::vector<AlertTransition> own;
    for (const RuleTransition& change : changes) {
      if (change.rule == i) own.push_back(change.transition);
    }
    group.episodes[i].Take(own);
    const RuleStatus& status = group.evaluation.status(i);
    if (status.health == RuleHealth::kError) {
      AddFailures({{time, status.error}}, options.start, result);
      continue;
    }
    for (const Alert& alert : group.evaluation.alerts(i)) {
      if (alert.keep_firing_since) continue;
      group.episodes[i].Observe(alert.labels, {&alert.value, 1}, time);
    }
  }
}

void Replay::Rep::Step(base::Timestamp from, base::Timestamp to) {
  std::vector<std::pair<base::Timestamp, std::size_t>> due;
  for (std::size_t i = 0; i < by_step.size(); ++i) {
    const base::TimeGrid grid = Within(by_step[i].group, from, to);
    for (std::size_t step = 0; step < grid.steps; ++step) {
      due.emplace_back(grid.at(step), i);
    }
  }
  std::ranges::sort(due);
  StepHost host(overlay, options.engine);
  for (const auto& [time, group] : due) StepGroup(by_step[group], time, host);
}

Replay::Replay(const promql::Storage& data, std::vector<GroupDefinition> groups,
               ReplayOptions options)
    : rep_(std::make_unique<Rep>(data, std::move(groups), std::move(options))) {
  rep_->Prepare();
}

Replay::~Replay() = default;

namespace {

// Without what had ended when the results begin.
std::vector<Episode> From(base::Timestamp start, std::vector<Episode> all) {
  std::erase_if(all, [&](const Episode& episode) {
    return episode.ended_at && *episode.ended_at <= start;
  });
  return all;
}

}  // namespace

void Replay::Run() {
  const ReplayOptions& options = rep_->options;
  base::Duration shortest = options.interval;
  for (const GroupDefinition& group : rep_->groups) {
    shortest = std::min(shortest, group.interval);
  }
  const base::Duration stretch =
      shortest * static_cast<base::Duration>(kStretch);
  for (base::Timestamp from = rep_->begin; from <= options.end;
       from += stretch) {
    if (options.progress) options.progress(from);
    const base::Timestamp to = std::min(from + stretch, options.end + 1);
    for (std::size_t level = 0; level < rep_->levels; ++level) {
      rep_->RunLevel(level, from, to);
    }
    rep_->Step(from, to);
  }
  for (AtOnce& rule : rep_->at_once) {
    if (rule.alert) {
      rep_->results[rule.result].episodes =
          From(options.start, rule.alert->episodes().all());
    }
  }
  for (ByStep& group : rep_->by_step) {
    for (std::size_t i = 0; i < group.results.size(); ++i) {
      rep_->results[group.results[i]].episodes =
          From(options.start, group.episodes[i].all());
    }
  }
}

const std::vector<GroupDefinition>& Replay::groups() const {
  return rep_->groups;
}

const ReplayOptions& Replay::options() const { return rep_->options; }

const std::vector<ReplayedRule>& Replay::rules() const { return rep_->results; }

const RuleDefinition& Replay::definition(const ReplayedRule& rule) const {
  return rep_->Definition(rule);
}

base::TimeGrid Replay::grid(std::size_t group) const {
  return rep_->Within(group, rep_->firsts[group], rep_->options.end + 1);
}

const promql::Storage& Replay::storage() const { return rep_->overlay; }

}  // namespace alerts
