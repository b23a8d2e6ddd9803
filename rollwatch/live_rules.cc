#include "rollwatch/live_rules.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "absl/strings/str_format.h"
#include "exporter/scrape_view.h"
#include "promql/check/selectors.h"
#include "promql/syntax/printer.h"
#include "rollwatch/alert_memory.h"
#include "rollwatch/files.h"
#include "rollwatch/history.h"
#include "rollwatch/past.h"
#include "rollwatch/rule_bound.h"
#include "schema/schema.h"

namespace rollwatch {
namespace {

using Clock = std::chrono::steady_clock;

constexpr char kJob[] = "rollwatch";
// How old the time in the file of the alerts may be: it tells how long we were
// away.
constexpr base::Duration kSaveEvery = 1'000;

// When something that happens at an interval is due. On a clock that only runs
// forward: the wall clock may be set.
class Timer {
 public:
  Timer(Clock::time_point first, base::Duration interval)
      : next_(first), interval_(std::max<base::Duration>(interval, 1)) {}

  Clock::time_point next() const { return next_; }

  // Whether it is due. If so it is due again after the interval; times that
  // were missed are left out.
  bool Due(Clock::time_point now) {
    if (now < next_) return false;
    const auto late = (now - next_) / interval_;
    next_ += (late + 1) * interval_;
    return true;
  }

 private:
  Clock::time_point next_;
  std::chrono::milliseconds interval_;
};

// The names that series here can have: of our metrics, of `up` and of alerts,
// and of what rules record.
class KnownNames {
 public:
  void Add(const alerts::GroupDefinition& group) {
    for (const alerts::RuleDefinition& rule : group.rules) {
      if (rule.kind == alerts::RuleDefinition::Kind::kRecording) {
        recorded_.insert(rule.name);
      }
    }
  }

  // The first metric of an expression that is none of them; "" when there is
  // none.
  std::string FirstForeign(const promql::Expr& expr) const {
    std::string foreign;
    promql::ForEachSelector(expr, [&](const promql::Expr&,
                                      const promql::VectorSelector& selector) {
      if (foreign.empty() && !selector.name.empty() && !Has(selector.name)) {
        foreign = selector.name;
      }
    });
    return foreign;
  }

 private:
  bool Has(const std::string& name) const {
    // What else Prometheus notes of a scrape is not made here.
    return recorded_.contains(name) || (schema_.FindSample(name) != nullptr &&
                                        !name.starts_with("scrape_"));
  }

  schema::Schema schema_ =
      schema::Schema::Ours(schema::SchemaOptions::Default());
  std::set<std::string, std::less<>> recorded_;
};

LiveRule Show(const alerts::GroupEvaluation& evaluation, std::size_t number,
              const KnownNames& names) {
  const alerts::RuleDefinition& rule = evaluation.group().rules[number];
  LiveRule live;
  live.kind = rule.kind;
  live.name = rule.name;
  live.query = promql::Print(*rule.expr);
  live.bound = BoundOf(rule.expr);
  live.hold = rule.hold;
  live.keep_firing_for = rule.keep_firing_for;
  live.labels = rule.labels;
  live.annotations = rule.annotations;
  live.foreign_metric = names.FirstForeign(*rule.expr);
  live.state = evaluation.state(number);
  live.status = evaluation.status(number);
  live.alerts = evaluation.alerts(number);
  return live;
}

}  // namespace

struct LiveRules::Rep {
  struct TimedGroup {
    alerts::GroupEvaluation evaluation;
    Timer timer;
    LiveGroup live;
  };

  Rep(const exporter::Recorder& recorder, LiveRulesOptions settings,
      Log& the_log)
      : options(std::move(settings)),
        log(the_log),
        view(recorder, {options.scrape_interval}),
        history(kJob, options.instance),
        scrape(Clock::now(), options.scrape_interval) {}

  struct Replacement {
    std::vector<alerts::GroupDefinition> groups;
    base::Labels external_labels;
  };

  // Used by the thread alone, and before it starts.
  LiveRulesOptions options;
  Log& log;
  exporter::ScrapeView view;
  History history;
  Timer scrape;
  std::vector<TimedGroup> groups;
  KnownNames names;
  base::Timestamp last_time = 0;
  AlertMemory saved;

  mutable std::mutex mutex;
  std::condition_variable changed;
  bool stopping = false;
  std::optional<Replacement> replacement;
  LiveState state;
  std::thread thread;

