#include "alerts/replay/alert_run.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/histogram.h"

namespace alerts {
namespace {

// Where rows begin and end to be present.
struct Change {
  std::uint32_t step = 0;
  std::uint32_t row = 0;
  bool comes = false;
};

std::vector<Change> ChangesOf(const Answer& answer) {
  std::vector<Change> changes;
  for (std::uint32_t r = 0; r < answer.rows.size(); ++r) {
    const std::vector<std::uint32_t>& steps = answer.rows[r].steps;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (i == 0 || steps[i] != steps[i - 1] + 1) {
        changes.push_back({steps[i], r, true});
      }
      if (i + 1 == steps.size() || steps[i + 1] != steps[i] + 1) {
        changes.push_back({steps[i] + 1, r, false});
      }
    }
  }
  std::ranges::stable_sort(changes, {}, &Change::step);
  return changes;
}

}  // namespace

// One Take.
class AlertRun::Pass {
 public:
  Pass(AlertRun& run, const Answer& answer, bool outputs)
      : run_(run),
        answer_(answer),
        wants_outputs_(outputs),
        changes_(ChangesOf(answer)),
        next_value_(answer.rows.size(), 0) {
    context_.external_labels = run.settings_.external_labels;
    context_.external_url = run.settings_.external_url;
    if (run_.templates_.labels_follow_labels()) {
      for (const AnswerRow& row : answer.rows) {
        context_.labels = row.labels;
        labels_.push_back(run_.templates_.Labels(context_));
      }
    }
  }

  Answer Run() {
    outputs_.times = answer_.times;
    outputs_.failures = answer_.failures;
    std::size_t step = 0;
    while (step < answer_.times.size()) {
      ApplyChanges(step);
      const std::size_t next = Evaluate(step);
      for (const std::uint32_t row : present_) next_value_[row] += next - step;
      step = next;
    }
    for (auto& [labels, row] : columns_)
      outputs_.rows.push_back(std::move(row));
    DropSteps(bad_, outputs_);
    return std::move(outputs_);
  }

 private:
  base::Timestamp TimeAt(std::size_t step) const {
    return answer_.times[step] + run_.query_offset_;
  }

  void ApplyChanges(std::size_t step) {
    for (;
         next_change_ < changes_.size() && changes_[next_change_].step <= step;
         ++next_change_) {
      const Change& change = changes_[next_change_];
      if (change.comes) {
        present_.insert(change.row);
      } else {
        present_.erase(change.row);
      }
    }
  }

  AlertCandidate Candidate(std::uint32_t r, base::Timestamp time) {
    const AnswerRow& row = answer_.rows[r];
    const std::size_t i = next_value_[r];
    AlertCandidate candidate;
    candidate.value = row.values[i];
    const bool histogram =
        !row.histograms.empty() && row.histograms[i] != nullptr;
    if (histogram) candidate.histogram = base::ToString(*row.histograms[i]);
    if (run_.templates_.labels_follow_labels()) {
      candidate.labels = labels_[r];
      return candidate;
    }
    context_.labels = row.labels;
    context_.value = row.values[i];
    context_.histogram = histogram ? row.histograms[i] : nullptr;
    context_.now = time;
    candidate.labels = run_.templates_.Labels(context_);
    return candidate;
  }

  // Returns the next step that can change something.
  std::size_t Evaluate(std::size_t step) {
    const base::Timestamp time = TimeAt(step);
    std::vector<AlertCandidate> candidates;
    std::vector<base::Labels> names;
    for (const std::uint32_t row : present_) {
      candidates.push_back(Candidate(row, time));
      names.push_back(candidates.back().labels);
    }
    std::vector<AlertTransition> transitions;
    const absl::Status status =
        run_.states_.Update(time, std::move(candidates), &transitions);
    run_.episodes_.Take(transitions);
    if (!status.ok()) {
      bad_.push_back(static_cast<std::uint32_t>(step));
      outputs_.failures.push_back({time, std::string(status.message())});
      return step + 1;
    }
    std::size_t next = answer_.times.size();
    if (next_change_ < changes_.size()) {
      next = std::min<std::size_t>(next, changes_[next_change_].step);
    }
    next = std::min(next, run_.NextTimer(answer_, step));
    if (!run_.templates_.labels_follow_labels() && !present_.empty()) {
      next = step + 1;
    }
    Observe(names, step, next);
    if (wants_outputs_) Write(step, next);
    return next;
  }

  void Observe(const std::vector<base::Labels>& names, std::size_t step,
               std::size_t next) {
    std::size_t i = 0;
    for (const std::uint32_t r : present_) {
      run_.episodes_.Observe(names[i++],
                             std::span(answer_.rows[r].values)
                                 .subspan(next_value_[r], next - step),
                             TimeAt(next - 1));
    }
  }

  void Fill(base::Labels labels, double value, std::size_t step,
            std::size_t next) {
    AnswerRow& row = columns_[labels];
    if (row.steps.empty()) row.labels = std::move(labels);
    for (; step < next; ++step) {
      row.steps.push_back(static_cast<std::uint32_t>(step));
      row.values.push_back(value);
    }
  }

  void Write(std::size_t step, std::size_t next) {
    for (const Alert& alert : run_.states_.Active()) {
      Fill(ForStateSeries(run_.rule_, alert.labels),
           static_cast<double>(alert.active_at / 1000), step, next);
      Fill(AlertsSeries(run_.rule_, alert.labels, alert.state), 1, step, next);
    }
  }

  AlertRun& run_;
  const Answer& answer_;
  const bool wants_outputs_;
  const std::vector<Change> changes_;
  std::size_t next_change_ = 0;
  std::vector<std::size_t> next_value_;  // Of each row.
  std::vector<base::Labels> labels_;     // Of each row's alert.
  std::set<std::uint32_t> present_;
  TemplateContext context_;
  std::map<base::Labels, AnswerRow> columns_;
  std::vector<std::uint32_t> bad_;
  Answer outputs_;
};

AlertRun::AlertRun(const RuleDefinition& rule, const GroupDefinition& group,
                   const EvaluationSettings& settings)
    : rule_(rule),
      settings_(settings),
      query_offset_(group.query_offset),
      templates_(rule),
      states_({rule.hold, rule.keep_firing_for, group.limit}) {}

Answer AlertRun::Take(const Answer& answer, bool outputs) {
  return Pass(*this, answer, outputs).Run();
}

std::size_t AlertRun::NextTimer(const Answer& answer, std::size_t step) const {
  std::optional<base::Timestamp> due;
  for (const Alert& alert : states_.Active()) {
    std::optional<base::Timestamp> over;
    if (alert.state == AlertState::kPending) {
      over = alert.active_at + rule_.hold;
    } else if (alert.keep_firing_since) {
      over = *alert.keep_firing_since + rule_.keep_firing_for;
    }
    if (over && (!due || *over < *due)) due = over;
  }
  if (!due) return answer.times.size();
  const auto at = std::ranges::lower_bound(answer.times, *due - query_offset_);
  return std::max(step + 1,
                  static_cast<std::size_t>(at - answer.times.begin()));
}

}  // namespace alerts
