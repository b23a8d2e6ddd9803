#include "alerts/evaluation.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"
#include "alerts/rule_outputs.h"
#include "base/diagnostic.h"
#include "promql/check/parse.h"

namespace alerts {
namespace {

// What a rule writes: a series and its sample.
struct Output {
  base::Labels labels;
  TemplateSample sample;
};

// One rule and what it remembers.
struct RuleState {
  explicit RuleState(const RuleDefinition& rule, std::size_t limit)
      : templates(rule), alerts({rule.hold, rule.keep_firing_for, limit}) {}

  RuleTemplates templates;
  AlertStates alerts;
  RuleStatus status;
  std::set<base::Labels> written;  // The series of the last evaluation.
};

using Outputs = absl::StatusOr<std::vector<Output>>;

AlertCandidate Candidate(const RuleTemplates& templates,
                         const TemplateSample& sample,
                         TemplateContext& context) {
  context.labels = sample.labels;
  context.value = sample.value;
  context.histogram = sample.histogram;
  AlertCandidate candidate{templates.Labels(context),
                           templates.ExpandAnnotations(context), sample.value,
                           std::nullopt};
  if (sample.histogram != nullptr) {
    candidate.histogram = base::ToString(*sample.histogram);
  }
  return candidate;
}

}  // namespace

absl::StatusOr<std::vector<TemplateSample>> EvaluationHost::QueryText(
    std::string_view text, base::Timestamp time) {
  base::Diagnostics diagnostics;
  const promql::ExprPtr expr =
      promql::Parse(text, diagnostics, parser_options());
  if (expr == nullptr) {
    return absl::InvalidArgumentError(
        promql::PrometheusError(text, diagnostics));
  }
  return Query(*expr, time);
}

struct GroupEvaluation::Rep {
  GroupDefinition group;
  EvaluationSettings settings;
  std::vector<RuleState> rules;

