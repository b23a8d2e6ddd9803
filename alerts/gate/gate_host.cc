#include "alerts/gate/gate_host.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"
#include "alerts/replay/reads.h"
#include "alerts/rule_outputs.h"
#include "base/diagnostic.h"
#include "base/number.h"
#include "promql/check/parse.h"
#include "promql/syntax/printer.h"

namespace alerts {
namespace {

// How far back the last sample of a series that has ended is looked for.
constexpr char kLongAgo[] = "1h";

// Whether the selector finds what one of the rules writes.
bool ReadsRules(const promql::VectorSelector& selector,
                const std::vector<GroupDefinition>& groups) {
  for (const GroupDefinition& group : groups) {
    for (const RuleDefinition& rule : group.rules) {
      if (rule.kind == RuleDefinition::Kind::kRecording) {
        if (CanSelect(selector, rule.name, "")) return true;
      } else if (CanSelect(selector, kAlertsMetric, rule.name) ||
                 CanSelect(selector, kForStateMetric, rule.name)) {
        return true;
      }
    }
  }
  return false;
}

bool ReadsOnlyRules(const promql::Expr& expr,
                    const std::vector<GroupDefinition>& groups) {
  const auto selectors = Selectors(expr);
  return !selectors.empty() &&
         std::ranges::all_of(selectors, [&](const auto* selector) {
           return ReadsRules(*selector, groups);
         });
}

// Moved selectors look elsewhere than at now.
bool LooksAtNow(const promql::VectorSelector& selector) {
  return selector.time.offset == nullptr && !selector.time.at.has_value();
}

std::string BoundText(const Condition& condition,
                      const std::vector<promql::QueryResult>& answers) {
  const std::string text = promql::Print(*condition.bound);
  if (!condition.bound_query) return text;
  const promql::QueryResult& answer = answers[*condition.bound_query];
  if (answer.type == promql::ValueType::kScalar) {
    return absl::StrFormat("%s = %s", text, base::FormatGeneral(answer.scalar));
  }
  if (answer.series.size() != 1) {
    return absl::StrFormat("%s, %d values", text, answer.series.size());
  }
  return absl::StrFormat("%s = %s", text,
                         base::FormatGeneral(answer.series[0].values.front()));
}

std::vector<Reading::Value> ValuesOf(const promql::QueryResult& answer) {
  std::vector<Reading::Value> values;
  if (answer.type == promql::ValueType::kScalar) {
    values.push_back({{}, answer.scalar});
  }
  for (const promql::ResultSeries& series : answer.series) {
    // A histogram has no order.
    values.push_back({series.labels, series.IsHistogram(0)
                                         ? std::nan("")
                                         : series.values.front()});
  }
  return values;
}

}  // namespace

std::string_view DoubtName(Doubt doubt) {
  switch (doubt) {
    case Doubt::kNone:
      return "";
    case Doubt::kEmpty:
      return "empty";
    case Doubt::kNaN:
      return "nan";
    case Doubt::kStale:
      return "stale";
    case Doubt::kNoAnswer:
      return "no-answer";
  }
  return "";
}

std::string GateProblem(const std::vector<GroupDefinition>& groups) {
  for (const GroupDefinition& group : groups) {
    for (const RuleDefinition& rule : group.rules) {
      const Conditions conditions(*rule.expr);
      for (const promql::ExprPtr& query : conditions.queries()) {
        const auto selectors = Selectors(*query);
        const bool some =
            std::ranges::any_of(selectors, [&](const auto* selector) {
              return ReadsRules(*selector, groups);
            });
        if (some && !ReadsOnlyRules(*query, groups)) {
          return absl::StrFormat(
              "%s: %s reads what these rules write together with other "
              "series, and no server has both: compare them in rules of their "
              "own, or write the expression out",
              rule.name, promql::Print(*query));
        }
      }
    }
  }
  return "";
}

GateHost::GateHost(GateQueries& queries,
                   const std::vector<GroupDefinition>& groups)
    : queries_(queries), groups_(groups) {}

absl::StatusOr<promql::QueryResult> GateHost::Ask(const promql::Expr& expr,
                                                  base::Timestamp time) {
  if (!ReadsOnlyRules(expr, groups_)) return queries_.Ask(expr, time);
  base::Diagnostics diagnostics;
  auto result =
      promql::EvaluateInstant(recorded_.storage(), expr, time, {}, diagnostics);
  if (result) return *std::move(result);
  return absl::InvalidArgumentError(diagnostics.first_error().message);
}

absl::StatusOr<std::string> GateHost::LastSample(
    const promql::VectorSelector& selector, base::Timestamp time) {
  const std::string name = promql::Print({selector, {}});
  base::Diagnostics diagnostics;
  const promql::ExprPtr last =
      promql::Parse(absl::StrFormat("max(max_over_time(timestamp(%s)[%s:15s]))",
                                    name, kLongAgo),
                    diagnostics);
  if (last == nullptr) return std::string();
  const auto then = Ask(*last, time);
  if (!then.ok()) return then.status();
  if (then->series.empty()) return std::string();
  const auto sampled = static_cast<base::Timestamp>(
      std::llround(then->series[0].values.front() * 1000));
  return absl::StrFormat("the last sample of %s is %s old", name,
                         base::FormatDuration(time - sampled));
}

// Of a metric that one selector still finds, others may be gone for good: an
// error that has not come again.
absl::StatusOr<std::string> GateHost::FindStale(const promql::Expr& query,
                                                base::Timestamp time) {
  std::set<std::string_view> fresh;
  std::vector<const promql::VectorSelector*> gone;
  for (const promql::VectorSelector* selector : Selectors(query)) {
    if (!LooksAtNow(*selector)) continue;
    const auto now = Ask({*selector, {}}, time);
    if (!now.ok()) return now.status();
    if (now->series.empty()) {
      gone.push_back(selector);
    } else {
      fresh.insert(selector->name);
    }
  }
  for (const promql::VectorSelector* selector : gone) {
    if (fresh.contains(selector->name)) continue;
    auto sample = LastSample(*selector, time);
    if (!sample.ok() || !sample->empty()) return sample;
  }
  return std::string();
}

void GateHost::FindDoubt(const promql::Expr& query,
                         const promql::QueryResult& answer,
                         base::Timestamp time, Reading& reading) {
  const std::vector<Reading::Value> values = ValuesOf(answer);
  const auto found = FindStale(query, time);
  if (!found.ok()) {
    reading.doubt = Doubt::kNoAnswer;
    reading.message = std::string(found.status().message());
  } else if (!found->empty()) {
    reading.doubt = Doubt::kStale;
    reading.message = *found;
  } else if (values.empty()) {
    reading.doubt = Doubt::kEmpty;
    reading.message = promql::Print(query) + " has no result";
  } else if (std::ranges::any_of(values, [](const Reading::Value& value) {
               return std::isnan(value.value);
             })) {
    reading.doubt = Doubt::kNaN;
    reading.message = promql::Print(query) + " is NaN";
  }
}

Reading GateHost::Read(const Conditions& conditions, const Condition& condition,
                       const std::vector<promql::QueryResult>& answers,
                       base::Timestamp time) {
  Reading reading;
  const promql::Expr& query = *conditions.queries()[condition.measured];
  reading.query = promql::Print(promql::StripParens(query));
  reading.op = std::string(base::Row(condition.op).text);
  reading.bound = BoundText(condition, answers);
  reading.values = ValuesOf(answers[condition.measured]);
  FindDoubt(query, answers[condition.measured], time, reading);
  if (reading.doubt == Doubt::kNone && condition.bound_query) {
    FindDoubt(*condition.bound, answers[*condition.bound_query], time, reading);
  }
  return reading;
}

absl::StatusOr<std::vector<TemplateSample>> GateHost::Query(
    const promql::Expr& expr, base::Timestamp time) {
  std::unique_ptr<Conditions>& known = conditions_[&expr];
  if (known == nullptr) known = std::make_unique<Conditions>(expr);
  std::vector<Reading>& readings = readings_[&expr];
  readings.clear();
  std::vector<promql::QueryResult> answers;
  for (const promql::ExprPtr& query : known->queries()) {
    auto answer = Ask(*query, time);
    if (!answer.ok()) {
      readings = {{promql::Print(*query),
                   "",
                   "",
                   {},
                   Doubt::kNoAnswer,
                   std::string(answer.status().message())}};
      return answer.status();
    }
    answers.push_back(*std::move(answer));
  }
  std::set<std::size_t> measured;
  for (const Condition& condition : known->all()) {
    readings.push_back(Read(*known, condition, answers, time));
    measured.insert(condition.measured);
    if (condition.bound_query) measured.insert(*condition.bound_query);
  }
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (measured.contains(i)) continue;
    readings.push_back({promql::Print(*known->queries()[i]), "", "",
                        ValuesOf(answers[i]), Doubt::kNone, ""});
  }
  return known->Combine(answers, time);
}

absl::StatusOr<std::vector<TemplateSample>> GateHost::QueryText(
    std::string_view text, base::Timestamp time) {
  base::Diagnostics diagnostics;
  const promql::ExprPtr expr = promql::Parse(text, diagnostics);
  if (expr == nullptr) {
    return absl::InvalidArgumentError(
        promql::PrometheusError(text, diagnostics));
  }
  auto answer = Ask(*expr, time);
  if (!answer.ok()) return answer.status();
  return RuleResult(*std::move(answer));
}

const std::vector<Reading>& GateHost::readings(const promql::Expr& expr) const {
  static const auto* const none = new std::vector<Reading>();
  const auto found = readings_.find(&expr);
  return found == readings_.end() ? *none : found->second;
}

}  // namespace alerts