  void Load(std::vector<alerts::GroupDefinition> definitions);
  void Add(alerts::GroupDefinition group);
  void Replace(Replacement next);
  void Run();
  void LookBack();
  void Round();
  void Evaluate(TimedGroup& group, base::Timestamp time);
  Clock::time_point NextRound() const;
  AlertMemory Memory() const;
  void TakeOver(const AlertMemory& memory);
  void Restore();
  void Save();
  void Publish(std::optional<base::Timestamp> snapshot);
};

void LiveRules::Rep::Load(std::vector<alerts::GroupDefinition> definitions) {
  for (alerts::GroupDefinition& definition : definitions) {
    Add(std::move(definition));
  }
  // What is loaded can be seen before the first evaluation.
  for (TimedGroup& group : groups) {
    for (std::size_t i = 0; i < group.evaluation.group().rules.size(); ++i) {
      group.live.rules.push_back(Show(group.evaluation, i, names));
    }
  }
}

void LiveRules::Rep::Add(alerts::GroupDefinition group) {
  names.Add(group);
  if (group.interval == 0) group.interval = options.evaluation_interval;
  LiveGroup live;
  live.name = group.name;
  live.file = group.file;
  live.interval = group.interval;
  live.limit = group.limit;
  const Timer timer(Clock::now(), group.interval);
  groups.push_back(
      {alerts::GroupEvaluation(std::move(group),
                               {options.external_labels, options.external_url}),
       timer, std::move(live)});
}

// Stores what the rules look back on from before the start.
void LiveRules::Rep::LookBack() {
  if (!options.journal) return;
  last_time = base::Now();
  // The history is empty, but takes down how far each query goes.
  for (const TimedGroup& group : groups) {
    for (const alerts::RuleDefinition& rule : group.evaluation.group().rules) {
      history.Query(*rule.expr, last_time).IgnoreError();
    }
  }
  const absl::Status status = RebuildPast(
      {*options.journal, options.scrape_interval}, last_time, history);
  if (!status.ok()) {
    log.Warn("rules look back to the start only",
             {{"error", std::string(status.message())}});
  }
}

void LiveRules::Rep::Run() {
  LookBack();
  std::unique_lock lock(mutex);
  while (!stopping) {
    std::optional<Replacement> next = std::move(replacement);
    replacement.reset();
    lock.unlock();
    if (next) Replace(*std::move(next));
    Round();
    lock.lock();
    changed.wait_until(lock, NextRound(),
                       [this] { return stopping || replacement; });
  }
}

void LiveRules::Rep::Replace(Replacement next) {
  const AlertMemory memory = Memory();
  options.external_labels = std::move(next.external_labels);
  groups.clear();
  names = KnownNames();
  Load(std::move(next.groups));
  TakeOver(memory);
}

// Takes a snapshot and evaluates groups, whichever are due.
void LiveRules::Rep::Round() {
  // Evaluation times must ascend, whoever sets the wall clock back.
  last_time = std::max(last_time + 1, base::Now());
  const Clock::time_point now = Clock::now();
  std::optional<base::Timestamp> snapshot_time;
  if (scrape.Due(now)) {
    const exporter::Snapshot snapshot = view.Take(last_time);
    history.Store(snapshot);
    view.Delivered(snapshot);
    snapshot_time = last_time;
  }
  for (TimedGroup& group : groups) {
    if (group.timer.Due(now)) Evaluate(group, last_time);
  }
  Save();
  // A series is looked up to its last sample before the window.
  history.Forget(last_time, 2 * options.scrape_interval);
  Publish(snapshot_time);
}

void LiveRules::Rep::Evaluate(TimedGroup& group, base::Timestamp time) {
  const double before = history.Clock();
  std::vector<alerts::RuleTransition> transitions;
  group.evaluation.Evaluate(time, history, &transitions);
  const std::vector<alerts::RuleDefinition>& rules =
      group.evaluation.group().rules;
  for (const alerts::RuleTransition& change : transitions) {
    log.Info(
        "alert changed",
        {{"alert", rules[change.rule].name},
         {"from", std::string(alerts::AlertStateName(change.transition.from))},
         {"to", std::string(alerts::AlertStateName(change.transition.to))},
         {"labels", base::ToString(change.transition.labels)}});
  }
  LiveGroup& live = group.live;
  std::vector<LiveRule> shown;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    shown.push_back(Show(group.evaluation, i, names));
    const std::string& error = shown.back().status.error;
    const bool known =
        i < live.rules.size() && live.rules[i].status.error == error;
    if (!error.empty() && !known) {
      log.Warn("rule cannot be evaluated",
               {{"rule", rules[i].name}, {"error", error}});
    }
  }
  live.rules = std::move(shown);
  live.last_evaluation = time;
  live.duration_seconds = history.Clock() - before;
}