  Outputs Record(const RuleDefinition& rule, base::Timestamp time,
                 EvaluationHost& host) const;
  Outputs Alerts(const RuleDefinition& rule, RuleState& state,
                 base::Timestamp time, EvaluationHost& host,
                 std::vector<AlertTransition>* transitions) const;
  void Write(RuleState& state, std::vector<Output> outputs,
             base::Timestamp time, EvaluationHost& host) const;
};

Outputs GroupEvaluation::Rep::Record(const RuleDefinition& rule,
                                     base::Timestamp time,
                                     EvaluationHost& host) const {
  auto result = host.Query(*rule.expr, time - group.query_offset);
  if (!result.ok()) return result.status();
  std::vector<Output> outputs;
  std::set<base::Labels> seen;
  for (TemplateSample& sample : *result) {
    base::Labels labels = RecordedSeries(rule, std::move(sample.labels));
    if (!seen.insert(labels).second) {
      return absl::InvalidArgumentError(
          "vector contains metrics with the same labelset after applying rule "
          "labels");
    }
    outputs.push_back({std::move(labels), std::move(sample)});
  }
  if (group.limit > 0 && outputs.size() > group.limit) {
    return absl::ResourceExhaustedError(absl::StrFormat(
        "exceeded limit of %d with %d series", group.limit, outputs.size()));
  }
  return outputs;
}

Outputs GroupEvaluation::Rep::Alerts(
    const RuleDefinition& rule, RuleState& state, base::Timestamp time,
    EvaluationHost& host, std::vector<AlertTransition>* transitions) const {
  const auto result = host.Query(*rule.expr, time - group.query_offset);
  if (!result.ok()) return result.status();
  TemplateContext context;
  context.external_labels = settings.external_labels;
  context.external_url = settings.external_url;
  context.now = time;
  context.observer = settings.observer;
  // Prometheus expands at the evaluation's time, without the offset.
  context.query = [&host, time](std::string_view text) {
    return host.QueryText(text, time);
  };
  std::vector<AlertCandidate> candidates;
  for (const TemplateSample& sample : *result) {
    candidates.push_back(Candidate(state.templates, sample, context));
  }
  const absl::Status updated =
      state.alerts.Update(time, std::move(candidates), transitions);
  if (!updated.ok()) return updated;
  std::vector<Output> outputs;
  for (const Alert& alert : state.alerts.Active()) {
    const double since = static_cast<double>(alert.active_at / 1000);
    outputs.push_back(
        {ForStateSeries(rule, alert.labels), {{}, since, nullptr}});
    outputs.push_back(
        {AlertsSeries(rule, alert.labels, alert.state), {{}, 1, nullptr}});
  }
  return outputs;
}

// Stores the samples, and the end of series that are no longer among them.
void GroupEvaluation::Rep::Write(RuleState& state, std::vector<Output> outputs,
                                 base::Timestamp time,
                                 EvaluationHost& host) const {
  std::set<base::Labels> written;
  for (Output& output : outputs) {
    const absl::Status status = host.Append(output.labels, time, output.sample);
    if (status.ok()) {
      written.insert(std::move(output.labels));
      continue;
    }
    state.status.health = RuleHealth::kError;
    state.status.error = std::string(status.message());
  }
  for (const base::Labels& labels : state.written) {
    if (!written.contains(labels)) host.AppendStale(labels, time);
  }
  state.written = std::move(written);
}

std::string_view RuleHealthName(RuleHealth health) {
  switch (health) {
    case RuleHealth::kUnknown:
      return "unknown";
    case RuleHealth::kOk:
      return "ok";
    case RuleHealth::kError:
      return "err";
  }
  return "";
}

GroupEvaluation::GroupEvaluation(GroupDefinition group,
                                 EvaluationSettings settings)
    : rep_(std::make_unique<Rep>()) {
  rep_->group = std::move(group);
  rep_->settings = std::move(settings);
  for (const RuleDefinition& rule : rep_->group.rules) {
    rep_->rules.emplace_back(rule, rep_->group.limit);
  }
}

GroupEvaluation::~GroupEvaluation() = default;
GroupEvaluation::GroupEvaluation(GroupEvaluation&&) noexcept = default;
GroupEvaluation& GroupEvaluation::operator=(GroupEvaluation&&) noexcept =
    default;

void GroupEvaluation::Evaluate(base::Timestamp time, EvaluationHost& host,
                               std::vector<RuleTransition>* transitions) {
  for (std::size_t i = 0; i < rep_->rules.size(); ++i) {
    const RuleDefinition& rule = rep_->group.rules[i];
    RuleState& state = rep_->rules[i];
    if (rep_->settings.observer) rep_->settings.observer->BeginRule(i);
    const double begin = host.Clock();
    std::vector<AlertTransition> changes;
    Outputs outputs = rule.kind == RuleDefinition::Kind::kRecording
                          ? rep_->Record(rule, time, host)
                          : rep_->Alerts(rule, state, time, host, &changes);
    state.status.health = outputs.ok() ? RuleHealth::kOk : RuleHealth::kError;
    state.status.error =
        outputs.ok() ? "" : std::string(outputs.status().message());
    if (outputs.ok()) {
      rep_->Write(state, *std::move(outputs), time - rep_->group.query_offset,
                  host);
    }
    state.status.last_evaluation = time;
    state.status.duration_seconds = host.Clock() - begin;
    if (transitions == nullptr) continue;
    for (AlertTransition& change : changes) {
      transitions->push_back({i, std::move(change)});
    }
  }
}

void GroupEvaluation::Restore(std::size_t rule, std::vector<Alert> alerts) {
  rep_->rules[rule].alerts.Restore(std::move(alerts));
}

const GroupDefinition& GroupEvaluation::group() const { return rep_->group; }

const RuleStatus& GroupEvaluation::status(std::size_t rule) const {
  return rep_->rules[rule].status;
}

AlertState GroupEvaluation::state(std::size_t rule) const {
  return rep_->rules[rule].alerts.state();
}

std::vector<Alert> GroupEvaluation::alerts(std::size_t rule) const {
  return rep_->rules[rule].alerts.Active();
}

}  // namespace alerts