// Takes the alerts of the last process over.
void LiveRules::Rep::Restore() {
  if (options.alerts_file.empty()) return;
  const absl::StatusOr<std::string> text = ReadFile(options.alerts_file);
  if (absl::IsNotFound(text.status())) return;
  absl::StatusOr<AlertMemory> memory =
      text.ok() ? ReadAlertMemory(*text) : text.status();
  if (!memory.ok()) {
    log.Warn("the alerts of before are not known",
             {{"file", options.alerts_file},
              {"error", std::string(memory.status().message())}});
    return;
  }
  TakeOver(Resume(*std::move(memory), options.instance, base::Now()));
}

void LiveRules::Rep::TakeOver(const AlertMemory& memory) {
  for (TimedGroup& group : groups) {
    const alerts::GroupDefinition& definition = group.evaluation.group();
    for (std::size_t i = 0; i < definition.rules.size(); ++i) {
      const alerts::RuleDefinition& rule = definition.rules[i];
      std::vector<alerts::Alert> alerts;
      for (const RememberedAlert& one : memory.alerts) {
        if (one.group == definition.name && one.rule == rule.name &&
            one.query == promql::Print(*rule.expr)) {
          alerts.push_back(one.alert);
        }
      }
      group.evaluation.Restore(i, std::move(alerts));
      group.live.rules[i] = Show(group.evaluation, i, names);
    }
  }
}

AlertMemory LiveRules::Rep::Memory() const {
  AlertMemory memory;
  memory.time = last_time;
  memory.instance = options.instance;
  for (const TimedGroup& group : groups) {
    for (const LiveRule& rule : group.live.rules) {
      for (const alerts::Alert& alert : rule.alerts) {
        memory.alerts.push_back(
            {group.live.name, rule.name, rule.query, alert});
      }
    }
  }
  return memory;
}

void LiveRules::Rep::Save() {
  if (options.alerts_file.empty()) return;
  AlertMemory memory = Memory();
  const bool same = SameAlerts(memory, saved);
  if (same &&
      (memory.alerts.empty() || memory.time - saved.time < kSaveEvery)) {
    return;
  }
  const absl::Status status =
      ReplaceFile(options.alerts_file, WriteAlertMemory(memory));
  if (!status.ok()) {
    log.Warn("the alerts would not survive a restart",
             {{"error", std::string(status.message())}});
  }
  saved = std::move(memory);
}

Clock::time_point LiveRules::Rep::NextRound() const {
  Clock::time_point next = scrape.next();
  for (const TimedGroup& group : groups) {
    next = std::min(next, group.timer.next());
  }
  return next;
}

void LiveRules::Rep::Publish(std::optional<base::Timestamp> snapshot) {
  const std::lock_guard lock(mutex);
  state.groups.clear();
  for (const TimedGroup& group : groups) state.groups.push_back(group.live);
  if (!snapshot) return;
  if (!state.first_snapshot) state.first_snapshot = snapshot;
  state.last_snapshot = snapshot;
}

LiveRules::LiveRules(std::vector<alerts::GroupDefinition> groups,
                     const exporter::Recorder& recorder,
                     LiveRulesOptions options, Log& log)
    : rep_(std::make_unique<Rep>(recorder, std::move(options), log)) {
  rep_->Load(std::move(groups));
  rep_->Restore();
  rep_->Publish(std::nullopt);
  rep_->thread = std::thread([rep = rep_.get()] { rep->Run(); });
}

LiveRules::~LiveRules() {
  {
    const std::lock_guard lock(rep_->mutex);
    rep_->stopping = true;
    rep_->changed.notify_all();
  }
  rep_->thread.join();
}

void LiveRules::Replace(std::vector<alerts::GroupDefinition> groups,
                        base::Labels external_labels) {
  const std::lock_guard lock(rep_->mutex);
  rep_->replacement = {std::move(groups), std::move(external_labels)};
  rep_->changed.notify_all();
}

LiveState LiveRules::State() const {
  const std::lock_guard lock(rep_->mutex);
  return rep_->state;
}

}  // namespace rollwatch
